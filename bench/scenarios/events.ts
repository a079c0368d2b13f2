// Somebody else changes services by hand, and EventBridge tells by a queue: how long from the receipt of the first message
// until the state shows the field? `npm run bench -- events --changes 100`
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { systemClock } from '../../controller/src/cli/system-clock.ts';
import type { Clock } from '../../controller/src/core/clock.ts';
import type { ApplicationInput } from '../../controller/src/engine/engine.ts';
import { startFeeds } from '../../controller/src/engine/events/feeds.ts';
import { anotherPrincipal, bootstrapEvents, startTrail } from '../event-account.ts';
import { fleetApplication } from '../fleet-manifests.ts';
import { percentile, report } from '../measure.ts';
import { preparedFleet } from '../prepared-fleet.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { inMemory, wireController } from '../wired-controller.ts';
import { DESTINATION, wireEngine } from '../wired-engine.ts';

const { values } = parseArgs({
  options: { services: { type: 'string', default: '100' }, changes: { type: 'string', default: '40' } },
});
const services = Number(values.services);
/** Each is of another service. */
const changes = Math.min(Number(values.changes), services);
const INSTANCE = 'test';
const FIELD = '/desiredCount';
/** Between two changes, whether the first was seen or not. */
const PAUSE_MS = 500;
const PATIENCE_MS = 120_000;

using sandbox = await startSandboxProcess({ restore: preparedFleet(services, 0) });
const behindMs = Date.now() - (await sandbox.now());
/** Real time by the sandbox's calendar: its state was made earlier. */
const clock: Clock = {
  now: () => new Date(Date.now() - behindMs),
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
};
using records = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
await using wired = wireEngine(sandbox.url, records.path, clock);
const aws = await wired.aws();
await startTrail(sandbox.url);
const queueUrl = await bootstrapEvents(aws, INSTANCE, clock);

const made = fleetApplication(0, services);
// What is changed by hand stays: the next change is not to wait for a correction of the last one.
const application: ApplicationInput = { ...made, spec: { ...made.spec, syncPolicy: { automated: {} } } };

// Drift is what differs from what was synced.
const first = await wired.engine.sync(
  application,
  { initiator: { kind: 'person', name: 'bench' } },
  new AbortController().signal,
);
if (first.phase !== 'Succeeded') throw new Error(first.message);

/** When a change was heard of and seen, as `performance.now()`. */
interface Change {
  receivedMs?: number;
  seenMs?: number;
}
/** By service. */
const byHand = new Map<string, Change>();

const controller = wireController({
  wired,
  clock,
  applications: [{ ...application, spec: { ...application.spec, pollIntervalSeconds: 3_600 } }],
  open: () => inMemory('fleet', () => application),
  sink: ({ code }) => {
    if (code !== 'application.drift') return;
    for (const { ref, path } of controller.state(application.name)?.drift ?? []) {
      const change = byHand.get(ref);
      if (change !== undefined && path === FIELD) change.seenMs ??= performance.now();
    }
  },
});
const stop = new AbortController();
const ended = controller.run(stop.signal);

async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUp = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > giveUp) throw new Error(`${what} never came`);
    await setTimeout(20);
  }
}

await until('the first comparison', () => {
  const { status, operation } = controller.state(application.name) ?? {};
  return status?.sync === 'Synced' && operation === undefined;
});
const arns = new Map(
  controller
    .resources(application.name)
    .map(({ ref, parts }) => [ref as string, parts.find(({ type }) => type === 'ecs:service')?.id]),
);
const refOf = new Map([...arns].map(([ref, arn]) => [arn, ref]));
const feeds = startFeeds([{ queueUrl, ...DESTINATION }], {
  connect: () => wired.aws(),
  clock,
  sink: () => undefined,
  instance: INSTANCE,
  touch: (touch) => {
    for (const object of touch.objects) {
      const change = byHand.get(refOf.get(object) ?? '');
      if (change !== undefined) change.receivedMs ??= performance.now();
    }
    controller.touch(touch);
  },
});

const alice = await anotherPrincipal(sandbox.url);
for (let index = 0; index < changes; index++) {
  const ref = `Service/s${index}`;
  const service = arns.get(ref);
  byHand.set(ref, {});
  await alice.send(new UpdateServiceCommand({ cluster: service?.split('/').at(-2), service, desiredCount: 2 }));
  await setTimeout(PAUSE_MS);
}
const all = [...byHand.values()];
await until('word of every change', () => all.every(({ seenMs }) => seenMs !== undefined));
alice.destroy();
await feeds.close();
stop.abort();
await ended;

// From the first message: a change of the number of tasks is told of by CloudTrail, and by ECS as tasks start.
const tookMs = all.map(({ receivedMs = Number.NaN, seenMs = Number.NaN }) => seenMs - receivedMs);
if (tookMs.some((ms) => !(ms >= 0))) throw new Error('a change was seen before a message of it was received');
const scenario = `events, ${services} services`;
const p95 = percentile(tookMs, 0.95);
report({ scenario, measure: 'changes', value: changes, unit: 'changes' });
report({ scenario, measure: 'message to drift visible, p50', value: percentile(tookMs, 0.5), unit: 'ms' });
report({ scenario, measure: 'message to drift visible, p95', value: p95, unit: 'ms', goal: 2_000 });
report({ scenario, measure: 'message to drift visible, longest', value: Math.max(...tookMs), unit: 'ms' });
