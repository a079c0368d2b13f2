import type { Sandbox } from '@longshore/sandbox';
import type { AwsContext } from '../src/aws/context.ts';
import type { Clock } from '../src/core/clock.ts';
import type { Desired, Health, Pass, Progress } from '../src/core/driver.ts';
import { WaitError } from '../src/core/errors.ts';
import type { Kind } from '../src/kinds/kind.ts';

/** What is needed to drive one resource to where Git wants it. */
export interface Drive<Spec, Live> {
  readonly kind: Kind<Spec, Live>;
  readonly sandbox: Sandbox;
  readonly aws: AwsContext;
}

/** The most rounds until something has to be done. With waits of seconds this is hours of sandbox time. */
const MAX_ROUNDS = 400;

/** A clock that is the sandbox's: to sleep is to step it. */
export function steppingClock(sandbox: Sandbox): Clock {
  return {
    now: () => new Date(sandbox.now()),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      await sandbox.advance(ms);
    },
  };
}

/** A new look: nothing of an earlier one is remembered. */
export function freshPass({ aws, sandbox }: Pick<Drive<never, never>, 'aws' | 'sandbox'>): Pass {
  return aws.pass(new Date(sandbox.now()), new AbortController().signal);
}

/** Calls that change something, by operation. */
export function mutations(sandbox: Sandbox): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(sandbox.calls()).filter(([operation]) => !/:(Describe|List|Get|BatchGet)/.test(operation)),
  );
}

/** Observes and ensures, as the engine does, until the driver says that it is done. Gives the last look. */
export async function converge<Spec, Live>(drive: Drive<Spec, Live>, desired: Desired<Spec>): Promise<Live> {
  const driver = drive.kind.driver(drive.aws);
  await untilDone(drive, desired.id, async () => {
    const pass = freshPass(drive);
    return driver.ensure(desired, await driver.observe({ desired, recorded: [] }, pass), pass);
  });
  const live = await driver.observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error(`${desired.id} is done but not there`);
  return live;
}

/** Waits until the health is no longer Progressing, and gives it with the look that it was read from. */
export async function converged<Spec, Live>(
  drive: Drive<Spec, Live>,
  desired: Desired<Spec>,
): Promise<{ readonly live: Live; readonly health: Health }> {
  const driver = drive.kind.driver(drive.aws);
  let health: Health | undefined;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const live = await driver.observe({ desired, recorded: [] }, freshPass(drive));
    if (live === undefined) throw new Error(`${desired.id} is not there`);
    health = driver.health(desired, live, new Date(drive.sandbox.now()));
    if (health.status !== 'Progressing') return { live, health };
    await drive.sandbox.advance(5_000);
  }
  throw new Error(`${desired.id} still progresses: ${health?.reason} ${health?.message}`);
}

/** Removes until the driver says that it is done; absent is done. */
export async function removed<Spec, Live>(drive: Drive<Spec, Live>, desired: Desired<Spec>): Promise<void> {
  const driver = drive.kind.driver(drive.aws);
  await untilDone(drive, desired.id, async () => {
    const pass = freshPass(drive);
    const live = await driver.observe({ desired, recorded: [] }, pass);
    return live === undefined ? { done: true } : driver.remove(live, pass);
  });
}

async function untilDone(
  { sandbox }: Pick<Drive<never, never>, 'sandbox'>,
  what: string,
  step: () => Promise<Progress>,
): Promise<void> {
  let waitsFor = '';
  for (let round = 0; round < MAX_ROUNDS; round++) {
    try {
      const progress = await step();
      if (progress.done) return;
      waitsFor = progress.waitsFor;
      await sandbox.advance(progress.pollAfterMs);
    } catch (error) {
      if (!(error instanceof WaitError)) throw error;
      waitsFor = error.message;
      await sandbox.advance(error.retryAfterMs);
    }
  }
  throw new Error(`${what} is not done after ${MAX_ROUNDS} rounds; it waits for: ${waitsFor}`);
}
