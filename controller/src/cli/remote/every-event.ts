import type { StreamedEvent } from '../../api/http/streams.ts';
import { isAway, pause } from './patience.ts';
import type { ServerSentEvent } from './server-sent-events.ts';

const AGAIN_MS = 1_000;

/** How a stream of events is opened, and who hears what the stream has to say of itself. */
export interface EventSource {
  /** Opens it; `lastEventId`: goes on after that one. */
  readonly open: (lastEventId: string | undefined) => AsyncIterable<ServerSentEvent>;
  /** Why it ended, or that events are missing. */
  readonly say: (message: string) => void;
  /** How long to wait before it is opened again, in milliseconds. Default: a second. */
  readonly againMs?: number;
}

/** What a stream says of itself: `stream.end` with the reason, `stream.gap` with a message. */
interface StreamNotice {
  readonly reason?: string;
  readonly message?: string;
}

/**
 * Events as they come, also when the connection breaks or the controller is started anew: then it goes on where it was.
 * @throws what the controller refuses; the signal's reason when it aborts
 */
export async function* everyEvent(
  { open, say, againMs = AGAIN_MS }: EventSource,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent> {
  let lastEventId: string | undefined;
  for (let hasOpened = false; ; ) {
    try {
      for await (const { id, event, data } of open(lastEventId)) {
        hasOpened = true;
        lastEventId = id ?? lastEventId;
        const content = JSON.parse(data) as StreamedEvent | StreamNotice;
        if ('at' in content) yield content;
        else say(content.reason ?? content.message ?? event);
      }
      hasOpened = true;
    } catch (error) {
      signal.throwIfAborted();
      // A connection that breaks half-way is a TypeError of fetch.
      const isBroken = error instanceof TypeError || (hasOpened && isAway(error));
      if (!isBroken) throw error;
    }
    await pause(againMs, signal);
  }
}
