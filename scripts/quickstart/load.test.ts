import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { type LoadResult, startLoad } from './load.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** Load on a server until it has answered or refused `requests` requests. */
async function loadOn(requests: number, answer: RequestListener): Promise<LoadResult> {
  let seen = 0;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    seen += 1;
    if (seen === requests) resolve();
    answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const load = startLoad({ url: `http://127.0.0.1:${port}/`, perSecond: 500, timeoutMs: 200 });
  await enough;
  return await load.stop();
}

it('counts every answer, by the version that gave it', async () => {
  const result = await loadOn(20, (_, response) => response.setHeader('x-version', 'v7').end('hello'));
  expect(result.sent).toBeGreaterThanOrEqual(20);
  expect(result.succeeded).toBe(result.sent);
  expect(result.failures).toEqual({});
  expect(result.versions).toEqual({ v7: result.sent });
  expect(result.lastVersion).toBe('v7');
});

it('counts an answer other than 200 as a failure of that status', async () => {
  const result = await loadOn(5, (_, response) => {
    response.statusCode = 502;
    response.end();
  });
  expect(result.succeeded).toBe(0);
  expect(result.failures).toEqual({ 'HTTP 502': result.sent });
});

it('counts a connection that is cut as a failure', async () => {
  const result = await loadOn(5, (request) => request.socket.destroy());
  expect(result.succeeded).toBe(0);
  expect(result.failures).toEqual({ ECONNRESET: result.sent });
});

it('counts an answer that breaks off half-way as a failure', async () => {
  const result = await loadOn(5, (request, response) => {
    response.setHeader('content-length', 100);
    response.write('half', () => request.socket.destroy());
  });
  expect(result.succeeded).toBe(0);
  expect(Object.values(result.failures)).toEqual([result.sent]);
});

it('counts an answer that does not come as a timeout', async () => {
  const result = await loadOn(3, () => undefined);
  expect(result.failures).toEqual({ timeout: result.sent });
});
