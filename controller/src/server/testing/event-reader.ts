/** One event as a client reads it. */
export interface ReadEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An open stream of server-sent events. */
export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** The next event; undefined when the stream is over. Comments are passed over. */
  next(): Promise<ReadEvent | undefined>;
  /** The next block of the stream as it came, comments too. */
  nextText(): Promise<string | undefined>;
  close(): void;
}

/** Opens a stream and reads it event by event. */
export async function readEvents(url: string, headers: Readonly<Record<string, string>>): Promise<EventReader> {
  const stop = new AbortController();
  const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: stop.signal });
  const chunks = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const nextText = async (): Promise<string | undefined> => {
    for (;;) {
      const end = rest.indexOf('\n\n');
      if (end !== -1) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        return block;
      }
      const { value, done } = (await chunks?.read()) ?? { value: undefined, done: true };
      if (done) return undefined;
      rest += value ?? '';
    }
  };
  return {
    status: answer.status,
    headers: answer.headers,
    nextText,
    next: async () => {
      for (;;) {
        const block = await nextText();
        if (block === undefined) return undefined;
        const fields = new Map(
          block.split('\n').map((line) => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
        );
        const [event, data, id] = [fields.get('event'), fields.get('data'), fields.get('id')];
        if (event === undefined || data === undefined) continue;
        return { event, data: JSON.parse(data) as Record<string, unknown>, ...(id !== undefined && { id }) };
      }
    },
    close: () => stop.abort(),
  };
}
