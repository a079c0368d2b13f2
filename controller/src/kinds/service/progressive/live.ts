import type { Service, Task, TaskSet } from '@aws-sdk/client-ecs';
import type { ProgressiveDeployment } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { readServiceTasks, readTargetHealth, readTask, readTaskDefinition, readTaskSet } from '../../../aws/reads.ts';
import type { Desired, Pass, Subject } from '../../../core/driver.ts';
import { tagMap } from '../../../ecs/tags.ts';
import { routeOf } from '../../../elbv2/routes.ts';
import type { ServiceLive } from '../live.ts';
import { isVerified } from '../verification/index.ts';
import { firedSince } from './alarms.ts';
import { type Pair, pairOf } from '../pair.ts';
import { type LiveRule, readRule } from '../rules.ts';
import { type LiveTaskSet, stateOfSet, stoppedByItself } from './sets.ts';
import { rolesOf } from './state.ts';

/** What there is of a service under EXTERNAL besides the service itself. */
export interface ProgressiveLive {
  /** PRIMARY first. */
  readonly sets: readonly LiveTaskSet[];
  /** Undefined: not there (yet), or without a manifest nobody knows which it is. */
  readonly production: LiveRule | undefined;
  readonly test: LiveRule | undefined;
  /** Alarms that fire and began to after the rollout. */
  readonly alarms: readonly string[];
  /** Why the alarms could not be read. */
  readonly blind?: string;
  /** What the manifest says, for the steps of the rollout; undefined without a manifest. */
  readonly manifest: ProgressiveDeployment | undefined;
  readonly pair: Pair | undefined;
}

/** How many stopped tasks are looked at. */
const MAX_STOPPED = 100;

/**
 * Reads the task sets, the rules and, while a rollout is under way, the targets, stopped tasks and alarms that decide
 * how it goes on. At rest a service costs what it costs anyway, and the rules of its listeners, which their own
 * resources read too.
 */
export async function observeProgressive(
  live: ServiceLive,
  { desired }: Subject<ServiceSpec>,
  pass: Pass,
): Promise<ServiceLive> {
  const manifest = desired?.spec.deployment?.progressive;
  const [sets, production, test] = await Promise.all([
    readSets(live, desired, pass),
    ruleOf(desired, manifest?.productionRule, pass),
    ruleOf(desired, manifest?.testRule, pass),
  ]);
  const pair = desired && pairOf(desired);
  const { next } = rolesOf(sets.map((set) => stateOfSet(set, true)));
  const moving = next !== undefined && next.marks?.phase.is !== 'Cleanup';
  const names = moving && next.marks?.ended === undefined ? (desired?.spec.deployment?.alarms?.names ?? []) : [];
  const alarms = names.length === 0 ? { alarms: [] } : await alarmsSince(names, next?.createdAt ?? pass.now, pass);
  const stopped = moving ? await stoppedTasks(live, pass) : [];
  const withFailed = sets.map((one) => (one.set.id === next?.id ? { ...one, failed: failedOf(one, stopped) } : one));
  return { ...live, progressive: { sets: withFailed, production, test, ...alarms, manifest, pair } };
}

/** Without the alarms everything else is still seen: tasks that fail bring the traffic back all the same. */
async function alarmsSince(
  names: readonly string[],
  since: Date,
  pass: Pass,
): Promise<Pick<ProgressiveLive, 'alarms' | 'blind'>> {
  try {
    return { alarms: await firedSince(names, since, pass) };
  } catch (error) {
    pass.signal.throwIfAborted();
    return { alarms: [], blind: error instanceof Error ? error.message : String(error) };
  }
}

async function ruleOf(
  desired: Desired<ServiceSpec> | undefined,
  reference: ProgressiveDeployment['productionRule'] | undefined,
  pass: Pass,
): Promise<LiveRule | undefined> {
  if (desired === undefined || reference === undefined) return undefined;
  const { arn } = routeOf(reference, desired.needs);
  return arn === undefined ? undefined : readRule(pass, arn);
}

