import { describe, expect, test } from 'vitest';
import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import { expectedCapacity, isOver, wantedCapacity } from './capacity.ts';

/** Two tasks on weekends from six to ten, else none. */
const weekend: ScalingPolicySpec = {
  target: { service: 'api' },
  minCapacity: 0,
  maxCapacity: 0,
  scheduled: [
    { schedule: 'cron(0 6 ? * SAT,SUN *)', minCapacity: 2, maxCapacity: 2 },
    { schedule: 'cron(0 22 ? * SAT,SUN *)', minCapacity: 0, maxCapacity: 0 },
  ],
};
const at = (iso: string): Date => new Date(iso);

describe('expected limits', () => {
  // 2026-03-07 is a Saturday.
  test.each([
    ['2026-03-06T12:00:00Z', 0],
    ['2026-03-07T05:59:59Z', 0],
    ['2026-03-07T06:00:00Z', 2],
    ['2026-03-07T21:59:59Z', 2],
    ['2026-03-07T22:00:00Z', 0],
    ['2026-03-08T12:00:00Z', 2],
    ['2026-03-09T00:00:00Z', 0],
  ])('at %s there are %d tasks', (now, count) => {
    expect(expectedCapacity(weekend, at(now))).toEqual({ minCapacity: count, maxCapacity: count });
  });

  test('an action that sets one limit leaves the other to the one before', () => {
    const spec: ScalingPolicySpec = {
      target: { service: 'api' },
      minCapacity: 1,
      maxCapacity: 5,
      scheduled: [
        { schedule: 'cron(0 8 * * ? *)', maxCapacity: 50 },
        { schedule: 'cron(0 9 * * ? *)', minCapacity: 10 },
      ],
    };
    expect(expectedCapacity(spec, at('2026-03-04T08:30:00Z'))).toEqual({ minCapacity: 10, maxCapacity: 50 });
    expect(
      expectedCapacity({ ...spec, scheduled: spec.scheduled?.slice(0, 1) ?? [] }, at('2026-03-04T08:30:00Z')),
    ).toEqual({
      minCapacity: 1,
      maxCapacity: 50,
    });
  });

  test('while scheduled actions are suspended the declared limits count', () => {
    const suspended = { ...weekend, suspend: { scheduled: true } };
    expect(expectedCapacity(suspended, at('2026-03-07T12:00:00Z'))).toEqual({ minCapacity: 0, maxCapacity: 0 });
  });
});

describe('around a boundary', () => {
  const closed = { minCapacity: 0, maxCapacity: 0 };
  const open = { minCapacity: 2, maxCapacity: 2 };

  test('AWS may be two minutes late and a minute early', () => {
    expect(wantedCapacity(weekend, closed, at('2026-03-07T06:01:30Z'))).toEqual(closed);
    expect(wantedCapacity(weekend, open, at('2026-03-07T06:01:30Z'))).toEqual(open);
    expect(wantedCapacity(weekend, open, at('2026-03-07T05:59:30Z'))).toEqual(open);
  });

  test('later than that it is drift, and so are other numbers at any time', () => {
    expect(wantedCapacity(weekend, closed, at('2026-03-07T06:02:01Z'))).toEqual(open);
    expect(wantedCapacity(weekend, { minCapacity: 1, maxCapacity: 9 }, at('2026-03-07T06:00:30Z'))).toEqual(open);
    expect(wantedCapacity(weekend, undefined, at('2026-03-07T06:00:30Z'))).toEqual(open);
  });
});

test('what happens once, or has ended, is over', () => {
  const now = at('2026-03-04T12:00:00Z');
  expect(isOver({ schedule: 'at(2026-03-04T12:00:00)', minCapacity: 1 }, now)).toBe(true);
  expect(isOver({ schedule: 'at(2026-03-04T12:00:01)', minCapacity: 1 }, now)).toBe(false);
  expect(isOver({ schedule: 'cron(0 6 * * ? *)', endTime: '2026-03-04T12:00:00Z', minCapacity: 1 }, now)).toBe(true);
  expect(isOver({ schedule: 'cron(0 6 * * ? *)', minCapacity: 1 }, now)).toBe(false);
});
