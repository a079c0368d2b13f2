import { describe, expect, test } from 'vitest';
import { lastFiring, parseSchedule } from './schedule.ts';

/** ISO time of the last firing up to `now`, or undefined. */
function last(
  text: string,
  now: string,
  frame: { timezone?: string; startTime?: string; endTime?: string } = {},
): string | undefined {
  const { timezone = 'Etc/UTC', startTime, endTime } = frame;
  const found = lastFiring(
    parseSchedule(text),
    {
      timezone,
      startTime: startTime === undefined ? undefined : new Date(startTime),
      endTime: endTime === undefined ? undefined : new Date(endTime),
    },
    new Date(now),
  );
  return found?.toISOString().replace('.000Z', 'Z');
}

describe('cron', () => {
  // 2026-03-04 is a Wednesday.
  test.each([
    ['cron(0 6 ? * SAT *)', '2026-03-04T12:00:00Z', '2026-02-28T06:00:00Z'],
    ['cron(0 6 ? * SAT *)', '2026-02-28T06:00:00Z', '2026-02-28T06:00:00Z'],
    ['cron(0 6 ? * SAT *)', '2026-02-28T05:59:59Z', '2026-02-21T06:00:00Z'],
    ['cron(0 8,20 ? * MON-FRI *)', '2026-03-04T12:00:00Z', '2026-03-04T08:00:00Z'],
    ['cron(0 8,20 ? * MON-FRI *)', '2026-03-02T07:00:00Z', '2026-02-27T20:00:00Z'],
    ['cron(0/15 * ? * * *)', '2026-03-04T12:44:00Z', '2026-03-04T12:30:00Z'],
    ['cron(*/20 9-17 * * ? *)', '2026-03-04T20:00:00Z', '2026-03-04T17:40:00Z'],
    ['cron(0 0 1 JAN ? *)', '2026-03-04T12:00:00Z', '2026-01-01T00:00:00Z'],
    ['cron(0 0 L * ? *)', '2026-03-04T12:00:00Z', '2026-02-28T00:00:00Z'],
    ['cron(0 0 ? * FRIL *)', '2026-03-04T12:00:00Z', '2026-02-27T00:00:00Z'],
    ['cron(0 0 ? * 3#1 *)', '2026-03-04T12:00:00Z', '2026-03-03T00:00:00Z'],
    ['cron(0 0 ? * L *)', '2026-03-04T12:00:00Z', '2026-02-28T00:00:00Z'],
    ['cron(0 0 ? * FRI-SUN *)', '2026-03-04T12:00:00Z', '2026-03-01T00:00:00Z'],
    // The 1st is a Sunday: the nearest weekday in the same month is the 2nd.
    ['cron(0 0 1W * ? *)', '2026-03-04T12:00:00Z', '2026-03-02T00:00:00Z'],
    ['cron(0 0 28W 2 ? *)', '2026-03-04T12:00:00Z', '2026-02-27T00:00:00Z'],
    ['cron(0 0 29 2 ? *)', '2026-03-04T12:00:00Z', '2024-02-29T00:00:00Z'],
    ['cron(0 0 1 1 ? 2020-2022)', '2026-03-04T12:00:00Z', '2022-01-01T00:00:00Z'],
    ['cron(0 0 1 1 ? 2030)', '2026-03-04T12:00:00Z', undefined],
    ['cron(0 0 31 2 ? *)', '2026-03-04T12:00:00Z', undefined],
  ])('%s at %s fired last at %s', (text, now, expected) => {
    expect(last(text, now)).toBe(expected);
  });

  test.each([
    ['cron(0 6 * * *)', 'expected six fields'],
    ['cron(0 6 * * * *)', 'expected "?" as day of month or as day of week'],
    ['cron(0 6 ? * ? *)', 'expected "?" as day of month or as day of week'],
    ['cron(60 6 * * ? *)', 'cron minutes "60": expected 0 to 59'],
    ['cron(0 6 ? * MOM *)', 'cron day of week "MOM": expected 1 to 7 or SUN to SAT'],
    ['cron(0/0 6 * * ? *)', 'cron minutes "0/0"'],
    ['rate(0 minutes)', 'expected rate('],
    ['rate(5 weeks)', 'expected rate('],
    ['at(tomorrow)', 'expected at(yyyy-mm-ddThh:mm:ss)'],
    ['every day', 'expected cron(...), rate(...) or at(...)'],
  ])('%s is refused', (text, message) => {
    expect(() => parseSchedule(text)).toThrow(message);
  });
});

