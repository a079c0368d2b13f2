import { expect, test } from 'vitest';
import { nextRun } from './schedule.ts';

const next = (schedule: string, zone: string, after: string) => {
  const found = nextRun(schedule, zone, Date.parse('2026-01-01T00:00:00Z'), Date.parse(after));
  return found === undefined ? undefined : new Date(found).toISOString();
};

test('cron runs at the next time that fits all fields', () => {
  expect(next('cron(0 8 ? * MON-FRI *)', 'UTC', '2026-11-20T08:00:00Z')).toBe('2026-11-23T08:00:00.000Z');
  expect(next('cron(*/15 9-17 * * ? *)', 'UTC', '2026-11-20T09:44:00Z')).toBe('2026-11-20T09:45:00.000Z');
  expect(next('cron(30 6 L * ? *)', 'UTC', '2026-02-01T00:00:00Z')).toBe('2026-02-28T06:30:00.000Z');
  expect(next('cron(0 0 ? * 6L *)', 'UTC', '2026-11-01T00:00:00Z')).toBe('2026-11-27T00:00:00.000Z');
  expect(next('cron(0 0 ? * TUE#2 *)', 'UTC', '2026-11-01T00:00:00Z')).toBe('2026-11-10T00:00:00.000Z');
  expect(next('cron(0 0 1W * ? *)', 'UTC', '2026-11-01T12:00:00Z')).toBe('2026-11-02T00:00:00.000Z');
  expect(next('cron(0 0 1 1 ? 2025)', 'UTC', '2026-11-01T00:00:00Z')).toBeUndefined();
});

test('schedules follow the clocks of their time zone', () => {
  expect(next('cron(0 8 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
  expect(next('cron(0 8 * * ? *)', 'Europe/Berlin', '2026-10-25T12:00:00Z')).toBe('2026-10-26T07:00:00.000Z');
  expect(next('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
  expect(next('at(2026-07-01T08:00:00)', 'America/New_York', '2026-01-01T00:00:00Z')).toBe('2026-07-01T12:00:00.000Z');
});

test('at runs once, rate again and again from the creation on', () => {
  expect(next('at(2026-07-01T08:00:00)', 'UTC', '2026-07-01T08:00:00Z')).toBeUndefined();
  expect(next('rate(5 minutes)', 'UTC', '2026-01-01T00:07:00Z')).toBe('2026-01-01T00:10:00.000Z');
});

test.each([
  'cron(0 8 * * *)',
  'cron(0 25 * * ? *)',
  'cron(0 8 1 * MON *)',
  'rate(0 minutes)',
  'at(tomorrow)',
  'every day',
])('a schedule that is not understood is refused: %s', (schedule) => {
  expect(() => next(schedule, 'UTC', '2026-01-01T00:00:00Z')).toThrow('is not valid');
});
