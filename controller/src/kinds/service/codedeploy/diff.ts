import type { ServiceSpec } from '../../../api/service.ts';
import { diffTrees } from '../../../core/diff.ts';
import type { Change, Desired } from '../../../core/driver.ts';
import { managedTags, wantedTags } from '../../../core/ownership.ts';
import { below } from '../../../core/pointer.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { withoutHold } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { weightsOf } from '../rules.ts';
import { pairOf } from '../pair.ts';
import { DEPLOYED } from './appspec.ts';
import { fieldOf, serviceChanges } from './comparing.ts';
import { groupChanges } from './group.ts';
import { primarySet } from './live.ts';
import { PART } from './names.ts';
import { straySets, strayWeights } from './strays.ts';
import { goesToWanted, verdictOn } from './verdict.ts';

type Want = Desired<ServiceSpec>;

/**
 * What UpdateService changes under CODE_DEPLOY: "only the desired count, deployment configuration, health check grace
 * period, task placement constraints and strategies, enable ECS managed tags option, and propagate tags".
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export const UPDATABLE: readonly string[] = [
  'desiredCount',
  'healthCheckGracePeriodSeconds',
  'placementConstraints',
  'placementStrategy',
  'enableECSManagedTags',
  'propagateTags',
];

/** What a service has of the deployment configuration under CODE_DEPLOY: the defaults, which nothing of ours changes. */
export const PERCENTS = { minimumHealthyPercent: 100, maximumPercent: 200 } as const;

/** What differs, in the service as its PRIMARY task set has it, in the deployment group, and in what stands astray. */
export function diffCodeDeploy(desired: Want, live: ServiceLive, place: Place): readonly Change[] {
  const { codeDeploy } = live;
  const active = codeDeploy?.active;
  const goes = active !== undefined && goesToWanted(desired, live, active, place);
  const changes = serviceChanges(desired, live, place)
    .filter((change) => !goes || !isOfDeployment(change))
    .map((change) => withReason(change, desired, live));
  return [
    ...(verdictOn(desired, live, place).held ? withoutHold(changes) : changes),
    ...groupChanges(desired, codeDeploy?.group),
    ...percentChanges(live),
    ...tagChanges(desired, live),
    ...strays(live),
  ];
}

/** The count, too, belongs to a deployment while it is under way: both task sets follow it. */
function isOfDeployment(change: Change): boolean {
  const field = fieldOf(change);
  return DEPLOYED.includes(field) || field === 'desiredCount';
}

/** What has no way to a service that is there. */
function withReason(change: Change, desired: Want, live: ServiceLive): Change {
  const field = fieldOf(change);
  const why = refusal(change, desired, live);
  if (why !== undefined) return { ...change, effect: 'replaces', refused: why };
  return DEPLOYED.includes(field) ? { ...change, effect: 'restartsTasks' } : change;
}

const ANOTHER = 'Give the service another name (nameOverride), so that a new one takes its place';

function refusal(change: Change, desired: Want, { service }: ServiceLive): string | undefined {
  const field = fieldOf(change);
  if (field === 'tags' || UPDATABLE.includes(field) || change.effect === 'replaces') return undefined;
  if (field === 'launchType' && desired.spec.launchType !== undefined) {
    return `an AppSpec has no launch type: the service has the one that it was made with. ${ANOTHER}, or declare a capacityProviderStrategy`;
  }
  if (field === 'loadBalancers' && leavesPair(desired, service.loadBalancers?.[0]?.targetGroupArn)) {
    return `CodeDeploy moves traffic between the two target groups that the service was made for, and has no way to others. ${ANOTHER}`;
  }
  if (DEPLOYED.includes(field)) return undefined;
  return `neither UpdateService nor an AppSpec changes ${field} of a service under the deployment controller CODE_DEPLOY. ${ANOTHER}`;
}

function leavesPair(desired: Want, arn: string | undefined): boolean {
  const pair = pairOf(desired);
  return pair !== undefined && arn !== undefined && arn !== pair.primary && arn !== pair.alternate;
}

/** CodeDeploy replaces whole task sets: the percents are of use only while a container instance drains. */
export function percentChanges({ service }: ServiceLive): readonly Change[] {
  const { minimumHealthyPercent, maximumPercent } = service.deploymentConfiguration ?? {};
  const from = { ...PERCENTS, ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }) };
  const live = { ...from, ...(maximumPercent !== undefined && { maximumPercent }) };
  return diffTrees('ecs:service', { deployment: live }, { deployment: PERCENTS });
}

function tagChanges(desired: Want, { codeDeploy }: ServiceLive): readonly Change[] {
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  const sets = [
    [PART.group, codeDeploy?.groupTags],
    [PART.application, codeDeploy?.applicationTags],
  ] as const;
  return sets.flatMap(([part, tags]) =>
    tags === undefined
      ? []
      : diffTrees(part, { tags: managedTags(tags, wanted, desired.managedTagKeys) }, { tags: wanted }),
  );
}

/** What nobody's deployment owns. A listener in this Application shows its weights itself: the Service claims them. */
function strays(live: ServiceLive): readonly Change[] {
  const sets = straySets(live).map(({ id = '', runningCount = 0 }): Change => {
    const path = below('/deployment/codeDeploy/taskSets', id);
    return { part: 'ecs:task-set', path, from: `${runningCount} tasks that no deployment owns`, effect: 'inPlace' };
  });
  const { listener } = live.codeDeploy ?? {};
  const shares = strayWeights(live);
  if (listener === undefined || shares === undefined) return sets;
  const serving = primarySet(live.service)?.loadBalancers?.[0]?.targetGroupArn ?? '';
  const path = '/deployment/codeDeploy/productionListener/weights';
  const weights: Change = {
    part: 'elbv2:listener',
    path,
    from: { ...weightsOf(listener) },
    to: { [serving]: 100 },
    effect: 'inPlace',
  };
  return [...sets, weights];
}
