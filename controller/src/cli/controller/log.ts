import { pino } from 'pino';
import type { EventSink } from '../../core/events.ts';
import type { Io } from '../io.ts';
import { lineOf } from '../progress/line.ts';

/** How a controller logs. */
export type LogFormat = 'json' | 'text';

/** A sink that writes every event to standard output: JSON objects (pino) for collectors, lines for a person. */
export function eventLog(format: LogFormat, debug: boolean, io: Io): EventSink {
  if (format === 'text') {
    return (event) => {
      if (event.level === 'debug' && !debug) return;
      const { application } = event.data;
      const line = lineOf(event, io);
      io.stdout(typeof application === 'string' ? `${io.style('dim', application)}  ${line}\n` : `${line}\n`);
    };
  }
  const logger = pino(
    {
      level: debug ? 'debug' : 'info',
      base: null,
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => io.stdout(line) },
  );
  // The event's own time: what the injected clock said when it happened.
  return ({ at, code, level, message, data }) => logger[level]({ time: at.toISOString(), code, ...data }, message);
}
