// A plan over N services that are as Git says, from warm caches, with the sandbox in a process of its own.
// `npm run bench -- no-op-pass --services 10000 --events 100`
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { connect } from '../../controller/src/aws/connect.ts';
import type { Clock } from '../../controller/src/core/clock.ts';
import { createEngine } from '../../controller/src/engine/create.ts';
import { memoryStore } from '../../controller/src/engine/stores/memory.ts';
import { kinds } from '../../controller/src/kinds/registry.ts';
import { ACCOUNT } from '../../controller/test/harness.ts';
import { clustersOf, fleet } from '../fleet-manifests.ts';
import { median, report, timed } from '../measure.ts';

const { values } = parseArgs({
  options: { services: { type: 'string', default: '200' }, events: { type: 'string', default: '0' } },
});
const services = Number(values.services);
const events = Number(values.events);
const signal = new AbortController().signal;
const runs = 9;
const manifests = fleet(services);

/** A sandbox of its own that goes on from the folder; gives its address. */
async function startSandbox(folder: string): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(
    process.execPath,
    [
      'controller/bin/longshore.js',
      'sandbox',
      '--port',
      '0',
      '--no-throttle',
      '--runtime',
      'simulated',
      '--restore',
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, stop: () => void child.kill('SIGTERM') };
  }
  throw new Error('the sandbox did not start');
}

/** Token buckets wait in no time: what is measured is work, not waiting. To sleep is to leap ahead. */
let ahead = 0;
const leaping: Clock = {
  now: () => new Date(Date.now() + ahead),
  sleep: (ms) => {
    ahead += ms;
    return Promise.resolve();
  },
};

const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
execFileSync(
  process.execPath,
  ['--max-old-space-size=16384', 'bench/fleet.ts', folder, String(services), String(events)],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const { url, stop } = await startSandbox(folder);
try {
  let calls = 0;
  const engine = createEngine({
    kinds,
    connect: (destination) =>
      connect(destination, {
        clock: leaping,
        endpoint: url,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
        observer: () => void calls++,
      }),
    store: memoryStore(),
    clock: leaping,
    sink: () => undefined,
    instance: 'test',
  });
  const application = {
    name: 'shop',
    spec: { source: { repoURL: 'https://git.example.com/shop.git' } },
    destination: { accountId: ACCOUNT, region: 'eu-west-1' },
    revision: 'r1',
    manifests,
  };
  const plan = async (): Promise<void> => {
    const { waves } = await engine.plan(application, {}, signal);
    if (waves.flat().some((step) => step.action !== 'none')) throw new Error('the plan is not empty');
  };
  // As a controller that has been running: the inventory is in its store, each task definition is known.
  const { phase, message } = await engine.sync(application, { initiator: { kind: 'person', name: 'bench' } }, signal);
  if (phase !== 'Succeeded') throw new Error(message);
  await plan();
  const measured = [];
  calls = 0;
  for (let run = 0; run < runs; run++) measured.push(await timed(plan));
  // One DescribeClusters for 100 clusters, one DescribeServices for 10 services.
  const least = Math.ceil(clustersOf(services) / 100) + Math.ceil(services / 10);
  const scenario = `no-op-pass, ${services} services${events > 0 ? ` with ${events} events` : ''}`;
  report({ scenario, measure: 'AWS calls', value: calls / runs, unit: 'calls', goal: least * 1.1 });
  report({
    scenario,
    measure: 'CPU a service',
    value: median(measured.map(({ cpuMs }) => cpuMs)) / services,
    unit: 'ms',
    goal: events > 0 ? 0.6 : 0.3,
  });
  report({ scenario, measure: 'wall time', value: median(measured.map(({ wallMs }) => wallMs)), unit: 'ms' });
  globalThis.gc?.();
  report({ scenario, measure: 'resident memory', value: process.memoryUsage.rss() / 2 ** 20, unit: 'MiB' });
  engine.close();
} finally {
  stop();
  rmSync(folder, { recursive: true });
}
