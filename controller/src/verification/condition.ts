import type { Analysis } from '../api/service.ts';

/** What a measurement means, in Argo Rollouts' words. */
export type Phase = 'Successful' | 'Failed' | 'Inconclusive';

type Conditions = Pick<Analysis, 'successCondition' | 'failureCondition'>;

const FORM = /^result (<|<=|>|>=|==|!=) (-?[0-9]+(?:\.[0-9]+)?)$/;

const OPERATORS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/**
 * What a result means. With successCondition alone whatever does not succeed fails, with failureCondition alone whatever
 * does not fail succeeds; with both, what is neither is inconclusive, and what is both fails.
 * https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#failure-conditions-and-failure-limit
 */
export function phaseOf(result: number, { successCondition, failureCondition }: Conditions): Phase {
  if (Number.isNaN(result)) return 'Inconclusive';
  const fails = failureCondition === undefined ? undefined : holds(result, failureCondition);
  const succeeds = successCondition === undefined ? undefined : holds(result, successCondition);
  if (fails === true) return 'Failed';
  if (succeeds === undefined) return fails === false ? 'Successful' : 'Inconclusive';
  if (succeeds) return 'Successful';
  return fails === undefined ? 'Failed' : 'Inconclusive';
}

/** `result < 0.01`, or what must not be. */
export function conditionInWords({ successCondition, failureCondition }: Conditions): string {
  const success = successCondition === undefined ? [] : [`expected ${successCondition}`];
  const failure = failureCondition === undefined ? [] : [`fails at ${failureCondition}`];
  return [...success, ...failure].join(', ');
}

function holds(result: number, condition: string): boolean {
  const [, operator = '', number = ''] = FORM.exec(condition) ?? [];
  return OPERATORS[operator]?.(result, Number(number)) ?? false;
}
