import { describe, expect, it } from 'vitest';
import { type Window, windowProblem, windowVerdict } from './windows.ts';

const HOUR = 3_600_000;

function window(kind: Window['kind'], schedule: string, hours: number, more: Partial<Window> = {}): Window {
  return { kind, schedule, durationMs: hours * HOUR, timezone: 'Etc/UTC', manualSync: false, ...more };
}

function at(text: string, ...windows: readonly Window[]): string {
  const { open, opensAt } = windowVerdict(windows, new Date(text));
  return open ? 'open' : `opens ${opensAt?.toISOString() ?? 'never'}`;
}

describe('windows', () => {
  it('are open where there are none, and outside of what is denied', () => {
    expect(at('2026-01-02T12:00:00Z')).toBe('open');
    const weekend = window('deny', '0 18 * * 5', 60);
    expect(at('2026-01-02T17:59:59Z', weekend)).toBe('open');
    expect(at('2026-01-02T18:00:00Z', weekend)).toBe('opens 2026-01-05T06:00:00.000Z');
    expect(at('2026-01-05T06:00:00Z', weekend)).toBe('open');
  });

  it('are closed outside of what is allowed, as soon as anything is', () => {
    const office = window('allow', '0 9 * * 1-5', 8);
    expect(at('2026-01-02T16:59:59Z', office)).toBe('open');
    expect(at('2026-01-02T17:00:00Z', office)).toBe('opens 2026-01-05T09:00:00.000Z');
    expect(at('2026-01-02T17:00:00Z', office, window('allow', '0 20 * * *', 1))).toBe('opens 2026-01-02T20:00:00.000Z');
  });

  it('stay closed where a denied time begins before the allowed one ends, and open after both', () => {
    const windows = [window('allow', '0 9 * * *', 2), window('deny', '0 8 * * 5', 3)];
    expect(at('2026-01-02T10:00:00Z', ...windows)).toBe('opens 2026-01-03T09:00:00.000Z');
  });

  it('open in the night in which the clocks are put forward, and close after so many real hours', () => {
    // Berlin, 29 March 2026: 02:00 becomes 03:00.
    const night = window('deny', '0 1 * * *', 3, { timezone: 'Europe/Berlin' });
    expect(at('2026-03-29T00:30:00Z', night)).toBe('opens 2026-03-29T03:00:00.000Z');
    // A time that is skipped does not come: there is no window in that night.
    const skipped = window('deny', '30 2 * * *', 1, { timezone: 'Europe/Berlin' });
    expect(at('2026-03-29T01:45:00Z', skipped)).toBe('open');
    expect(at('2026-03-30T00:45:00Z', skipped)).toBe('opens 2026-03-30T01:30:00.000Z');
  });

  it('open once in the night in which the clocks are put back', () => {
    // Berlin, 25 October 2026: 03:00 becomes 02:00; 02:30 comes at 00:30 and at 01:30 UTC.
    const night = window('deny', '30 2 * * *', 0.5, { timezone: 'Europe/Berlin' });
    expect(at('2026-10-25T00:45:00Z', night)).toBe('opens 2026-10-25T01:00:00.000Z');
    expect(at('2026-10-25T01:45:00Z', night)).toBe('open');
  });

  it('close for good when they cannot be read: what protects does not fall open', () => {
    const broken = window('deny', '61 * * * *', 1);
    expect(at('2026-01-02T12:00:00Z', broken)).toBe('opens never');
    expect(windowProblem('61 * * * *', 'Etc/UTC')).toBe('cron minutes "61": expected 0 to 59');
    expect(windowProblem('0 0 * * *', 'Mars/Base')).toBe(
      '"Mars/Base" is no time zone, expected a name such as Europe/Berlin',
    );
    expect(windowProblem('0 0 * *', 'Etc/UTC')).toContain('expected five fields');
  });

  it('never open when everything is denied', () => {
    expect(at('2026-01-02T12:00:00Z', window('deny', '0 * * * *', 2))).toBe('opens never');
  });

  it('let a person in only where every closed one does', () => {
    const lenient = window('deny', '0 0 * * *', 24, { manualSync: true });
    const strict = window('deny', '0 12 * * *', 1);
    expect(windowVerdict([lenient], new Date('2026-01-02T12:30:00Z')).manual).toBe(true);
    expect(windowVerdict([lenient, strict], new Date('2026-01-02T12:30:00Z')).manual).toBe(false);
  });

  it.each([
    ['0 12 13 * 5', '2026-02-13T12:00:00Z'],
    ['0 12 13 * 5', '2026-02-20T12:00:00Z'],
    ['0 12 * * 0', '2026-01-04T12:00:00Z'],
    ['0 12 * * 7', '2026-01-04T12:00:00Z'],
    ['*/15 8-10 1,15 1-3 *', '2026-03-15T10:45:00Z'],
  ])('%s fires at %s, as crontab(5) says', (schedule, moment) => {
    expect(at(moment, window('deny', schedule, 0.1))).not.toBe('open');
  });
});
