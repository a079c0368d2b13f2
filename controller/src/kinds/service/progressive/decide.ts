import { plural } from '../causes.ts';
import { inWords, pauseMs } from './duration.ts';
import { failureOf, isReady } from './failing.ts';
import { type Phase, RETRY } from './marks.ts';
import { type Action, type Decision, otherOf, type RolloutState, type TaskSetState, weightAt } from './state.ts';
import { between, shifts, strayWeights } from './traffic.ts';

/** How often a rollout is looked at, in milliseconds: what fails is found within this time. */
const POLL_MS = 5_000;
/** How long load balancers are given to heed new weights before tasks go, in milliseconds. */
export const PROPAGATION_MS = 10_000;
/** How long what nobody owns is left alone at rest, in milliseconds: somebody may be at work. */
const AT_REST_MS = 60_000;

/**
 * What to do now. A pure function of what AWS shows: whoever asks, after a crash or in another replica, gets the same
 * answer. An intention is marked before it is carried out, so that it is neither forgotten nor taken back.
 */
export function decide(state: RolloutState, now: Date): Decision {
  const set = state.next;
  if (set === undefined) return atRest(state, now);
  if (set.marks?.ended !== undefined) return goingBack(state, set, set.marks.ended, now);
  if (!set.wanted && !state.plan.queues) return superseded(state, set, now);
  return goingOn(state, set, now);
}

/** Nothing is in flight: begins what Git wants, or puts right what somebody changed by hand. */
function atRest(state: RolloutState, now: Date): Decision {
  const { stable, pair } = state;
  const restarts = stable !== undefined && state.restart === stable.id;
  if (stable === undefined || !stable.wanted || restarts) {
    if (state.held && !restarts) return { is: 'failed', cause: state.last?.cause ?? 'its rollout failed' };
    const serves = stable?.targetGroup ?? serving(state);
    const other = otherOf(pair, serves);
    const targetGroup = stable === undefined ? serves : other;
    return act('the new task set to start', [
      // A target group takes tasks only when a rule forwards to it, and with weight 0 that is no request.
      ...shifts(state, { stable: serves, next: other, percent: 0, test: 0 }),
      { do: 'create', targetGroup, ...(stable === undefined ? {} : { from: stable }) },
    ]);
  }
  return repair(state, stable, now);
}

/** The target group that has the traffic before there is any task. */
function serving({ production, pair }: RolloutState): string {
  return (production[pair.alternate] ?? 0) > (production[pair.primary] ?? 0) ? pair.alternate : pair.primary;
}

/** Weights and task sets that no rollout owns, once nothing has been in flight for a while. */
function repair(state: RolloutState, stable: TaskSetState, now: Date): Decision {
  const stray = strayWeights(state, stable);
  const orphans = state.orphans.filter((set) => age(set.createdAt, now) >= AT_REST_MS);
  const quiet = age(stable.updatedAt, now) >= AT_REST_MS;
  const actions: readonly Action[] = [
    ...(quiet ? stray : []),
    ...orphans.map((set): Action => ({ do: 'delete', set, force: true })),
  ];
  if (actions.length > 0) return act('what was changed by hand to go', actions);
  if (stray.length > 0 || state.orphans.length > 0) {
    return wait(`${AT_REST_MS / 1_000} seconds without a rollout, to put right what was changed by hand`, POLL_MS);
  }
  if (stable.scale !== 100) return act('the tasks that are missing', [{ do: 'scale', set: stable, percent: 100 }]);
  const records: readonly Action[] = [
    ...(state.unverified ? [{ do: 'verified' } as const] : []),
    ...(state.restart === RETRY ? [{ do: 'answer' } as const] : []),
  ];
  return records.length === 0 ? { is: 'done' } : act('the record of it', records);
}

/** Given up: the traffic first, then the memory of it, then the tasks. */
function goingBack(
  state: RolloutState,
  set: TaskSetState,
  ended: { readonly how: 'Failed' | 'Superseded'; readonly at: Date; readonly cause: string },
  now: Date,
): Decision {
  const { stable } = state;
  const actions: Action[] = [];
  if (stable !== undefined) actions.push(...shifts(state, between(state, set, 0, 0)));
  if (state.last?.id !== set.id) {
    const hold = ended.how === 'Failed' && set.wanted && stable?.wanted !== true;
    actions.push({ do: 'remember', last: { id: set.id, how: ended.how, cause: ended.cause }, hold });
  }
  if (stable !== undefined && set.status === 'PRIMARY') actions.push({ do: 'promote', set: stable });
  if (actions.length > 0) return act('all traffic to be back', actions);
  // The first set of a service has nothing to go back to: it stays for people to look at until something else is wanted.
  if (stable === undefined && state.held && set.wanted) return { is: 'failed', cause: ended.cause };
  return removing(set, ended.at, now, 'the tasks that were given up');
}

/** Git says something else than what the rollout in flight goes to. */
function superseded(state: RolloutState, set: TaskSetState, now: Date): Decision {
  const phase = set.marks?.phase.is;
  const goesOn = phase === 'Cleanup' || (phase === 'Bake' && state.stable?.wanted !== true);
  if (phase === 'Bake' && goesOn)
    return act('the old tasks to go', [{ do: 'mark', set, phase: { is: 'Cleanup' }, traffic: true }]);
  if (goesOn) return goingOn(state, set, now);
  return act('all traffic to be back', [
    { do: 'end', set, how: 'Superseded', cause: 'Git moved' },
    ...shifts(state, between(state, set, 0, 0)),
  ]);
}

