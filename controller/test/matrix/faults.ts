import type { Sandbox, SandboxOptions } from '@longshore/sandbox';
import type { CallMiddleware } from '../../src/aws/calls.ts';
import type { ApplicationInput, Engine } from '../../src/engine/engine.ts';
import type { Harness } from '../harness.ts';
import type { StateStore } from '../../src/engine/store.ts';
import { differences, type Shape, withoutTasks } from './compare.ts';
import { judge, type Outcome, type Reference } from './reference.ts';
import type { Scenario } from './scenario.ts';
import { APPROVED, never, revisions, stage, storeWith } from './stage.ts';

type FaultRule = Parameters<Sandbox['fault']>[0];

/** Something that is wrong with AWS while an Application is synced. */
export interface Fault {
  readonly name: string;
  readonly rule?: Pick<FaultRule, 'effect' | 'probability'>;
  /** It begins at a call in the first half of the sync, by the seed, and ends after this long. Default: all the time. */
  readonly lastsMs?: number;
  readonly options?: SandboxOptions;
  /** Our own store is away for `lastsMs`, as when a lock or a lease is lost; AWS is well. */
  readonly store?: 'away';
  /** The repository cannot be read for `lastsMs`: an operation that runs then has its manifests, the next one has none. */
  readonly git?: 'away';
}

/** The faults that every scenario is run under. */
export const FAULTS: readonly Fault[] = [
  { name: 'throttling', rule: { effect: 'throttle', probability: 0.2 } },
  { name: 'server-errors', rule: { effect: 'serverError', probability: 0.2 } },
  { name: 'lost-answers', rule: { effect: 'dropAnswer', probability: 0.2 } },
  { name: 'stale-reads', options: { consistencyLagMs: 3_000 } },
  { name: 'expired-credentials', rule: { effect: 'expiredCredentials' }, lastsMs: 10 * 60_000 },
  { name: 'lost-store', store: 'away', lastsMs: 10 * 60_000 },
  // AWS fails with it: the operation that runs fails too, and what comes after it cannot read the source.
  { name: 'lost-git', git: 'away', rule: { effect: 'serverError' }, lastsMs: 10 * 60_000 },
  { name: 'throttled-hour', rule: { effect: 'throttle' }, lastsMs: 60 * 60_000 },
];

/** Syncs that a controller tries before this is called stuck, and the time between them. */
const MAX_SYNCS = 40;
const RETRY_MS = 3 * 60_000;

const DESTRUCTIVE = /^(Delete|Deregister)/;

/** Runs a scenario under a fault until it is synced, as a controller would, and compares with the undisturbed run. */
export async function tryFault(reference: Reference, fault: Fault, seed: number): Promise<Outcome> {
  const { scenario, beginning } = reference;
  let problems: readonly string[];
  let failed = 0;
  let syncs = 0;
  try {
    await using world = await stage({ ...fault.options, restore: beginning.folder, seed });
    const destroyed = new Set<string>();
    const watching: CallMiddleware = async (call, send) => {
      const answer = await send().catch((error: unknown) => {
        failed += 1;
        throw error;
      });
      if (DESTRUCTIVE.test(call.operation)) destroyed.add(`${call.service}:${call.operation}`);
      return answer;
    };
    const store = await storeWith(beginning.records);
    const outside = weather(world, fault, seed, reference.calls.length);
    const engine = world.restart(fault.store === 'away' ? storeUnder(store, outside) : store, {
      middleware: [watching, outside.middleware],
      // The SDK's own retries hide most of what goes wrong, and wait in real time: only even seeds have them.
      ...(seed % 2 === 1 || fault.lastsMs !== undefined ? { maxAttempts: 1 } : {}),
    });
    const source = sourceUnder(world, scenario, fault, outside);
    const stuck = await syncUntilDone(world, source, engine, () => void (syncs += 1));
    world.sandbox.clearFaults();
    const judged = await judge(world, scenario, { engine, store });
    const shared = scenario.hooks === true ? withoutTasks : (shape: Shape) => shape;
    const surprising = [...destroyed].filter((operation) => !reference.calls.includes(operation));
    problems = [
      ...stuck,
      ...surprising.map((operation) => `${operation} was called, which the undisturbed run does not`),
      ...judged.problems,
      ...differences(shared(reference.shape), shared(judged.shape)),
    ];
  } catch (error) {
    problems = [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
  return {
    scenario: scenario.name,
    what: `${fault.name}, seed ${seed} (${failed} calls failed, ${syncs} syncs)`,
    again: ['--scenario', scenario.name, '--fault', fault.name, '--seed', String(seed)],
    problems,
  };
}

/** What is around an engine while a fault lasts. */
interface Weather {
  readonly middleware: CallMiddleware;
  /** True while it is bad. */
  readonly isBad: () => boolean;
}

/** Brings the fault about when its time has come, and ends it. */
function weather({ sandbox }: Harness, { rule, lastsMs }: Fault, seed: number, calls: number): Weather {
  const beginsAt = lastsMs === undefined ? 1 : 1 + ((seed * 7) % Math.max(1, Math.floor(calls / 2)));
  let made = 0;
  let endsAt = Number.POSITIVE_INFINITY;
  return {
    isBad: () => made >= beginsAt && sandbox.now() < endsAt,
    middleware: (_call, send) => {
      made += 1;
      if (made === beginsAt) {
        if (rule !== undefined) sandbox.fault({ service: '*', operation: '*', ...rule });
        if (lastsMs !== undefined) endsAt = sandbox.now() + lastsMs;
      }
      if (sandbox.now() >= endsAt) sandbox.clearFaults();
      return send();
    },
  };
}

/** The store as a process sees it that has lost its lock. */
function storeUnder(store: StateStore, { isBad }: Weather): StateStore {
  const there =
    <In extends readonly unknown[], Out>(work: (...input: In) => Promise<Out>) =>
    async (...input: In): Promise<Out> => {
      if (isBad()) throw new Error('the store is locked by another process');
      return work(...input);
    };
  return {
    get: there((type, key) => store.get(type, key)),
    list: there((type, prefix, limit, after) => store.list(type, prefix, limit, after)),
    put: there((type, key, value, expected) => store.put(type, key, value, expected)),
    delete: there((type, key, expected) => store.delete(type, key, expected)),
    close: () => store.close(),
  };
}

/** The source as a controller reads it: what Git says then, or the failure to read it. */
function sourceUnder(world: Harness, scenario: Scenario, { git }: Fault, { isBad }: Weather): () => ApplicationInput {
  return () => {
    if (git === 'away' && isBad()) throw new Error('could not read from remote repository');
    return revisions(world, scenario).after;
  };
}

/** What a controller does: reads the source, syncs, and syncs again after a while, until it succeeds or the revision is held. */
async function syncUntilDone(
  world: Harness,
  source: () => ApplicationInput,
  engine: Engine,
  begun: () => void,
): Promise<readonly string[]> {
  let last = '';
  for (let attempt = 1; attempt <= MAX_SYNCS; attempt++) {
    begun();
    try {
      const { phase, message } = await engine.sync(source(), APPROVED, never());
      if (phase === 'Succeeded') return [];
      last = `${phase}: ${message}`;
    } catch (error) {
      // The source could not be read, or not even the record of the operation be written.
      last = error instanceof Error ? error.message : String(error);
    }
    await world.clock.sleep(RETRY_MS);
  }
  return [`${MAX_SYNCS} syncs did not succeed; the last one ended ${last}`];
}
