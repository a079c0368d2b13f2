import { expect, it } from 'vitest';
import { readEvents, type ServerSentEvent } from './server-sent-events.ts';

async function read(...pieces: readonly string[]): Promise<readonly ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  async function* source() {
    yield* pieces;
  }
  for await (const event of readEvents(source())) events.push(event);
  return events;
}

const STREAM =
  ': heartbeat\nid: 7\nevent: step.done\ndata: {"a":1}\ndata: {"b":2}\n\ndata:no space\r\n\r\nevent: empty\n\n';
const EVENTS = [
  { id: '7', event: 'step.done', data: '{"a":1}\n{"b":2}' },
  { id: '7', event: 'message', data: 'no space' },
];

it('reads fields, comments, several lines of data, and every line end of the specification', async () => {
  expect(await read(STREAM)).toEqual(EVENTS);
});

it('reads the same however the stream is cut into pieces', async () => {
  expect(await read(...STREAM.split(''))).toEqual(EVENTS);
  for (let at = 1; at < STREAM.length; at++) expect(await read(STREAM.slice(0, at), STREAM.slice(at))).toEqual(EVENTS);
});

it('leaves out an event that was cut off', async () => {
  expect(await read('data: whole\n\ndata: half')).toEqual([{ event: 'message', data: 'whole' }]);
});
