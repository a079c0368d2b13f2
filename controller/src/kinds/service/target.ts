import type { Service, ServiceRevision, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import { equalJson } from '../../core/canonical.ts';
import { diffTrees } from '../../core/diff.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { asJson } from '../../core/json.ts';
import { type Place, taskSetting } from '../../ecs/capacity.ts';
import { canonicalLiveTask, canonicalTask, TASK_DIFF } from '../../ecs/task.ts';
import type { ServiceLive } from './live.ts';
import { liveService, serviceDiffRules, wantedService } from './normalize.ts';

/** What of a look at a service is compared with Git. */
export type Compared = Pick<ServiceLive, 'service' | 'revision' | 'taskDefinition' | 'tags'>;

interface Comparison {
  readonly desired: Desired<ServiceSpec>;
  readonly live: Compared;
  readonly place: Place;
  readonly changes: readonly Change[];
}

/** The last comparison of each live service: one pass asks for it three times (observe, diff, health). */
const comparisons = new WeakMap<Service, Comparison>();

/** Every field that differs. */
export function changesOf(desired: Desired<ServiceSpec>, live: Compared, place: Place): readonly Change[] {
  const known = comparisons.get(live.service);
  if (known !== undefined && known.place === place && isSameComparison(known, desired, live)) return known.changes;
  const { service, revision, taskDefinition, tags } = live;
  const changes = compare(desired, live, place);
  comparisons.set(service, { desired, live: { service, revision, taskDefinition, tags }, place, changes });
  return changes;
}

function isSameComparison(known: Comparison, desired: Desired<ServiceSpec>, live: Compared): boolean {
  const { revision, taskDefinition, tags } = known.live;
  if (revision !== live.revision || taskDefinition !== live.taskDefinition || tags !== live.tags) return false;
  // The engine resolves the manifest anew for each question.
  return known.desired === desired || equalJson(asJson(known.desired), asJson(desired));
}

function compare(desired: Desired<ServiceSpec>, live: Compared, place: Place): readonly Change[] {
  const service = diffTrees(
    'ecs:service',
    liveService(live.service, live.revision, live.tags, desired),
    wantedService(desired),
    serviceDiffRules(desired, desired.claims),
  );
  const definition = live.taskDefinition?.taskDefinition;
  const task = diffTrees(
    'ecs:task-definition',
    { task: definition === undefined ? {} : canonicalLiveTask(definition) },
    { task: canonicalTask(desired.spec.task, taskSetting(desired.spec, place)) },
    {
      ...TASK_DIFF,
      unknown: desired.unknown,
      claims: desired.claims.filter((claim) => claim.path.startsWith('/task/')),
    },
  );
  return [...service, ...(task.length > 0 ? task : deregistered(definition))];
}

/**
 * Tasks of a revision that somebody deregistered run on, but the service can neither be deployed nor rolled back to it:
 * it needs another one of the same content.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
 */
function deregistered(definition: TaskDefinition | undefined): readonly Change[] {
  const { status = 'ACTIVE', family = '', revision = '' } = definition ?? {};
  if (status === 'ACTIVE') return [];
  const from = `${family}:${revision} is ${status}`;
  return [{ part: 'ecs:task-definition', path: '/task', from, to: 'an ACTIVE revision', effect: 'restartsTasks' }];
}

/** True when nothing that would start new tasks differs. */
export function runsWanted(desired: Desired<ServiceSpec>, live: Compared, place: Place): boolean {
  return changesOf(desired, live, place).every((change) => change.effect === 'inPlace');
}

/** True when the last deployment went, or goes, to what Git says now. */
export function wentToWanted(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): boolean {
  if (live.target === undefined) return runsWanted(desired, live, place);
  const { revision, taskDefinition } = live.target;
  const then = { service: atRevision(live.service, revision), revision, taskDefinition, tags: live.tags };
  return runsWanted(desired, then, place);
}

/** The service as it would read at that revision. */
function atRevision(service: Service, revision: ServiceRevision): Service {
  const { capacityProviderStrategy, launchType, platformVersion, loadBalancers, serviceRegistries } = revision;
  const { networkConfiguration, serviceConnectConfiguration, volumeConfigurations, taskDefinition } = revision;
  const { vpcLatticeConfigurations } = revision;
  return {
    ...service,
    taskDefinition,
    capacityProviderStrategy,
    launchType,
    platformVersion,
    loadBalancers,
    serviceRegistries,
    networkConfiguration,
    deployments: [{ status: 'PRIMARY', serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations }],
  };
}
