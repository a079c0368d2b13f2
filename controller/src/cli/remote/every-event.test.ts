import { expect, it } from 'vitest';
import { TerminalError } from '../../core/errors.ts';
import { everyEvent } from './every-event.ts';
import type { ServerSentEvent } from './server-sent-events.ts';

const at = '2026-01-01T00:00:00.000Z';
const eventOf = (id: string): ServerSentEvent => ({
  id,
  event: 'step.done',
  data: JSON.stringify({ id, at, code: 'step.done', level: 'info', message: id, data: {} }),
});
const notice = (event: string, data: object): ServerSentEvent => ({ event, data: JSON.stringify(data) });

/** Connections one after the other: what each sends, and the error by which it ends. */
function source(...connections: readonly (readonly (ServerSentEvent | Error)[])[]) {
  const asked: (string | undefined)[] = [];
  const said: string[] = [];
  const opened = { againMs: 0, asked, said, say: (message: string) => void said.push(message), open };
  async function* open(lastEventId: string | undefined): AsyncGenerator<ServerSentEvent> {
    const connection = connections[asked.length] ?? [];
    asked.push(lastEventId);
    for (const sent of connection) {
      if (sent instanceof Error) throw sent;
      yield sent;
    }
  }
  return opened;
}

async function take(from: ReturnType<typeof source>, count: number): Promise<readonly string[]> {
  const stop = new AbortController();
  const messages: string[] = [];
  for await (const { message } of everyEvent(from, stop.signal)) {
    messages.push(message);
    if (messages.length === count) break;
  }
  stop.abort();
  return messages;
}

it('goes on after the last event when the connection breaks, or the controller is away', async () => {
  const away = new TerminalError('Unreachable', 'cannot be reached');
  const from = source([eventOf('1'), new TypeError('terminated')], [away], [eventOf('2')]);
  expect(await take(from, 2)).toEqual(['1', '2']);
  expect(from.asked).toEqual([undefined, '1', '1']);
});

it('says why the stream ended, and that events are missing, and does not take it for an event', async () => {
  const from = source(
    [eventOf('1'), notice('stream.end', { reason: 'the controller stops' })],
    [notice('stream.gap', { message: 'events are missing' }), eventOf('2')],
  );
  expect(await take(from, 2)).toEqual(['1', '2']);
  expect(from.said).toEqual(['the controller stops', 'events are missing']);
});

it('fails at once where nobody answered yet, and for what is refused', async () => {
  await expect(take(source([new TerminalError('Unreachable', 'no')]), 1)).rejects.toThrow('no');
  const refused = source([eventOf('1')], [new TerminalError('Unauthenticated', 'log in')]);
  await expect(take(refused, 2)).rejects.toThrow('log in');
});
