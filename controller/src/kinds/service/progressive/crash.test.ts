import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { converge, converged, freshPass, steppingClock } from '../../../../test/converge.ts';
import { ACCOUNT, REGION } from '../../../../test/sandboxed.ts';
import type { CallMiddleware } from '../../../aws/calls.ts';
import { connect } from '../../../aws/connect.ts';
import { TerminalError } from '../../../core/errors.ts';
import { serviceKind } from '../index.ts';
import { bed, type Bed, look, manifest, taskSets, weights } from './testing/bed.ts';

/** Where a run is killed: before the call is sent, or after AWS has done it and before the answer is seen. */
type Point = 'before' | 'after';

class Killed extends Error {}

/** Steps that take no time, so that a run is its calls. */
const STEPS = { steps: [{ weight: 25 }, { pause: '5s' }, { weight: 100 }] };

/** Kills the run at the k-th call that changes something, from 0. */
function killer(k: number, point: Point, killed: () => void): CallMiddleware {
  let calls = 0;
  let dead = false;
  return async ({ operation }, send) => {
    if (dead) return new Promise(() => undefined);
    if (/^(Describe|List|Get)/.test(operation) || calls++ < k) return send();
    dead = true;
    if (point === 'after') await send();
    killed();
    return new Promise(() => undefined);
  };
}

/**
 * Rolls out a first revision, and a second one of that image, killed at call k, then anew to the end. Undefined: there
 * were fewer calls.
 */
async function killedAt(image: string, k: number, point: Point): Promise<object | undefined> {
  const on = await bed({ throttle: false });
  try {
    await converge(on.drive, manifest(on, 'example/web:1', STEPS));
    const desired = manifest(on, image, STEPS);
    const before = on.sandbox.calls()['ecs:CreateTaskSet'] ?? 0;
    const run = async (middleware: readonly CallMiddleware[]): Promise<void> => {
      const aws = await connect(
        { accountId: ACCOUNT, region: REGION },
        {
          clock: steppingClock(on.sandbox),
          endpoint: on.sandbox.url,
          credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
          middleware,
        },
      );
      // A rollout that fails ends here, with its hold.
      await converge({ ...on.drive, aws }, desired).catch((error: unknown) => {
        if (!(error instanceof TerminalError && error.code === 'RolloutFailed')) throw error;
      });
    };
    const death = Promise.withResolvers<void>();
    const died = death.promise.then(() => {
      throw new Killed();
    });
    const finished = await Promise.race([run([killer(k, point, () => death.resolve())]), died]).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof Killed)) throw error;
        return false;
      },
    );
    if (finished) return undefined;
    await run([]);
    return { ...(await whatIsThere(on, image)), created: (on.sandbox.calls()['ecs:CreateTaskSet'] ?? 0) - before };
  } finally {
    await on.close();
  }
}

async function whatIsThere(on: Bed, image: string): Promise<object> {
  const desired = manifest(on, image, STEPS);
  const { live, health } = await converged(on.drive, desired);
  const { taskDefinitionArns = [] } = await on.aws.ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  const sets = (await taskSets(on, live)).filter(({ status }) => status !== 'DRAINING');
  return {
    health: health.status,
    reason: health.reason,
    differs: serviceKind
      .driver(on.aws)
      .diff(desired, live)
      .map(({ path }) => path),
    revisions: taskDefinitionArns.length,
    sets: sets.map(({ status, scale, runningCount }) => [status, scale?.value, runningCount]),
    runs: live.taskDefinition?.taskDefinition.containerDefinitions?.map((container) => container.image),
    green: (await weights(on))[on.alternate],
    test: (await weights(on, on.test))[on.alternate],
  };
}

const CAME_THROUGH = {
  health: 'Healthy',
  reason: 'DeploymentCompleted',
  differs: [],
  revisions: 2,
  sets: [['PRIMARY', 100, 2]],
  runs: ['example/web:2'],
  green: 100,
  test: 100,
  created: 1,
};

const WENT_BACK = {
  ...CAME_THROUGH,
  health: 'Degraded',
  reason: 'Held',
  differs: ['/task/containers/web/image'],
  runs: ['example/web:1'],
  green: 0,
  test: 0,
};

/** More than the calls of a rollout that change something. */
const MAX_CALLS = 100;

test.each<[image: string, point: Point, right: object, least: number]>([
  // Register, create, three phases with their shifts, promotion, scale, delete.
  ['example/web:2', 'before', CAME_THROUGH, 10],
  ['example/web:2', 'after', CAME_THROUGH, 10],
  // Register, create, end, remember, scale, delete.
  ['example/bad:2', 'before', WENT_BACK, 6],
  ['example/bad:2', 'after', WENT_BACK, 6],
])(
  'a rollout of %s, killed %s any call that changes something: one task set is made, and the end is the same',
  { timeout: 600_000 },
  async (image, point, right, least) => {
    let tried = 0;
    for (let k = 0; k < MAX_CALLS; k++) {
      const there = await killedAt(image, k, point);
      if (there === undefined) break;
      expect({ k, ...there }).toEqual({ k, ...right });
      tried += 1;
    }
    expect(tried).toBeGreaterThanOrEqual(least);
  },
);

test('whoever does not see yet what was made before it makes no second task set', async () => {
  const on = await bed({ throttle: false });
  try {
    await converge(on.drive, manifest(on, 'example/web:1', STEPS));
    await on.sandbox.advance(10_000);
    const desired = manifest(on, 'example/web:2', STEPS);
    const driver = serviceKind.driver(on.aws);
    const before = await look(on, desired);
    on.sandbox.fault({ effect: 'staleReads', lagMs: 8_000 });
    // Two processes, one after the other, see the same.
    for (const pass of [freshPass(on.drive), freshPass(on.drive)]) await driver.ensure(desired, before, pass);
    expect(on.sandbox.calls()['ecs:CreateTaskSet']).toBe(3);
    on.sandbox.clearFaults();
    expect((await taskSets(on, before)).map(({ status = '' }) => status).toSorted()).toEqual(['ACTIVE', 'PRIMARY']);
  } finally {
    await on.close();
  }
});
