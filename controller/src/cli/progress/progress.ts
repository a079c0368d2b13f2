import type { Event, EventSink } from '../../core/events.ts';
import type { Io } from '../io.ts';
import { lineOf } from './line.ts';
import { statusLine } from './status-line.ts';

/** How events reach the person. */
export interface Progress {
  readonly sink: EventSink;
  /** Takes the moving line away; after it, nothing is written. */
  end(): void;
}

/** The form that fits: one JSON object a line, a line that moves on a terminal, plain lines elsewhere. */
export function progressFor(output: 'text' | 'json', debug: boolean, io: Io): Progress {
  const wanted = (event: Event): boolean => debug || event.level !== 'debug';
  if (output === 'json') {
    return { sink: (event) => wanted(event) && io.stdout(`${JSON.stringify(event)}\n`), end: () => undefined };
  }
  if (!io.stderrIsTTY) {
    return { sink: plain(io, wanted), end: () => undefined };
  }
  return moving(io, wanted);
}

/** Events that say what is waited for come every few seconds: on a terminal they replace each other. */
const TRANSIENT = new Set(['step.waiting']);

/** After these a resource waits for nothing any more. */
const FINAL = new Set(['step.done', 'step.failed']);

/** Lines for a log: what is waited for appears when it changes, not each time it is looked at. */
function plain(io: Io, wanted: (event: Event) => boolean): EventSink {
  const last = new Map<unknown, string>();
  return (event) => {
    if (!wanted(event)) return;
    if (TRANSIENT.has(event.code)) {
      if (last.get(event.data.ref) === event.message) return;
      last.set(event.data.ref, event.message);
    }
    io.stderr(`${lineOf(event, io)}\n`);
  };
}

function moving(io: Io, wanted: (event: Event) => boolean): Progress {
  const status = statusLine(io);
  return {
    sink: (event) => {
      if (!wanted(event)) return;
      if (TRANSIENT.has(event.code)) status.show(refOf(event), event.message);
      else {
        if (FINAL.has(event.code)) status.drop(refOf(event));
        status.above(lineOf(event, io));
      }
    },
    end: () => status.end(),
  };
}

function refOf({ data }: Event): string {
  return typeof data.ref === 'string' ? data.ref : '';
}
