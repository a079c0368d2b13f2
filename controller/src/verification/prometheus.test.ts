import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Analysis } from '../api/service.ts';
import { analyse } from './analysis.ts';
import { Observations } from './observations.ts';
import type { Outcome } from './outcome.ts';
import type { Subject } from './subject.ts';

const PROMETHEUS = '/usr/bin/prometheus';
const PROMTOOL = '/usr/bin/promtool';
const present = existsSync(PROMETHEUS) && existsSync(PROMTOOL);
if (!present && !process.env['CI']) {
  process.stderr.write(
    `${PROMETHEUS} and ${PROMTOOL} are not here (apt-get install prometheus): they measure nothing.\n`,
  );
}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** A rollout of an hour ago, whose samples stand every ten seconds. */
const SINCE = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
const cleanups: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function look(analysis: Analysis, atSeconds: number, more: Partial<Subject> & { readonly endless?: boolean } = {}) {
  const { endless = false, ...rest } = more;
  const pass = {
    now: new Date(SINCE + atSeconds * 1000),
    signal: new AbortController().signal,
    read: async () => undefined,
  };
  const subject: Subject = {
    // Prometheus needs no clients of AWS.
    aws: {} as Subject['aws'],
    pass,
    since: new Date(SINCE),
    name: 'shop/api',
    targetGroup: undefined,
    observations: new Observations(),
    ...rest,
  };
  return analyse(subject, analysis, { endless });
}

function analysisOf(url: string, query: string, more: Partial<Analysis> = {}): Analysis {
  return {
    name: 'errors',
    intervalSeconds: 30,
    count: 3,
    successCondition: 'result < 1',
    prometheus: { url, query },
    ...more,
  };
}

describe.skipIf(!present && !process.env['CI'])("an analysis of Debian's Prometheus", () => {
  let url = '';
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-prometheus-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    await fill(folder);
    url = await serveFrom(folder);
  });

  test('passes when the query is as expected at the end of each interval', async () => {
    expect(await look(analysisOf(url, 'errors{version="good"}'), 65)).toMatchObject({
      is: 'running',
      pollAfterMs: 25_000,
    });
    expect(await look(analysisOf(url, 'errors{version="good"}'), 90)).toEqual({ is: 'passed' });
  });

  test('fails with the result, and says the same long afterwards', async () => {
    const failed: Outcome = {
      is: 'failed',
      cause: 'analysis errors: 1 of 2 measurements failed (at most 0 may): result 60, expected result < 1',
    };
    const bad = analysisOf(url, 'errors{version="bad"}', { count: 3 });
    expect(await look(bad, 59)).toMatchObject({ is: 'running' });
    expect(await look(bad, 90)).toEqual(failed);
    expect(await look(bad, 1_800)).toEqual(failed);
  });

  test('adds up to one number in the query', async () => {
    expect(await look(analysisOf(url, 'sum(errors{version="good"}) + scalar(vector(0.5))'), 90)).toEqual({
      is: 'passed',
    });
    expect(await look(analysisOf(url, 'sum(errors{version="good"}) / 0', { count: 1 }), 30)).toMatchObject({
      is: 'running',
      waitsFor: expect.stringContaining('Prometheus has no data'),
    });
  });

  test('counts an interval without a sample as inconclusive', async () => {
    expect(await look(analysisOf(url, 'errors{version="none"}', { inconclusiveLimit: 1 }), 90)).toEqual({
      is: 'failed',
      cause: 'analysis errors: 2 of 2 measurements inconclusive (at most 1 may be): Prometheus has no data',
    });
  });

  test.each([
    ['two time series', 'errors', 'gives 2 time series'],
    ['a query that is wrong', 'errors{', 'parse error'],
  ])('says what is wrong with %s', async (_what, query, why) => {
    expect(await look(analysisOf(url, query, { inconclusiveLimit: 0 }), 90)).toMatchObject({
      is: 'failed',
      cause: expect.stringContaining(why),
    });
  });
});

describe('a Prometheus that does not answer', () => {
  test('is waited for as long as measurements may be inconclusive, then fails the analysis', async () => {
    const observations = new Observations();
    const nowhere = analysisOf('http://127.0.0.1:9', 'up', { inconclusiveLimit: 2 });
    expect(await look(nowhere, 30, { observations })).toMatchObject({ is: 'running', pollAfterMs: 30_000 });
    expect(await look(nowhere, 59, { observations })).toMatchObject({ is: 'running', pollAfterMs: 1_000 });
    expect(await look(nowhere, 90, { observations })).toMatchObject({
      is: 'failed',
      cause: expect.stringMatching(/3 inconclusive in a row \(at most 2 may be\): Prometheus at .*ECONNREFUSED/),
    });
  });

  test('is told from one that answers nonsense', async () => {
    const server = createServer((_request, response) => response.writeHead(502).end('<html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await look(analysisOf(url, 'up', { inconclusiveLimit: 0 }), 30)).toMatchObject({
      is: 'failed',
      cause: expect.stringContaining('status 502'),
    });
  });
});

/** Writes samples of an hour into a data folder: `errors` is 0 for the good version, and 60 from a minute on for the bad. */
async function fill(folder: string): Promise<void> {
  const lines: string[] = ['# TYPE errors gauge'];
  for (const version of ['good', 'bad']) {
    for (let second = 0; second <= 3_000; second += 10) {
      const value = version === 'bad' && second >= 60 && second < 90 ? 60 : 0;
      lines.push(`errors{version="${version}"} ${value} ${(SINCE + second * 1000) / 1000}`);
    }
  }
  const file = join(folder, 'samples.txt');
  await writeFile(file, `${lines.join('\n')}\n# EOF\n`);
  const made = spawn(PROMTOOL, ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')], {
    stdio: 'ignore',
  });
  await new Promise((resolve) => made.once('close', resolve));
}

async function serveFrom(folder: string): Promise<string> {
  const port = await freePort();
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, '{}');
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const child = spawn(PROMETHEUS, [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  cleanups.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200), {
    timeout: 60_000,
    interval: 250,
  });
  return url;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
