/** What came of verifying something. A pure function of what the sources say, and of now. */
export type Outcome =
  /** It holds. Also when there is nothing to verify. */
  | { readonly is: 'passed' }
  /** Too early to say. Ask again after `pollAfterMs` milliseconds. */
  | { readonly is: 'running'; readonly waitsFor: string; readonly pollAfterMs: number }
  /** It does not hold; `cause` is a sentence for a person. */
  | { readonly is: 'failed'; readonly cause: string };

/** It holds, or there is nothing to verify. */
export const PASSED: Outcome = { is: 'passed' };

/** All of them have to hold: the first failure counts, then the first that is due again. */
export function allOf(outcomes: readonly Outcome[]): Outcome {
  const failed = outcomes.filter((outcome) => outcome.is === 'failed');
  if (failed.length > 0) return { is: 'failed', cause: failed.map(({ cause }) => cause).join('; ') };
  const running = outcomes.filter((outcome) => outcome.is === 'running');
  if (running.length === 0) return PASSED;
  return {
    is: 'running',
    waitsFor: running.map(({ waitsFor }) => waitsFor).join('; '),
    pollAfterMs: Math.min(...running.map(({ pollAfterMs }) => pollAfterMs)),
  };
}
