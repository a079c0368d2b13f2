import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { virtualClock } from '../../test/virtual-clock.ts';
import type { Analysis, VerifyHttp } from '../api/service.ts';
import type { Note, Pass } from '../core/driver.ts';
import { analyse } from './analysis.ts';
import { verifyHttp } from './http.ts';
import { Observations } from './observations.ts';
import type { Outcome } from './outcome.ts';
import type { Subject } from './subject.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A rollout that came through at 0, and is asked about until there is an outcome. */
function trial(signal = new AbortController().signal) {
  const clock = virtualClock(0);
  const notes: Note[] = [];
  let observations = new Observations();
  const subject = (): Subject => {
    const pass: Pass = { now: clock.now(), signal, read: async () => undefined, note: (note) => void notes.push(note) };
    // Requests need no clients of AWS.
    return {
      aws: {} as Subject['aws'],
      pass,
      since: new Date(0),
      name: 'shop/api',
      targetGroup: undefined,
      observations,
    };
  };
  const untilOver = async (ask: () => Promise<Outcome>): Promise<Outcome> => {
    for (;;) {
      const outcome = await ask();
      if (outcome.is !== 'running') return outcome;
      await clock.sleep(outcome.pollAfterMs);
    }
  };
  return {
    clock,
    notes,
    restart: () => {
      observations = new Observations();
    },
    once: (check: VerifyHttp) => verifyHttp(subject(), check),
    verify: (check: VerifyHttp) => untilOver(() => verifyHttp(subject(), check)),
    analyse: (analysis: Analysis) => untilOver(() => analyse(subject(), analysis, { endless: false })),
  };
}

describe('verification over HTTP', () => {
  it('asks until the answer is as expected, at the interval', async () => {
    let requests = 0;
    const url = await serve((_request, response) => response.writeHead(++requests < 3 ? 503 : 204).end());
    const { verify, notes, clock } = trial();
    expect(await verify({ url, attempts: 5, intervalSeconds: 10 })).toEqual({ is: 'passed' });
    expect(requests).toBe(3);
    expect(clock.now().getTime()).toBe(20_000);
    expect(notes.map(({ level, code, data }) => [level, code, data['attempt'], data['of']])).toEqual([
      ['warn', 'verify.attempt', 1, 5],
      ['warn', 'verify.attempt', 2, 5],
      ['info', 'verify.attempt', 3, 5],
    ]);
  });

  it('fails with the last answer when no attempt succeeds', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests++;
      response.writeHead(500).end();
    });
    expect(await trial().verify({ url, attempts: 2, intervalSeconds: 1 })).toEqual({
      is: 'failed',
      cause: `verification failed: ${url} answered with status 500 after 2 attempts, expected 200 to 299`,
    });
    expect(requests).toBe(2);
  });

  it('asks no more often than the interval, however often it is looked at', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests++;
      response.writeHead(500).end();
    });
    const { once, clock } = trial();
    const check = { url, attempts: 3, intervalSeconds: 10 };
    await once(check);
    expect(await once(check)).toMatchObject({ is: 'running', pollAfterMs: 10_000 });
    await clock.advance(4_000);
    expect(await once(check)).toMatchObject({ is: 'running', pollAfterMs: 6_000 });
    expect(requests).toBe(1);
  });

  it('goes on after a restart with the attempts that the time has left, and makes at least one', async () => {
    const url = await serve((_request, response) => response.writeHead(500).end());
    const { once, verify, clock, restart } = trial();
    const check = { url, attempts: 10, intervalSeconds: 10 };
    await once(check);
    await clock.advance(80_000);
    restart();
    expect(await verify(check)).toMatchObject({ is: 'failed', cause: expect.stringContaining('after 2 attempts') });
    await clock.advance(3_600_000);
    restart();
    expect(await verify(check)).toMatchObject({ is: 'failed', cause: expect.stringContaining('after 1 attempts') });
  });

  it('takes a redirect for the answer, and an expected status for success', async () => {
    const url = await serve((_request, response) => response.writeHead(301, { location: '/' }).end());
    expect(await trial().verify({ url, attempts: 1 })).toMatchObject({ cause: expect.stringContaining('status 301') });
    expect(await trial().verify({ url, attempts: 1, expectedStatus: 301 })).toEqual({ is: 'passed' });
  });

  it('finds names under .localhost on this machine, and passes their name on', async () => {
    const hosts: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    });
    const { port } = new URL(url);
    await trial().verify({ url: `http://shop.eu-west-1.elb.localhost:${port}/`, attempts: 1 });
    expect(hosts).toEqual([`shop.eu-west-1.elb.localhost:${port}`]);
  });

  it('says why there was no answer', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await trial().verify({ url, attempts: 1 })).toMatchObject({
      cause: expect.stringContaining('socket hang up'),
    });
    expect(await trial().verify({ url: 'nonsense', attempts: 1 })).toMatchObject({
      cause: expect.stringContaining('"nonsense" is no address'),
    });
  });

  it('ends when the operation is ended', async () => {
    const ending = new AbortController();
    const url = await serve(() => ending.abort(new Error('Ctrl-C')));
    await expect(trial(ending.signal).verify({ url, attempts: 9, intervalSeconds: 1 })).rejects.toThrow('Ctrl-C');
  });
});

describe('an analysis over HTTP', () => {
  const analysisOf = (url: string, more: Partial<Analysis> = {}): Analysis => ({
    name: 'answers',
    intervalSeconds: 10,
    count: 4,
    http: { url },
    ...more,
  });

  it('takes each answer for a measurement, as many as are asked for', async () => {
    let requests = 0;
    const url = await serve((_request, response) => response.writeHead(++requests === 2 ? 500 : 200).end());
    const { analyse: run, clock } = trial();
    expect(await run(analysisOf(url, { failureLimit: 1 }))).toEqual({ is: 'passed' });
    expect([requests, clock.now().getTime()]).toEqual([4, 30_000]);
  });

  it('fails at the first answer that is one too many', async () => {
    let requests = 0;
    const url = await serve((_request, response) => response.writeHead(++requests >= 2 ? 500 : 200).end());
    expect(await trial().analyse(analysisOf(url))).toEqual({
      is: 'failed',
      cause: 'analysis answers: 1 of 2 measurements failed (at most 0 may): status 500',
    });
  });
});
