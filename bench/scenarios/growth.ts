// A day in the life of a controller with 200 Applications, in stepped time: what grows that should not? Every hour there is a
// commit, and somebody changes something by hand. `npm run bench -- growth --hours 48`
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { fleetApplication } from '../fleet-manifests.ts';
import { collectGarbage, MB, report } from '../measure.ts';
import { patientClock } from '../patient-clock.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { traffic } from '../traffic.ts';
import { inMemory, onReconciled, wireController } from '../wired-controller.ts';
import { wireEngine } from '../wired-engine.ts';

const { values } = parseArgs({
  options: { applications: { type: 'string', default: '200' }, hours: { type: 'string', default: '24' } },
});
const hours = Number(values.hours);
const HOUR_MS = 3_600_000;
/** Until then things fill up that are meant to: caches, and the ten operations that are kept of an Application. */
const WARM_HOURS = 4;
const POLL_SECONDS = 600;

using sandbox = await startSandboxProcess({ stepped: true });
let now = await sandbox.now();
const calls = traffic(50);
const world = { now: () => now, advance: async (ms: number) => void (now = await sandbox.advance(ms)) };
// To the controller half a minute makes no difference; waking one Application at a time would take this scenario an hour.
const clock = patientClock(world, calls, 30_000);

using records = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
await using wired = wireEngine(sandbox.url, records.path, clock, { calls });
const applications = Array.from({ length: Number(values.applications) }, (_, index) => {
  const made = fleetApplication(index, 1);
  return { ...made, spec: { ...made.spec, pollIntervalSeconds: POLL_SECONDS } };
});

let compared = 0;
const controller = wireController({
  wired,
  clock,
  applications,
  open: ({ name }) => {
    const index = applications.findIndex((application) => application.name === name);
    return inMemory(name, () => applications[index] as (typeof applications)[number]);
  },
  observer: onReconciled(() => void compared++),
  reloadSeconds: 300,
});

/** A commit that changes the number of tasks of one Application. */
function commit(hour: number): void {
  const index = hour % applications.length;
  const before = applications[index] as (typeof applications)[number];
  const manifests = before.manifests.map((one) =>
    one.kind === 'Service' ? { ...one, spec: { ...one.spec, desiredCount: 1 + (hour % 2) } } : one,
  );
  applications[index] = { ...before, revision: `r${hour + 2}`, manifests };
}

/** Somebody scales the service of another Application by hand. */
async function changeByHand(hour: number): Promise<void> {
  const { name } = applications[(hour + 100) % applications.length] as (typeof applications)[number];
  const parts = controller.resources(name).find(({ ref }) => ref.startsWith('Service/'))?.parts ?? [];
  const arn = parts.find(({ type }) => type === 'ecs:service')?.id;
  if (arn === undefined) throw new Error(`${name} has no service`);
  const { ecs } = await wired.aws();
  await ecs.send(new UpdateServiceCommand({ cluster: arn.split('/').at(-2), service: arn, desiredCount: 3 }));
}

interface Sample {
  readonly heap: number;
  readonly resident: number;
  readonly timers: number;
  readonly handles: number;
}

function sample(): Sample {
  collectGarbage();
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((resource) => resource === 'Timeout').length;
  const { heapUsed: heap, rss: resident } = process.memoryUsage();
  return { heap, resident, timers, handles: resources.length - timers };
}

const stop = new AbortController();
const ended = controller.run(stop.signal);
const samples: Sample[] = [];
for (let hour = 0; hour < hours; hour++) {
  await clock.sleep(HOUR_MS);
  samples.push(sample());
  commit(hour);
  await changeByHand(hour);
}
const unwell = controller
  .states()
  .filter(({ status }) => status?.sync !== 'Synced')
  .map(({ name }) => name);
stop.abort();
await ended;

const warm = samples[WARM_HOURS - 1] as Sample;
const last = samples.at(-1) as Sample;
const scenario = `growth, ${applications.length} Applications, ${hours} hours`;
report({ scenario, measure: 'comparisons with AWS', value: compared, unit: 'times' });
report({ scenario, measure: `heap in use after ${WARM_HOURS} hours`, value: warm.heap / MB, unit: 'MB' });
report({
  scenario,
  measure: 'heap in use at the end',
  value: last.heap / MB,
  unit: 'MB',
  goal: (warm.heap / MB) * 1.05,
});
report({ scenario, measure: 'resident memory at the end', value: last.resident / MB, unit: 'MB' });
report({ scenario, measure: 'timers more than then', value: last.timers - warm.timers, unit: 'timers' });
report({ scenario, measure: 'handles more than then', value: last.handles - warm.handles, unit: 'handles' });
report({ scenario, measure: 'Applications out of sync at the end', value: unwell.length, unit: 'Applications' });