function goingOn(state: RolloutState, set: TaskSetState, now: Date): Decision {
  const phase: Phase = set.marks?.phase ?? { is: 'ScaleUp' };
  if (phase.is === 'Cleanup') return cleanup(state, set, set.marks?.since ?? now, now);
  const cause = failureOf(state, set, now);
  if (cause !== undefined) {
    return act('all traffic to be back', [
      { do: 'end', set, how: 'Failed', cause },
      ...shifts(state, between(state, set, 0, 0)),
    ]);
  }
  const weight = weightAt(state.plan, phase);
  const pending = [
    ...shifts(state, between(state, set, weight, phase.is === 'ScaleUp' ? 0 : 100)),
    ...promotion(state, set, phase),
  ];
  if (pending.length > 0) return act(`${weight} percent of the traffic to move`, pending);
  if (phase.is === 'ScaleUp') return scaleUp(state, set);
  if (set.marks?.paused !== undefined) return wait('a person to resume', POLL_MS);
  if (state.blind !== undefined) return wait(`the alarms, which cannot be read: ${state.blind}`, POLL_MS);
  return phase.is === 'Bake' ? bake(state, set, now) : step(state, set, phase.index, now);
}

function scaleUp(state: RolloutState, set: TaskSetState): Decision {
  if (set.scale !== 100) return act('the tasks that are missing', [{ do: 'scale', set, percent: 100 }]);
  if (!isReady(set) || set.marks?.paused !== undefined) {
    const count = `${set.targets.healthy} of ${plural(set.desired, 'task')} are healthy`;
    return wait(set.marks?.paused === undefined ? `the new tasks: ${count}` : 'a person to resume', POLL_MS);
  }
  // Without anything that serves there is nothing to move traffic from.
  return to(state, set, state.stable === undefined ? { is: 'Bake' } : { is: 'Step', index: 1 });
}

function step(state: RolloutState, set: TaskSetState, index: number, now: Date): Decision {
  const { steps } = state.plan;
  const current = steps[index - 1];
  const following: Phase = index >= steps.length ? { is: 'Bake' } : { is: 'Step', index: index + 1 };
  if (current?.pause !== undefined) {
    const pause = pauseMs(current.pause);
    if (pause === undefined) return wait('a person to promote', POLL_MS);
    const left = pause - age(set.marks?.since ?? now, now);
    if (left > 0) return wait(`${inWords(left)} until the next step`, Math.min(left, POLL_MS));
  }
  if (current?.analysis !== undefined && state.verification?.is !== 'passed') return analysing(state);
  if (!isReady(set)) {
    return wait(`the new tasks to be healthy again: ${set.targets.healthy} of ${set.desired} are`, POLL_MS);
  }
  return to(state, set, following);
}

function bake(state: RolloutState, set: TaskSetState, now: Date): Decision {
  if (state.verification?.is !== 'passed') return analysing(state);
  const left = state.stable === undefined ? 0 : state.plan.bakeMs - age(set.marks?.since ?? now, now);
  if (left > 0) return wait(`${inWords(left)} until the old tasks go`, Math.min(left, POLL_MS));
  if (!isReady(set)) {
    return wait(`the new tasks to be healthy again: ${set.targets.healthy} of ${set.desired} are`, POLL_MS);
  }
  return act('the old tasks to go', [{ do: 'mark', set, phase: { is: 'Cleanup' }, traffic: true }]);
}

function analysing({ verification }: RolloutState): Decision {
  if (verification?.is !== 'running') return wait('the verification', POLL_MS);
  return wait(verification.waitsFor, Math.min(verification.pollAfterMs, POLL_MS));
}

function cleanup(state: RolloutState, set: TaskSetState, since: Date, now: Date): Decision {
  const pending = [...shifts(state, between(state, set, 100, 100)), ...promotion(state, set, { is: 'Cleanup' })];
  if (pending.length > 0) return act('all traffic to move', pending);
  return state.stable === undefined ? { is: 'done' } : removing(state.stable, since, now, 'the old tasks');
}

/** Takes a set away that has had no traffic since then: first its tasks, which leave the load balancer, then the set. */
function removing(set: TaskSetState, since: Date, now: Date, what: string): Decision {
  const left = PROPAGATION_MS - age(since, now);
  if (left > 0) return wait('the load balancer to heed the weights', left);
  if (set.scale > 0) return act(`${what} to stop`, [{ do: 'scale', set, percent: 0 }]);
  if (set.running + set.pending > 0) return wait(`${what} to stop: ${set.running + set.pending} are left`, POLL_MS);
  return act(`${what} to be gone`, [{ do: 'delete', set, force: false }]);
}

/** Marks the phase, then moves the traffic that belongs to it. */
function to(state: RolloutState, set: TaskSetState, phase: Phase): Decision {
  const weight = weightAt(state.plan, phase);
  return act(`${weight} percent of the traffic to move`, [
    { do: 'mark', set, phase, traffic: weight > 0 },
    ...shifts(state, between(state, set, weight, 100)),
    ...promotion(state, set, phase),
  ]);
}

/**
 * When a set becomes PRIMARY: once it has all traffic. The first one of a service only when it has come through, for
 * until then there is nothing else that a look at the tags of task sets would be needed for.
 */
function promotion({ stable }: RolloutState, set: TaskSetState, phase: Phase): readonly Action[] {
  const due = phase.is === 'Cleanup' || (phase.is === 'Bake' && stable !== undefined);
  return due && set.status !== 'PRIMARY' ? [{ do: 'promote', set }] : [];
}

function age(since: Date, now: Date): number {
  return now.getTime() - since.getTime();
}

function act(waitsFor: string, actions: readonly Action[]): Decision {
  return { is: 'act', actions, waitsFor };
}

function wait(waitsFor: string, pollAfterMs: number): Decision {
  return { is: 'wait', waitsFor, pollAfterMs };
}
