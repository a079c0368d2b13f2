import { expect, test } from 'vitest';
import { converge, removed, steppingClock } from '../../../test/converge.ts';
import { type JobWorld, jobWorld } from '../../../test/jobs.ts';
import { ACCOUNT, REGION } from '../../../test/sandboxed.ts';
import type { JobSpec } from '../../api/job.ts';
import type { CallMiddleware } from '../../aws/calls.ts';
import { connect } from '../../aws/connect.ts';
import type { Desired } from '../../core/driver.ts';
import { jobKind } from './index.ts';

/**
 * How a controller dies at a call: before it is sent, after AWS has done it and before the answer is seen; or it lives,
 * and only the answer is lost.
 */
const WAYS = ['before', 'after', 'answer lost'] as const;
type Way = (typeof WAYS)[number];

class Killed extends Error {}

/** Something that Git says for a while. */
interface Phase {
  readonly desired: Desired<JobSpec>;
  readonly removes?: boolean;
}

/** A Job is made, changed, run as a hook, fails twice and succeeds in between, and goes. */
function phasesOf(world: JobWorld): readonly Phase[] {
  const first = world.job('example/good:1', { revisionHistoryLimit: 0 });
  const second = world.job('example/good:2', { revisionHistoryLimit: 0, tags: { team: 'web' } });
  const failing = world.job('example/bad', { retries: 1, revisionHistoryLimit: 0 });
  return [
    { desired: first },
    { desired: second },
    { desired: { ...second, run: 'operation-7/migrate' } },
    { desired: failing },
    { desired: failing, removes: true },
  ];
}

/** What every undisturbed course leaves: one task for each content and run, and two for the one that fails twice. */
const STARTED = { 'example/good:1': 1, 'example/good:2': 2, 'example/bad': 2 };

/** Kills the k-th call (from 0), or loses its answer. `reached` is called when there is such a call. */
function disturbance(k: number, way: Way, reached: () => void, killed: () => void): CallMiddleware {
  let calls = 0;
  return async (_, send) => {
    const here = calls++;
    if (here === k) reached();
    if (here < k || (here > k && way === 'answer lost')) return send();
    if (here === k && way !== 'before') await send();
    if (way === 'answer lost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    killed();
    return new Promise(() => undefined);
  };
}

/** Runs the course, disturbed at call k, to its end. Undefined when there were fewer calls. */
async function disturbedAt(k: number, way: Way): Promise<object | undefined> {
  const world = await jobWorld();
  try {
    const phases = phasesOf(world);
    let phase = 0;
    let reached = false;
    const course = async (middleware: readonly CallMiddleware[]): Promise<void> => {
      const aws = await connect(
        { accountId: ACCOUNT, region: REGION },
        {
          clock: steppingClock(world.sandbox),
          endpoint: world.sandbox.url,
          credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
          middleware,
          // An answer that is lost is not asked for again by the SDK: the driver has to.
          maxAttempts: 1,
        },
      );
      for (; phase < phases.length; phase++) await follow({ ...world, aws, kind: jobKind }, phases[phase] as Phase);
    };
    const death = Promise.withResolvers<void>();
    const died = death.promise.then(() => {
      throw new Killed();
    });
    const disturbed = disturbance(k, way, () => (reached = true), death.resolve);
    await Promise.race([course([disturbed]), died]).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    if (!reached) return undefined;
    await course([]);
    return await startedByImage(world);
  } finally {
    await world.close();
  }
}

/** As the engine does: errors that may pass are borne, a failed Job ends the phase. */
async function follow(world: Pick<JobWorld, 'sandbox' | 'aws' | 'kind'>, phase: Phase): Promise<void> {
  for (;;) {
    try {
      if (phase.removes === true) await removed(world, phase.desired);
      else await converge(world, phase.desired);
      return;
    } catch (error) {
      if (error instanceof Error && /failed in try 2/.test(error.message)) return;
      if (!(error instanceof Error) || !/hang up|no answer/.test(error.message)) throw error;
      await world.sandbox.advance(1_000);
    }
  }
}

async function startedByImage(world: JobWorld): Promise<object> {
  const images = (await world.tasks()).map((task) => task.containers?.[0]?.image ?? '');
  return Object.fromEntries([...Map.groupBy(images, (image) => image)].map(([image, all]) => [image, all.length]));
}

/** More than the calls of the whole course. */
const MAX_CALLS = 1_000;
/** Every call with LONGSHORE_MATRIX=all, which takes minutes; else some, others for each way. */
const STEP = process.env['LONGSHORE_MATRIX'] === 'all' ? 1 : 23;
const AT_ONCE = 4;

test.each(WAYS.map((way, index) => [way, index + 1] as const))(
  'disturbed (%s) at any call, no task runs twice and none is left out',
  { timeout: 1_200_000 },
  async (way, first) => {
    let tried = 0;
    let next = STEP === 1 ? 1 : first;
    const worker = async (): Promise<void> => {
      while (next < MAX_CALLS) {
        const k = next;
        next += STEP;
        const started = await disturbedAt(k, way);
        if (started === undefined) return;
        expect({ k, ...started }).toEqual({ k, ...STARTED });
        tried += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(tried).toBeGreaterThan(100 / STEP);
  },
);
