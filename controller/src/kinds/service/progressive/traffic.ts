import { type Action, otherOf, type RolloutState, sameWeights, split, type TaskSetState } from './state.ts';

/** What has to be shifted so that the stable set has all traffic. */
export function strayWeights(state: RolloutState, stable: TaskSetState): readonly Action[] {
  const serves = stable.targetGroup ?? state.pair.primary;
  return shifts(state, { stable: serves, next: otherOf(state.pair, serves), percent: 0, test: 0 });
}

/** The rules that do not have these weights. The test rule has all requests on one side. */
export function shifts(state: RolloutState, { stable, next, percent, test }: Traffic): readonly Action[] {
  const actions: Action[] = [];
  const production = split(stable, next, percent);
  if (!sameWeights(state.production, production))
    actions.push({ do: 'shift', rule: 'production', weights: production });
  const tests = split(stable, next, test);
  if (state.test !== undefined && !sameWeights(state.test, tests)) {
    actions.push({ do: 'shift', rule: 'test', weights: tests });
  }
  return actions;
}

/** Who is to have the requests: target groups, and the percent of the second one. */
interface Traffic {
  readonly stable: string;
  readonly next: string;
  readonly percent: number;
  readonly test: 0 | 100;
}

/** The traffic of a rollout with this share for the new set; with nothing else that serves, all of it, from the beginning. */
export function between(state: RolloutState, set: TaskSetState, percent: number, test: 0 | 100): Traffic {
  const next = set.targetGroup ?? '';
  const stable = state.stable?.targetGroup;
  if (stable === undefined) return { stable: otherOf(state.pair, next), next, percent: 100, test: 100 };
  return { stable, next, percent, test };
}
