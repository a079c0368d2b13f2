import { expect, test } from 'vitest';
import { failureThreshold } from './circuit-breaker.ts';
import { launchBackoffMs } from './launch-backoff.ts';

test.each([
  [1, 3],
  [6, 3],
  [7, 4],
  [25, 13],
  [400, 200],
  [800, 200],
])('the circuit breaker of a service of %i tasks opens after %i failures', (desired, threshold) => {
  expect(failureThreshold({ enable: true, rollback: true }, desired)).toBe(threshold);
});

test.each([
  ['COUNT' as const, 7, 100, 7],
  ['BOUNDED_PERCENT' as const, 10, 100, 10],
  ['UNBOUNDED_PERCENT' as const, 100, 400, 400],
  ['UNBOUNDED_PERCENT' as const, 10, 10, 1],
])('a threshold of type %s and value %i at %i tasks is %i', (type, value, desired, threshold) => {
  const breaker = { enable: true, rollback: true, thresholdConfiguration: { type, value } };
  expect(failureThreshold(breaker, desired)).toBe(threshold);
});

test('launches are spaced out after repeated failures, by at most 27 minutes', () => {
  expect([1, 2, 3, 4, 5].map((rounds) => launchBackoffMs(rounds) / 1000)).toEqual([0, 0, 60, 120, 240]);
  expect(launchBackoffMs(40)).toBe(27 * 60_000);
});
