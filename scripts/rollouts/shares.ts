import type { Answered } from '../quickstart/load.ts';
import type { WeightsSince } from './weights.ts';

/** A while in which the weights did not change, and who answered in it. */
export interface Step {
  /** Percent of the traffic that the rule gives the new revision. */
  readonly weight: number;
  /** Percent of the requests that it answered. */
  readonly measured: number;
  readonly requests: number;
}

/** A request that is under way while the weights change belongs to neither step. */
const MARGIN_MS = 150;

/** What each step of a rollout gave the new version. `before`: the target group that served before the rollout. */
export function sharesOf(
  changes: readonly WeightsSince[],
  answered: readonly Answered[],
  next: string,
): readonly Step[] {
  const [first] = changes;
  const stable = new Set(Object.keys(first?.weights ?? {}));
  return changes.map(({ at, weights }, index) => {
    const until = (changes[index + 1]?.at ?? Number.POSITIVE_INFINITY) - MARGIN_MS;
    const inStep = answered.filter(({ sentAt }) => sentAt >= at + MARGIN_MS && sentAt < until);
    const weight = Object.entries(weights).reduce((sum, [group, share]) => sum + (stable.has(group) ? 0 : share), 0);
    const byNew = inStep.filter(({ version }) => version === next).length;
    return { weight, measured: inStep.length === 0 ? 0 : (100 * byNew) / inStep.length, requests: inStep.length };
  });
}
