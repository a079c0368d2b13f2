/** A time on the wall, without a zone. Months and days count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The clocks of one time zone. */
export interface ZoneClock {
  readonly format: Intl.DateTimeFormat;
}

const DAY_MS = 86_400_000;

/** True when the runtime knows a time zone of this name. */
export function isTimezone(name: string): boolean {
  try {
    zoneClock(name);
    return true;
  } catch {
    return false;
  }
}

/** The clocks of a zone of the IANA database. Throws a RangeError when there is none of that name. */
export function zoneClock(timezone: string): ZoneClock {
  const fields = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  return {
    format: new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', era: 'short', ...fields }),
  };
}

/** What the clocks of a zone show at a moment. */
export function wallTimeAt(clock: ZoneClock, moment: Date): WallTime {
  const parts = new Map(clock.format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

/** The first moment at which the clocks show this time; undefined when they skip it. */
export function instantOf(clock: ZoneClock, wallTime: WallTime): Date | undefined {
  const asUtc = utcOf(wallTime);
  // The offsets of the day before and the day after: around a change both are tried.
  const offsets = [offsetAt(clock, asUtc - DAY_MS), offsetAt(clock, asUtc + DAY_MS)];
  const moments = offsets
    .map((offset) => asUtc - offset)
    .filter((moment) => utcOf(wallTimeAt(clock, new Date(moment))) === asUtc);
  return moments.length === 0 ? undefined : new Date(Math.min(...moments));
}

function offsetAt(clock: ZoneClock, moment: number): number {
  return utcOf(wallTimeAt(clock, new Date(moment))) - moment;
}

function utcOf({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
