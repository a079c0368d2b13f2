import { expect, test } from 'vitest';
import { phaseOf } from './condition.ts';

test.each([
  [0.005, 'result < 0.01', undefined, 'Successful'],
  [0.01, 'result < 0.01', undefined, 'Failed'],
  [5, undefined, 'result >= 5', 'Failed'],
  [4.9, undefined, 'result >= 5', 'Successful'],
  [0.5, 'result < 0.1', 'result > 1', 'Inconclusive'],
  [0.05, 'result < 0.1', 'result > 1', 'Successful'],
  [2, 'result < 0.1', 'result > 1', 'Failed'],
  [7, 'result > 1', 'result > 5', 'Failed'],
  [-3, 'result <= -3', undefined, 'Successful'],
  [3, 'result == 3', undefined, 'Successful'],
  [3, 'result != 3', undefined, 'Failed'],
  [Number.POSITIVE_INFINITY, 'result < 1', undefined, 'Failed'],
  [Number.NaN, 'result < 1', undefined, 'Inconclusive'],
])('%s with success %s and failure %s is %s', (result, successCondition, failureCondition, phase) => {
  const conditions = {
    ...(successCondition === undefined ? {} : { successCondition }),
    ...(failureCondition === undefined ? {} : { failureCondition }),
  };
  expect(phaseOf(result, conditions)).toBe(phase);
});
