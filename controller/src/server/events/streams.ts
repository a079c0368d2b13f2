import { Readable } from 'node:stream';
import type { Slot } from './slots.ts';

/** A client that does not read is let go: it resumes where it was. */
const MAX_UNREAD_BYTES = 1_048_576;

/** One open stream of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface EventStream {
  /** What is sent to the client. */
  readonly body: Readable;
  /** Without an id, `Last-Event-ID` of the client stays as it is. */
  send(event: { readonly code: string; readonly id?: string }, data: object): void;
  /** A comment: keeps proxies from closing the connection. */
  beat(): void;
}

/** A stream that is open as long as its slot; it tells the client why it ends. */
export function eventStream(slot: Slot): EventStream {
  const { signal } = slot;
  const body = new Readable({ read: () => undefined });
  body.once('close', () => slot.end('the client has gone'));
  const write = (text: string): void => {
    if (signal.aborted) return;
    body.push(text);
    if (body.readableLength > MAX_UNREAD_BYTES) body.destroy();
  };
  signal.addEventListener(
    'abort',
    () => {
      if (body.destroyed) return;
      body.push(eventText({ code: 'stream.end' }, { reason: (signal.reason as Error).message }));
      body.push(null);
    },
    { once: true },
  );
  // The client connects again after three seconds; the comment makes it see at once that it is connected.
  write('retry: 3000\n: connected\n\n');
  return { body, send: (event, data) => write(eventText(event, data)), beat: () => write(': alive\n\n') };
}

/** One event. JSON has no line breaks, and a code is a word: nothing in them can begin another field. */
export function eventText({ code, id }: { readonly code: string; readonly id?: string }, data: object): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${code}\ndata: ${JSON.stringify(data)}\n\n`;
}
