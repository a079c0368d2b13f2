import type { Analysis } from '../api/service.ts';
import type { Phase } from './condition.ts';
import { type Outcome, PASSED } from './outcome.ts';

/** One measurement that has been made. */
export interface Measurement {
  readonly is: Phase;
  /** What was measured, or why nothing was: `result 0.05, expected result < 0.01`. */
  readonly told: string;
}

/** What has been measured so far. */
export interface Measured {
  /** In the order of time. */
  readonly measurements: readonly Measurement[];
  /** No more are to come, however few they are: nobody measured in some of the intervals. */
  readonly complete?: boolean;
  /** Milliseconds until the next is due. */
  readonly nextInMs: number;
}

/** How many measurements an analysis takes. */
export function countOf({ count }: Pick<Analysis, 'count'>): number {
  return count ?? 1;
}

/** Milliseconds between two measurements. */
export function intervalOf({ intervalSeconds }: Pick<Analysis, 'intervalSeconds'>): number {
  return (intervalSeconds ?? 60) * 1000;
}

/** How many measurements may be inconclusive. */
export function inconclusiveLimitOf({ inconclusiveLimit }: Pick<Analysis, 'inconclusiveLimit'>): number {
  return inconclusiveLimit ?? 3;
}

/** How many measurements decide at the latest: those that count, and those that may be inconclusive. */
export function mostOf(analysis: Pick<Analysis, 'count' | 'inconclusiveLimit'>): number {
  return countOf(analysis) + inconclusiveLimitOf(analysis);
}

/**
 * What the measurements of an analysis mean, one after another, so that later ones do not change what earlier ones have
 * decided. An inconclusive one is no measurement of `count`: an analysis without data does not pass. `endless`: it goes on
 * for as long as the rollout, so that it can fail, but not pass.
 */
export function judge(analysis: Analysis, { measurements, complete, nextInMs }: Measured, endless: boolean): Outcome {
  const { name, failureLimit = 0 } = analysis;
  const limit = inconclusiveLimitOf(analysis);
  let failed = 0;
  let unclear = 0;
  for (const [index, { is, told }] of measurements.entries()) {
    if (is === 'Failed') failed++;
    if (is === 'Inconclusive') unclear++;
    const of = plural(index + 1);
    if (failed > failureLimit) {
      const cause = `analysis ${name}: ${failed} of ${of} failed (at most ${failureLimit} may): ${told}`;
      return { is: 'failed', cause };
    }
    if (unclear > limit) {
      const cause = `analysis ${name}: ${unclear} of ${of} inconclusive (at most ${limit} may be): ${told}`;
      return { is: 'failed', cause };
    }
    if (!endless && index + 1 - unclear >= countOf(analysis)) return PASSED;
  }
  if (complete && !endless) return PASSED;
  const last = measurements.at(-1);
  const told = last === undefined ? '' : `, last: ${last.told}`;
  return {
    is: 'running',
    waitsFor: `analysis ${name}: ${plural(measurements.length)} so far${told}`,
    pollAfterMs: nextInMs,
  };
}

function plural(count: number): string {
  return `${count} measurement${count === 1 ? '' : 's'}`;
}
