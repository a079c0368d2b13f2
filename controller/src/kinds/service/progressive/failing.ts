import { plural } from '../causes.ts';
import { inWords, pauseMs } from './duration.ts';
import type { RolloutState, TaskSetState } from './state.ts';

/** True when every task of the set runs and every target answers its health checks. */
export function isReady({ steady, desired, running, targets }: TaskSetState): boolean {
  return steady && running >= desired && targets.healthy >= desired && targets.starting === 0;
}

/** Why the rollout has to go back now; undefined while nothing is wrong. */
export function failureOf(state: RolloutState, next: TaskSetState, now: Date): string | undefined {
  return (
    tooManyFailed(state, next) ??
    alarmsInWords(state.alarms) ??
    tooManyUnhealthy(state, next) ??
    late(state, next, now) ??
    verificationFailed(state)
  );
}

function tooManyFailed({ plan }: RolloutState, next: TaskSetState): string | undefined {
  if (next.failed < plan.failedTasks) return undefined;
  return `${plural(next.failed, 'task')} of the new revision failed${next.trouble === undefined ? '' : `: ${next.trouble}`}`;
}

function alarmsInWords(alarms: readonly string[]): string | undefined {
  if (alarms.length === 0) return undefined;
  return `${alarms.length === 1 ? 'alarm' : 'alarms'} ${alarms.join(', ')} fired`;
}

/** With traffic a set of two with two sick tasks serves nobody, whatever the threshold. */
function tooManyUnhealthy({ plan }: RolloutState, next: TaskSetState): string | undefined {
  if (next.marks?.traffic === undefined) return undefined;
  const limit = Math.max(1, Math.min(plan.failedTasks, next.desired));
  const { unhealthy } = next.targets;
  if (next.desired === 0 || unhealthy + next.failed < limit || unhealthy === 0) return undefined;
  return `${unhealthy} of ${plural(next.desired, 'target')} of the new revision do not pass their health checks`;
}

/** Too long without being ready: while it starts, and afterwards when a step is due and cannot be taken. */
function late({ plan }: RolloutState, next: TaskSetState, now: Date): string | undefined {
  const { marks } = next;
  if (isReady(next) || marks === undefined || marks.paused !== undefined || marks.phase.is === 'Cleanup')
    return undefined;
  const step = marks.phase.is === 'Step' ? plan.steps[marks.phase.index - 1] : undefined;
  const pause = step?.pause === undefined ? 0 : pauseMs(step.pause);
  if (pause === undefined) return undefined;
  const due = (marks.since ?? next.createdAt).getTime() + pause + (marks.phase.is === 'Bake' ? plan.bakeMs : 0);
  if (now.getTime() - due < plan.deadlineMs) return undefined;
  const count = `${next.running} of ${plural(next.desired, 'task')} run, ${next.targets.healthy} healthy`;
  const why = next.trouble === undefined ? '' : `: ${next.trouble}`;
  return `the new revision is not healthy after ${inWords(plan.deadlineMs)}; ${count}${why}`;
}

function verificationFailed({ throughout, verification }: RolloutState): string | undefined {
  for (const outcome of [throughout, verification]) if (outcome?.is === 'failed') return outcome.cause;
  return undefined;
}
