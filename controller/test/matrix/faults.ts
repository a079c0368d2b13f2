import type { Sandbox, SandboxOptions } from '@longshore/sandbox';
import type { CallMiddleware } from '../../src/aws/calls.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Harness } from '../harness.ts';
import { differences } from './compare.ts';
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
}

/** The faults that every scenario is run under. */
export const FAULTS: readonly Fault[] = [
  { name: 'throttling', rule: { effect: 'throttle', probability: 0.2 } },
  { name: 'server-errors', rule: { effect: 'serverError', probability: 0.2 } },
  { name: 'lost-answers', rule: { effect: 'dropAnswer', probability: 0.2 } },
  { name: 'stale-reads', options: { consistencyLagMs: 3_000 } },
  { name: 'expired-credentials', rule: { effect: 'expiredCredentials' }, lastsMs: 10 * 60_000 },
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
    const engine = world.restart(store, {
      middleware: [watching, weather(world, fault, seed, reference.calls.length)],
      // The SDK's own retries hide most of what goes wrong, and wait in real time: only even seeds have them.
      ...(seed % 2 === 1 || fault.lastsMs !== undefined ? { maxAttempts: 1 } : {}),
    });
    const stuck = await syncUntilDone(world, scenario, engine, () => void (syncs += 1));
    world.sandbox.clearFaults();
    const judged = await judge(world, scenario, { engine, store });
    const surprising = [...destroyed].filter((operation) => !reference.calls.includes(operation));
    problems = [
      ...stuck,
      ...surprising.map((operation) => `${operation} was called, which the undisturbed run does not`),
      ...judged.problems,
      ...differences(reference.shape, judged.shape),
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

/** Brings the fault about when its time has come, and ends it. */
function weather({ sandbox }: Harness, { rule, lastsMs }: Fault, seed: number, calls: number): CallMiddleware {
  const beginsAt = lastsMs === undefined ? 1 : 1 + ((seed * 7) % Math.max(1, Math.floor(calls / 2)));
  let made = 0;
  let endsAt = Number.POSITIVE_INFINITY;
  return (_call, send) => {
    made += 1;
    if (made === beginsAt && rule !== undefined) {
      sandbox.fault({ service: '*', operation: '*', ...rule });
      if (lastsMs !== undefined) endsAt = sandbox.now() + lastsMs;
    }
    if (sandbox.now() >= endsAt) sandbox.clearFaults();
    return send();
  };
}

/** What a controller does: syncs, and syncs again after a while, until it succeeds or the revision is held. */
async function syncUntilDone(
  world: Harness,
  scenario: Scenario,
  engine: Engine,
  begun: () => void,
): Promise<readonly string[]> {
  const { after } = revisions(world, scenario);
  let last = '';
  for (let attempt = 1; attempt <= MAX_SYNCS; attempt++) {
    begun();
    const { phase, message } = await engine.sync(after, APPROVED, never());
    if (phase === 'Succeeded') return [];
    last = `${phase}: ${message}`;
    await world.clock.sleep(RETRY_MS);
  }
  return [`${MAX_SYNCS} syncs did not succeed; the last one ended ${last}`];
}
