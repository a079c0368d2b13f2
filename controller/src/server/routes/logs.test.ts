import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LogLine } from '../../api/http/streams.ts';
import { TerminalError } from '../../core/errors.ts';
import type { LogReader, LogRequest } from '../logs.ts';
import { readEvents } from '../testing/event-reader.ts';
import { MemoryControl } from '../testing/memory-control.ts';
import { stateOf } from '../testing/states.ts';
import { startWorld, type World } from '../testing/world.ts';

const LINES: readonly LogLine[] = ['started', 'GET /\r\nevil', 'dial postgres://app:hunter2@db/shop'].map(
  (text, index) => ({
    at: `2026-01-01T00:00:0${index}.000Z`,
    container: 'web',
    task: 'abc',
    text,
  }),
);

let asked: LogRequest[];
let ended: Promise<unknown>;
let world: World;
beforeEach(async () => {
  asked = [];
  const logs: LogReader = {
    read: async (_application, request, signal) => {
      asked.push(request);
      if (request.container === 'none') throw new TerminalError('NotFound', 'Service/web has no container "none"');
      ended = new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      return lines(request, signal);
    },
  };
  world = await startWorld({ control: new MemoryControl(stateOf('web')), dependencies: { logs } });
});
afterEach(() => world.close());

async function* lines({ follow }: LogRequest, signal: AbortSignal): AsyncGenerator<LogLine> {
  yield* LINES;
  if (follow && !signal.aborted) await ended;
}

it('are text, a line for a line, without credentials', async () => {
  const path = '/api/v1/applications/web/logs?resource=Service/web&tail=50&sinceSeconds=60&contains=x';
  const { text, headers } = await world.ask('GET', path, { as: await world.token({ access: 'viewer' }) });
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(text).toBe('started\nGET / evil\ndial postgres://db/shop\n');
  expect(asked).toEqual([
    {
      ref: 'Service/web',
      since: new Date(world.clock.now().getTime() - 60_000),
      tail: 50,
      follow: false,
      contains: 'x',
    },
  ]);
});

it('are events for those who accept them, and go on until the client leaves', async () => {
  const reader = await readEvents(`${world.url}/api/v1/applications/web/logs?resource=Job:web&follow=true`, {
    authorization: `Bearer ${await world.token()}`,
  });
  expect(await reader.next()).toEqual({ event: 'log', data: LINES[0] });
  reader.close();
  await ended;
});

it('end for somebody who may not see them any more', async () => {
  const as = await world.token({ expiresInSeconds: 60 });
  const following = world.ask('GET', '/api/v1/applications/web/logs?resource=Service/web&follow=true', { as });
  await expect.poll(() => asked.length).toBe(1);
  await world.clock.advance(60_000);
  expect((await following).status).toBe(200);
});

it.each([
  ['?resource=Service/web&container=none', 404, 'Service/web has no container "none"'],
  ['?resource=../etc/passwd', 400, 'is no resource, expected Kind/name'],
  ['', 400, "must have required property 'resource'"],
  ['?resource=Service/web&task=$(id)', 400, 'query.task: must match pattern'],
])('of %s are refused with the reason', async (query, status, says) => {
  const answer = await world.ask('GET', `/api/v1/applications/web/logs${query}`, { as: await world.token() });
  expect([answer.status, answer.json['detail']]).toEqual([status, expect.stringContaining(says)]);
});
