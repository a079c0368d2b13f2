import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { virtualClock } from '../../test/virtual-clock.ts';
import type { Event } from '../core/events.ts';
import { emitter } from './emit.ts';
import { operationClock } from './retry.ts';
import { httpCheckOf, verifyHttp } from './verify.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function trial(signal = new AbortController().signal) {
  const clock = virtualClock(0);
  const events: Event[] = [];
  const operation = operationClock(clock, signal, clock.now(), 3600);
  const emit = emitter((event) => void events.push(event), clock);
  return {
    clock,
    events,
    verify: (check: Parameters<typeof verifyHttp>[1]) => verifyHttp('Service/api', check, operation, emit),
  };
}

describe('verification over HTTP', () => {
  it('asks until the answer is as expected, at the interval', async () => {
    let requests = 0;
    const port = await serve((_request, response) => response.writeHead(++requests < 3 ? 503 : 204).end());
    const { verify, events, clock } = trial();
    await verify({ url: `http://127.0.0.1:${port}/health`, attempts: 5, intervalSeconds: 10 });
    expect(requests).toBe(3);
    expect(clock.now().getTime()).toBe(20_000);
    expect(events.map((event) => `${event.level} ${event.code}`)).toEqual([
      'warn verify.attempt',
      'warn verify.attempt',
      'info verify.attempt',
    ]);
  });

  it('fails with the last answer when no attempt succeeds', async () => {
    const port = await serve((_request, response) => response.writeHead(500).end());
    const url = `http://127.0.0.1:${port}/`;
    await expect(trial().verify({ url, attempts: 2, intervalSeconds: 1 })).rejects.toThrow(
      `verification failed: ${url} answered with status 500 after 2 attempts, expected 200 to 299`,
    );
  });

  it('takes a redirect for the answer, and an expected status for success', async () => {
    const port = await serve((_request, response) => response.writeHead(301, { location: '/' }).end());
    const url = `http://127.0.0.1:${port}/`;
    await expect(trial().verify({ url, attempts: 1, intervalSeconds: 1 })).rejects.toThrow('status 301');
    await trial().verify({ url, attempts: 1, intervalSeconds: 1, expectedStatus: 301 });
  });

  it('finds names under .localhost on this machine, and passes their name on', async () => {
    const hosts: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    });
    await trial().verify({ url: `http://shop.eu-west-1.elb.localhost:${port}/`, attempts: 1, intervalSeconds: 1 });
    expect(hosts).toEqual([`shop.eu-west-1.elb.localhost:${port}`]);
  });

  it('says why there was no answer', async () => {
    const port = await serve((request) => request.socket.destroy());
    await expect(trial().verify({ url: `http://127.0.0.1:${port}/`, attempts: 1, intervalSeconds: 1 })).rejects.toThrow(
      /socket hang up/,
    );
    await expect(trial().verify({ url: 'nonsense', attempts: 1, intervalSeconds: 1 })).rejects.toThrow(
      '"nonsense" is no address',
    );
  });

  it('ends when the operation is ended', async () => {
    const ending = new AbortController();
    const port = await serve(() => ending.abort(new Error('Ctrl-C')));
    await expect(
      trial(ending.signal).verify({ url: `http://127.0.0.1:${port}/`, attempts: 9, intervalSeconds: 1 }),
    ).rejects.toThrow('Ctrl-C');
  });

  it('reads what a spec asks for, with the documented defaults', () => {
    expect(httpCheckOf({ verify: { http: { url: 'http://x/' } } })).toEqual({
      url: 'http://x/',
      attempts: 30,
      intervalSeconds: 10,
    });
    expect(
      httpCheckOf({ verify: { http: { url: 'http://x/', attempts: 2, intervalSeconds: 3, expectedStatus: 401 } } }),
    ).toEqual({ url: 'http://x/', attempts: 2, intervalSeconds: 3, expectedStatus: 401 });
    expect(httpCheckOf({})).toBeUndefined();
    expect(httpCheckOf({ verify: {} })).toBeUndefined();
  });
});
