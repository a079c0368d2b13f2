import type { Event, EventLevel } from '../../core/events.ts';
import { harmless } from '../../core/render/words.ts';
import type { Io, Style } from '../io.ts';

const STYLES: Readonly<Record<EventLevel, Style | undefined>> = {
  debug: 'dim',
  info: undefined,
  warn: 'yellow',
  error: 'red',
};

/** `21:04:05  Service/api  what happened`. Local time: the person compares it with a clock on the wall. */
export function lineOf(event: Event, io: Io): string {
  const time = io.style('dim', event.at.toTimeString().slice(0, 8));
  const style = STYLES[event.level];
  const { ref } = event.data;
  const subject = typeof ref === 'string' && !event.message.includes(ref) ? `${io.style('bold', ref)}  ` : '';
  // A message of AWS may hold line breaks; a log line must not, and nobody's text steers the terminal.
  const message = harmless(event.message.replaceAll(/\s*\n\s*/gu, ' '));
  return `${time}  ${subject}${style === undefined ? message : io.style(style, message)}`;
}
