import { describe, expect, it } from 'vitest';
import { deletionLimit } from './decide.ts';
import { durationMs } from './duration.ts';
import { backoffMs } from './retry.ts';

describe('how many resources one sync may delete', () => {
  it.each([
    [undefined, 5, 1],
    [undefined, 11, 2],
    ['10%', 0, 1],
    ['50%', 7, 4],
    ['0%', 100, 1],
    [0, 100, 0],
    [3, 100, 3],
    ['4', 100, 4],
  ])('%j of %i on record is %i', (maxDeletions, inventory, limit) => {
    expect(deletionLimit(maxDeletions, inventory)).toBe(limit);
  });
});

describe('times between tries', () => {
  it.each([
    ['5s', 5_000],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['2h', 7_200_000],
  ])('%s is %i ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it('grow to the maximum, spread over the upper half, and are the same in every run', () => {
    const backoff = { baseMs: 100, factor: 2, maxMs: 1_000 };
    const waits = [1, 2, 3, 4, 5, 20].map((n) => backoffMs(backoff, n, 'key'));
    [100, 200, 400, 800, 1_000, 1_000].forEach((full, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(full / 2);
      expect(waits[index]).toBeLessThanOrEqual(full);
    });
    expect([1, 2, 3, 4, 5, 20].map((n) => backoffMs(backoff, n, 'key'))).toEqual(waits);
    expect(backoffMs(backoff, 1, 'other')).not.toBe(waits[0]);
  });
});
