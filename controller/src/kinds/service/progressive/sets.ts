import type { Task, TaskSet } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TaggedTaskDefinition } from '../../../aws/reads.ts';
import { stopReason } from '../../../ecs/stops.ts';
import { marksOf } from './marks.ts';
import type { TaskSetState } from './state.ts';

/** A task set with all that belongs to it. */
export interface LiveTaskSet {
  readonly set: TaskSet;
  /** Empty where they were not read. */
  readonly tags: Readonly<Record<string, string>>;
  readonly taskDefinition: TaggedTaskDefinition | undefined;
  readonly targets: readonly TargetHealthDescription[];
  /** Its tasks that stopped by themselves within the last hour, newest first; read only for the set of a rollout. */
  readonly failed: readonly Task[];
}

/** How many different reasons are named. */
const MAX_REASONS = 3;

/** The set as a decision needs it. `wanted`: it runs what Git says. */
export function stateOfSet(live: LiveTaskSet, wanted: boolean): TaskSetState {
  const { set, tags, targets, failed } = live;
  const createdAt = set.createdAt ?? new Date(0);
  const marks = marksOf(tags, createdAt);
  const targetGroup = set.loadBalancers?.[0]?.targetGroupArn;
  const count = (...states: readonly string[]): number =>
    targets.filter(({ TargetHealth }) => states.includes(TargetHealth?.State ?? '')).length;
  return {
    id: set.id ?? '',
    status: set.status === 'PRIMARY' || set.status === 'DRAINING' ? set.status : 'ACTIVE',
    scale: set.scale?.value ?? 0,
    desired: set.computedDesiredCount ?? 0,
    running: set.runningCount ?? 0,
    pending: set.pendingCount ?? 0,
    steady: set.stabilityStatus === 'STEADY_STATE',
    createdAt,
    updatedAt: set.updatedAt ?? createdAt,
    ...(targetGroup === undefined ? {} : { targetGroup }),
    targets: { healthy: count('healthy'), unhealthy: count('unhealthy'), starting: count('initial', 'unused') },
    failed: failed.length,
    ...troubleOf(live),
    ...(marks === undefined ? {} : { marks }),
    wanted,
  };
}

/** Stops of tasks that nobody asked for. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html (stopCode) */
export function stoppedByItself({ stopCode, stoppedReason = '' }: Task): boolean {
  if (stopCode === 'ServiceSchedulerInitiated') return /failed|unhealthy/i.test(stoppedReason);
  return stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart';
}

/** Why its tasks fail: what stopped them, and what their load balancer says. */
function troubleOf({ failed, targets }: LiveTaskSet): { readonly trouble?: string } {
  const reasons = Map.groupBy(failed.map(stopReason), (reason) => reason);
  const words = [...reasons]
    .toSorted((a, b) => b[1].length - a[1].length)
    .slice(0, MAX_REASONS)
    .map(([reason, all]) => (all.length === 1 ? reason : `${reason} (${all.length})`));
  const sick = targets.find(({ TargetHealth }) => TargetHealth?.State === 'unhealthy')?.TargetHealth;
  if (sick !== undefined)
    words.push([sick.Reason, sick.Description].filter(Boolean).join(' ') || 'targets are unhealthy');
  return words.length === 0 ? {} : { trouble: words.join('; ') };
}