describe('time zones', () => {
  test('the wall clock counts, in winter and in summer', () => {
    const timezone = 'Europe/Berlin';
    expect(last('cron(0 6 * * ? *)', '2026-01-15T12:00:00Z', { timezone })).toBe('2026-01-15T05:00:00Z');
    expect(last('cron(0 6 * * ? *)', '2026-07-15T12:00:00Z', { timezone })).toBe('2026-07-15T04:00:00Z');
    expect(last('cron(0 1 * * ? *)', '2026-01-15T23:30:00Z', { timezone })).toBe('2026-01-15T00:00:00Z');
    expect(last('cron(0 1 * * ? *)', '2026-01-15T23:30:00Z', { timezone: 'Pacific/Auckland' })).toBe(
      '2026-01-15T12:00:00Z',
    );
  });

  test('a time that the clocks skip in spring does not fire', () => {
    // In Berlin 2026-03-29 has no 02:30.
    const timezone = 'Europe/Berlin';
    expect(last('cron(30 2 * * ? *)', '2026-03-29T12:00:00Z', { timezone })).toBe('2026-03-28T01:30:00Z');
    expect(last('cron(30 2 * * ? *)', '2026-03-30T12:00:00Z', { timezone })).toBe('2026-03-30T00:30:00Z');
    expect(last('at(2026-03-29T02:30:00)', '2026-04-01T00:00:00Z', { timezone })).toBeUndefined();
  });

  test('a time that the clocks repeat in autumn fires once, the first time', () => {
    // In Berlin 2026-10-25 has two 02:30: at 00:30Z and at 01:30Z.
    const timezone = 'Europe/Berlin';
    expect(last('cron(30 2 * * ? *)', '2026-10-25T00:45:00Z', { timezone })).toBe('2026-10-25T00:30:00Z');
    expect(last('cron(30 2 * * ? *)', '2026-10-25T12:00:00Z', { timezone })).toBe('2026-10-25T00:30:00Z');
  });
});

describe('at, rate, start and end', () => {
  test('at fires once', () => {
    expect(last('at(2026-03-04T06:00:00)', '2026-03-04T05:59:59Z')).toBeUndefined();
    expect(last('at(2026-03-04T06:00:00)', '2026-09-04T06:00:00Z')).toBe('2026-03-04T06:00:00Z');
    expect(last('at(2026-03-04T06:00)', '2026-03-05T00:00:00Z', { timezone: 'America/New_York' })).toBe(
      '2026-03-04T11:00:00Z',
    );
  });

  test('a rate counts from its start, and nobody knows when one without a start fires', () => {
    const startTime = '2026-03-04T06:00:00Z';
    expect(last('rate(45 minutes)', '2026-03-04T08:00:00Z', { startTime })).toBe('2026-03-04T07:30:00Z');
    expect(last('rate(1 day)', '2026-03-04T05:00:00Z', { startTime })).toBeUndefined();
    expect(last('rate(1 hour)', '2026-03-04T08:00:00Z')).toBeUndefined();
  });

  test('a start fires itself, and nothing fires before it or after the end', () => {
    const frame = { startTime: '2026-03-03T10:00:00Z', endTime: '2026-03-10T00:00:00Z' };
    expect(last('cron(0 6 * * ? *)', '2026-03-03T09:00:00Z', frame)).toBeUndefined();
    expect(last('cron(0 6 * * ? *)', '2026-03-03T12:00:00Z', frame)).toBe('2026-03-03T10:00:00Z');
    expect(last('cron(0 6 * * ? *)', '2026-03-04T12:00:00Z', frame)).toBe('2026-03-04T06:00:00Z');
    expect(last('cron(0 6 * * ? *)', '2026-05-01T12:00:00Z', frame)).toBe('2026-03-09T06:00:00Z');
  });
});
