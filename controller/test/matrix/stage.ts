import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxOptions } from '@longshore/sandbox';
import type { CallMiddleware } from '../../src/aws/calls.ts';
import { connect } from '../../src/aws/connect.ts';
import type { AwsContext } from '../../src/aws/context.ts';
import type { ApplicationInput, Operation } from '../../src/engine/engine.ts';
import type { StateRecord, StateStore } from '../../src/engine/store.ts';
import { memoryStore } from '../../src/engine/stores/memory.ts';
import { ACCOUNT, harness, type Harness, REGION } from '../harness.ts';
import { BEHAVIOURS } from './manifests.ts';
import type { Scenario } from './scenario.ts';

/** The state that a scenario begins with: of AWS in a folder, of the store in memory. */
export interface Beginning extends AsyncDisposable {
  readonly folder: string;
  readonly records: readonly StateRecord[];
}

/** A person asks for the sync, and says yes to taking over and replacing. */
export const APPROVED = { initiator: { kind: 'person', name: 'matrix' }, approved: true } as const;

const POLICY = { automated: { prune: true, allowEmpty: true }, maxDeletions: 10 };
const RECORD_TYPES = ['operation', 'manifests', 'inventory'] as const;
const MANY = 10_000;
/** Long enough that tasks, targets and alarms come to rest, in milliseconds of sandbox time. */
const REST_MS = 90_000;

/** The Application before and after. */
export function revisions(
  world: Harness,
  scenario: Scenario,
): { readonly before: ApplicationInput; readonly after: ApplicationInput } {
  return {
    before: world.application(scenario.before, 'r1', POLICY),
    after: world.application(scenario.after, 'r2', POLICY),
  };
}

/** A sandbox and an engine for it; time goes on where the folder ends. */
export function stage(options: SandboxOptions = {}): Promise<Harness> {
  return harness({
    throttle: false,
    behaviours: BEHAVIOURS,
    cloudTrail: { historyDelayMs: [1_000, 1_000] },
    ...options,
  });
}

/** Brings AWS to where the scenario begins, and keeps that. */
export async function begin(scenario: Scenario): Promise<Beginning> {
  await using world = await stage();
  const { prepare, underway } = scenario;
  if (prepare !== undefined) await withClients(world, (aws) => prepare(aws, world.clock.now()));
  if (scenario.before.length > 0) {
    const operation = await world.engine.sync(revisions(world, scenario).before, APPROVED, never());
    mustSucceed(operation, `${scenario.name}: what stands before`);
  }
  await rest(world);
  if (underway !== undefined) await beginRollout(world, scenario.name, underway);
  const folder = await mkdtemp(join(tmpdir(), 'longshore-matrix-'));
  await world.sandbox.snapshot(folder);
  const lists = await Promise.all(RECORD_TYPES.map((type) => world.store.list(type, '', MANY)));
  return { folder, records: lists.flat(), [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Begins a rollout, and ends its operation as a controller does for which a new revision has come. */
async function beginRollout(
  world: Harness,
  name: string,
  { manifests, forMs }: NonNullable<Scenario['underway']>,
): Promise<void> {
  const input = world.application(manifests, 'r1b', POLICY);
  const endsAt = world.sandbox.now() + forMs;
  const engine = world.restart(world.store, {
    middleware: [
      (_call, send) => {
        if (world.sandbox.now() >= endsAt) engine.terminate(input.name, 'superseded');
        return send();
      },
    ],
  });
  const { phase, message } = await engine.sync(input, APPROVED, never());
  if (phase === 'Succeeded') throw new Error(`${name}: the rollout before is over already`);
  if (world.sandbox.now() < endsAt) throw new Error(`${name}: the rollout before ended by itself: ${message}`);
}

/** A store with these records. */
export async function storeWith(records: readonly StateRecord[]): Promise<StateStore> {
  const store = memoryStore();
  for (const { type, key, value } of records) await store.put(type, key, value, null);
  return store;
}

/** Lets time pass until nothing moves any more. */
export async function rest(world: Harness): Promise<void> {
  await world.clock.sleep(REST_MS);
}

/** Clients of the sandbox besides those of the engine. */
export async function withClients<T>(
  world: Harness,
  work: (aws: AwsContext) => Promise<T>,
  middleware: readonly CallMiddleware[] = [],
): Promise<T> {
  const aws = await connect(
    { accountId: ACCOUNT, region: REGION },
    {
      clock: world.clock,
      endpoint: world.sandbox.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      middleware,
    },
  );
  try {
    return await work(aws);
  } finally {
    aws.close();
  }
}

/** A signal that never aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** @throws Error when the sync did not succeed. */
export function mustSucceed(operation: Operation, what: string): void {
  if (operation.phase !== 'Succeeded') throw new Error(`${what}: ${operation.phase}: ${operation.message}`);
}
