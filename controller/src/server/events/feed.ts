import { randomBytes } from 'node:crypto';
import type { StreamedEvent } from '../../api/http/streams.ts';
import type { Event, EventSink } from '../../core/events.ts';
import { AUDIT_EVENT } from '../audit.ts';
import { redacted } from '../redaction.ts';

/** What a stream begins with. */
export interface Backlog {
  /** Events after the one that was asked for. */
  readonly events: readonly StreamedEvent[];
  /** True: some are lost, because they are too old or of a process before this one. */
  readonly gap: boolean;
}

/** The events of this process, for whoever comes late. */
export interface EventFeed {
  /** To be given every event. */
  readonly sink: EventSink;
  /** What came after the event of this id; without one nothing: a stream begins now. */
  after(id: string | undefined): Backlog;
  /** Hears every event from now on. Gives the way to stop. A listener must not throw. */
  subscribe(listener: (event: StreamedEvent) => void): () => void;
}

/** How many events are kept for streams that resume. */
const DEFAULT_FEED_CAPACITY = 2_000;

/**
 * A feed that keeps the last `capacity` events. Ids are `<process>-<number>`: one of another process is known as such, because
 * that part is random.
 */
export function createEventFeed(capacity = DEFAULT_FEED_CAPACITY): EventFeed {
  const process = randomBytes(6).toString('hex');
  const kept: StreamedEvent[] = [];
  const listeners = new Set<(event: StreamedEvent) => void>();
  let count = 0;
  const numberOf = (id: string): number | undefined => {
    const [of, number = ''] = id.split('-');
    return of === process && /^\d{1,15}$/u.test(number) ? Number(number) : undefined;
  };
  return {
    sink: (event) => {
      if (event.code === AUDIT_EVENT) return;
      const streamed = toStreamed(event, `${process}-${++count}`);
      kept.push(streamed);
      // In halves: shifting an array of thousands at every event would cost more than the event.
      if (kept.length >= capacity * 2) kept.splice(0, kept.length - capacity);
      for (const listener of listeners) listener(streamed);
    },
    after: (id) => {
      if (id === undefined || id === '') return { events: [], gap: false };
      const number = numberOf(id);
      const missed = number === undefined ? Number.POSITIVE_INFINITY : count - number;
      if (missed < 0 || missed > Math.min(kept.length, capacity)) return { events: [], gap: true };
      return { events: missed === 0 ? [] : kept.slice(-missed), gap: false };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function toStreamed(event: Event, id: string): StreamedEvent {
  const { at, code, level, message, data } = redacted(event);
  return { id, at: at.toISOString(), code, level, message, data };
}