async function readSets(
  live: ServiceLive,
  desired: Desired<ServiceSpec> | undefined,
  pass: Pass,
): Promise<readonly LiveTaskSet[]> {
  const shown = [...(live.service.taskSets ?? []), ...formerDeployments(live.service)];
  const read = async (set: TaskSet): Promise<TaskSet> =>
    (await readTaskSet(pass, { ...live.key, taskSet: set.taskSetArn ?? set.id ?? '' })) ?? set;
  const sets = needsTags(live, desired) ? await Promise.all(shown.map(read)) : shown;
  const known = await Promise.all(sets.map((set) => liveSet(live, set, pass)));
  return known.toSorted((a, b) => Number(b.set.status === 'PRIMARY') - Number(a.set.status === 'PRIMARY'));
}

/**
 * What ran under ECS's own controller is a task set under the deployment's id once the controller is EXTERNAL, and is
 * still shown as a deployment: "the UpdateService and DescribeService API responses will still return deployments
 * instead of taskSets". https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-parameters.html
 */
function formerDeployments({ deployments = [], taskSets = [], loadBalancers }: Service): readonly TaskSet[] {
  return deployments
    .filter(({ id, status }) => status !== 'INACTIVE' && !taskSets.some((set) => set.id === id))
    .map(({ id, status, taskDefinition, desiredCount, runningCount, pendingCount, createdAt, updatedAt, ...rest }) => ({
      id,
      status,
      taskDefinition,
      runningCount,
      pendingCount,
      createdAt,
      updatedAt,
      computedDesiredCount: desiredCount,
      scale: { unit: 'PERCENT', value: 100 },
      stabilityStatus: runningCount === desiredCount && pendingCount === 0 ? 'STEADY_STATE' : 'STABILIZING',
      launchType: rest.launchType,
      platformVersion: rest.platformVersion,
      capacityProviderStrategy: rest.capacityProviderStrategy,
      networkConfiguration: rest.networkConfiguration,
      loadBalancers,
    }));
}

/** DescribeServices shows the sets without their tags, which is enough where one serves and nothing else is there. */
function needsTags(live: ServiceLive, desired: Desired<ServiceSpec> | undefined): boolean {
  const [only, ...others] = live.service.taskSets ?? [];
  const alone = only?.status === 'PRIMARY' && others.length === 0 && formerDeployments(live.service).length === 0;
  return !alone || (desired !== undefined && !isVerified(desired, live));
}

async function liveSet(
  { service, taskDefinition, targetGroups }: ServiceLive,
  set: TaskSet,
  pass: Pass,
): Promise<LiveTaskSet> {
  const arn = set.loadBalancers?.[0]?.targetGroupArn;
  const known = targetGroups.find(({ targetGroupArn }) => targetGroupArn === arn);
  const [definition, targets] = await Promise.all([
    set.taskDefinition === undefined || set.taskDefinition === service.taskDefinition
      ? taskDefinition
      : readTaskDefinition(pass, set.taskDefinition),
    known?.targets ?? (arn === undefined ? undefined : readTargetHealth(pass, arn)),
  ]);
  return { set, tags: tagMap(set.tags), taskDefinition: definition, targets: targets ?? [], failed: [] };
}

async function stoppedTasks({ key }: ServiceLive, pass: Pass): Promise<readonly Task[]> {
  const arns = await readServiceTasks(pass, { ...key, status: 'STOPPED' });
  const tasks = arns.slice(0, MAX_STOPPED).map((task) => readTask(pass, { cluster: key.cluster, task }));
  return (await Promise.all(tasks)).filter((task) => task !== undefined);
}

/** ECS starts the tasks of a set by the set's id. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html (startedBy) */
function failedOf({ set }: LiveTaskSet, stopped: readonly Task[]): readonly Task[] {
  return stopped
    .filter((task) => task.startedBy === set.id && stoppedByItself(task))
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
}
