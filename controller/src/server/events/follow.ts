import type { EventLevel } from '../../core/events.ts';
import type { StreamedEvent } from '../../api/http/streams.ts';
import type { Clock } from '../../core/clock.ts';
import type { EventFeed } from './feed.ts';
import type { Slot } from './slots.ts';
import { eventStream, type EventStream } from './streams.ts';

/** Below the idle timeout of an Application Load Balancer, 60 s. */
const HEARTBEAT_MS = 15_000;

const LOUDNESS: Readonly<Record<EventLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** What a stream sends, and for how long. */
export interface Following {
  readonly level: EventLevel;
  readonly lastEventId: string | undefined;
  /** Asked for each event: what somebody may see changes while they watch. */
  readonly isVisible: (event: StreamedEvent) => boolean;
  /** Asked at each heartbeat. Gives why the stream ends, or undefined. */
  readonly isOver: () => Promise<string | undefined>;
}

/** A stream of what came since `lastEventId` and what comes, until its slot ends. */
export function follow(slot: Slot, feed: EventFeed, clock: Clock, following: Following): EventStream {
  const stream = eventStream(slot);
  const pass = (event: StreamedEvent): void => {
    if (LOUDNESS[event.level] < LOUDNESS[following.level] || !following.isVisible(event)) return;
    stream.send(event, event);
  };
  const { events, gap } = feed.after(following.lastEventId);
  if (gap) stream.send({ code: 'stream.gap' }, { message: 'events are missing: read the state anew' });
  for (const event of events) pass(event);
  const stop = feed.subscribe(pass);
  slot.signal.addEventListener('abort', stop, { once: true });
  void keepUntilOver(slot, clock, following.isOver, () => stream.beat());
  return stream;
}

/** Ends a slot as soon as `isOver` gives a reason, or fails: when it cannot be said who may see this, nobody may. */
export async function keepUntilOver(
  slot: Slot,
  clock: Clock,
  isOver: () => Promise<string | undefined>,
  beat: () => void = () => undefined,
): Promise<void> {
  try {
    while (!slot.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, slot.signal);
      const reason = await isOver();
      if (reason === undefined) beat();
      else slot.end(reason);
    }
  } catch {
    slot.end('it cannot be said whether you may still see this');
  }
}
