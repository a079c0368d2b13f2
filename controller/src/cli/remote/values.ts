import { InvalidArgumentError } from 'commander';
import { durationMs } from '../../engine/duration.ts';

/** A whole number of an option. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

/** Seconds of a duration such as `90m`, `12h` or `30d`. */
export function secondsOf(text: string): number {
  const [, days, rest = ''] = /^(?:(\d{1,6})d)?((?:\d{1,9}(?:s|m|h))*)$/u.exec(text) ?? [];
  if (days === undefined && rest === '') throw new InvalidArgumentError('expected a duration such as 90m, 12h or 30d.');
  return Number(days ?? 0) * 86_400 + durationMs(rest) / 1000;
}

/** Values of an option that may be given several times. */
export function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
