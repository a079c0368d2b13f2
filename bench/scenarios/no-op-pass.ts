// Looks at N services that are as Git says, from warm caches, with the sandbox in a process of its own: calls, processor
// time and memory. `npm run bench -- no-op-pass --services 10000 --events 100`
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleet } from '../fleet-manifests.ts';
import { collectGarbage, lowest, MB, report, timed } from '../measure.ts';
import { preparedFleet } from '../prepared-fleet.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { leapingClock, wireEngine } from '../wired-engine.ts';

const { values } = parseArgs({
  options: { services: { type: 'string', default: '1000' }, events: { type: 'string', default: '0' } },
});
const services = Number(values.services);
const events = Number(values.events);
const RUNS = 9;
const signal = new AbortController().signal;

const applications = fleet(services);
using sandbox = await startSandboxProcess({ restore: preparedFleet(services, events) });
using records = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
await using wired = wireEngine(sandbox.url, records.path, leapingClock());
const { engine } = wired;

/** All Applications at once, in reads that they share, as the sweep of a controller takes them. */
async function pass(): Promise<void> {
  const shared = (await wired.aws()).pass(new Date(), signal);
  const found = await Promise.all(
    applications.map((application) => engine.status(application, signal, { pass: shared })),
  );
  const other = found.find(({ status }) => status.sync !== 'Synced' || status.health.status !== 'Healthy');
  if (other !== undefined) throw new Error(`not as Git says: ${other.status.sync}, ${other.status.health.message}`);
}

// As a controller that has been running: the inventory is on record, each task definition is known.
for (const application of applications) {
  const { phase, message } = await engine.sync(application, { initiator: { kind: 'person', name: 'bench' } }, signal);
  if (phase !== 'Succeeded') throw new Error(message);
}
await pass();

const measured = [];
let resident = 0;
await sandbox.resetCalls();
for (let run = 0; run < RUNS; run++) {
  measured.push(await timed(pass));
  resident = Math.max(resident, process.memoryUsage.rss());
}
const calls = await sandbox.calls();
const called = Object.values(calls).reduce((sum, count) => sum + count, 0) / RUNS;
// One DescribeClusters for 100 clusters, one DescribeServices for 10 services of a cluster.
const least =
  Math.ceil(applications.length / 100) +
  applications.reduce((sum, { manifests }) => sum + Math.ceil((manifests.length - 1) / 10), 0);

const [, limit] = /^--max-old-space-size=(\d+)$/m.exec(process.execArgv.join('\n')) ?? [];
const scenario = [
  'no-op-pass',
  `${services} services${events > 0 ? ` with ${events} events` : ''}`,
  ...(limit === undefined ? [] : [`old space of ${limit} MB`]),
].join(', ');
report({ scenario, measure: 'AWS calls', value: called, unit: 'calls', goal: least * 1.1 });
report({
  scenario,
  measure: 'CPU a service',
  value: lowest(measured.map(({ cpuMs }) => cpuMs)) / services,
  unit: 'ms',
  goal: events > 0 ? 0.6 : 0.3,
});
report({ scenario, measure: 'wall time', value: lowest(measured.map(({ wallMs }) => wallMs)), unit: 'ms' });
report({
  scenario,
  measure: 'resident memory, highest',
  value: resident / MB,
  unit: 'MB',
  ...(services === 10_000 && { goal: 400 }),
});
collectGarbage();
report({ scenario, measure: 'heap in use between passes', value: process.memoryUsage().heapUsed / MB, unit: 'MB' });
