/** A wall-clock time. Months count from 1. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
}

/** The wall clock of a time zone at an instant, in milliseconds since the epoch. */
export function localDate(instant: number, zone: string): WallClock & { readonly second: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
}

/**
 * The instant at which a zone's clocks show this time: the earlier one when they show it twice, undefined when a change
 * to summer time jumps over it.
 */
export function instantOf(wall: WallClock, zone: string): number | undefined {
  const asUtc = utcOf(wall);
  // The zone's offset half a day before and after covers any change of the clocks in between.
  const offsets = [-43_200_000, 43_200_000].map((shift) => utcOf(localDate(asUtc + shift, zone)) - (asUtc + shift));
  const candidates = offsets.map((offset) => asUtc - offset).toSorted((a, b) => a - b);
  return candidates.find((instant) => utcOf(localDate(instant, zone)) === asUtc);
}

/** True for a time zone of the IANA database. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function utcOf({ year, month, day, hour, minute, second = 0 }: WallClock): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
