// A plan of a thousand resources (`--services N` for another number) whose reads are all answered already: the engine's own work, without AWS and its SDK.
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleetApplication } from '../fleet-manifests.ts';
import { lowest, report, timed } from '../measure.ts';
import { preparedFleet } from '../prepared-fleet.ts';
import { startSandboxProcess } from '../sandbox-process.ts';
import { leapingClock, wireEngine } from '../wired-engine.ts';

const { values } = parseArgs({ options: { services: { type: 'string', default: '1000' } } });
const services = Number(values.services);
const RUNS = 25;
const signal = new AbortController().signal;

using sandbox = await startSandboxProcess({ restore: preparedFleet(services, 0) });
using records = mkdtempDisposableSync(join(tmpdir(), 'longshore-bench-'));
await using wired = wireEngine(sandbox.url, records.path, leapingClock(), { onePass: true });
const application = fleetApplication(0, services);
const plan = () => wired.engine.plan(application, {}, signal);
// With everything on record: without a record the copy of it in AWS is read.
await wired.engine.sync(application, { initiator: { kind: 'person', name: 'bench' } }, signal);
const { waves } = await plan();
const resources = waves.flat().length;

await sandbox.resetCalls();
const measured = [];
for (let run = 0; run < RUNS; run++) measured.push(await timed(plan));
const calls = await sandbox.calls();
if (Object.keys(calls).length > 0) throw new Error(`the reads were not warm: ${Object.keys(calls).join(', ')}`);

const scenario = `plan-warm-reads, ${resources} resources`;
const goal = services === 1_000 ? { goal: 250 } : {};
report({ scenario, measure: 'CPU', value: lowest(measured.map(({ cpuMs }) => cpuMs)), unit: 'ms', ...goal });
report({ scenario, measure: 'wall time', value: lowest(measured.map(({ wallMs }) => wallMs)), unit: 'ms', ...goal });
