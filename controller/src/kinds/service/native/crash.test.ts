import { expect, test } from 'vitest';
import { converge, converged, steppingClock } from '../../../../test/converge.ts';
import { ACCOUNT, REGION } from '../../../../test/sandboxed.ts';
import { overRules, type Shifting, shifting } from '../../../../test/shifting.ts';
import type { CallMiddleware } from '../../../aws/calls.ts';
import { connect } from '../../../aws/connect.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { serviceKind } from '../index.ts';

/** Where a run is killed: before the call is sent, or after AWS has done it and before the answer is seen. */
type Point = 'before' | 'after';

class Killed extends Error {}

/** Kills the run at the k-th call (from 0): the promise of that call never settles, and neither does any later one. */
function killer(k: number, point: Point, killed: () => void): CallMiddleware {
  let calls = 0;
  return async (_, send) => {
    const here = calls++;
    if (here < k) return send();
    if (here === k && point === 'after') await send();
    killed();
    return new Promise(() => undefined);
  };
}

async function connected({ sandbox }: Shifting, middleware: readonly CallMiddleware[]): Promise<AwsContext> {
  return connect(
    { accountId: ACCOUNT, region: REGION },
    {
      clock: steppingClock(sandbox),
      endpoint: sandbox.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      middleware,
    },
  );
}

/** From one revision to another; killed at call k, then anew to the end. Undefined when there were fewer calls. */
async function killedAt(k: number, point: Point): Promise<object | undefined> {
  const on = await shifting({ throttle: false });
  try {
    const deployment = overRules({ strategy: 'BlueGreen', bakeMinutes: 1 });
    await converge(on.drive, on.desired('example/web:1', deployment));
    const desired = on.desired('example/web:2', deployment);
    const before = (await on.deployments(desired)).length;
    const run = async (middleware: readonly CallMiddleware[]): Promise<void> => {
      const aws = await connected(on, middleware);
      await converge({ ...on.drive, aws }, desired);
      aws.close();
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
    const { live, health } = await converged(on.drive, desired);
    await on.pass(120_000);
    return {
      health: health.status,
      differs: serviceKind.driver(on.aws).diff(desired, live),
      strayWeights: await on.routeChanges(desired),
      deployments: (await on.deployments(desired)).length - before,
      runs: live.taskDefinition?.taskDefinition.containerDefinitions?.map(({ image }) => image),
    };
  } finally {
    await on.close();
  }
}

const RIGHT = {
  health: 'Healthy',
  differs: [],
  strayWeights: [],
  deployments: 1,
  runs: ['example/web:2'],
};

/** More than the calls of the whole run. */
const MAX_CALLS = 500;
/** Every call with LONGSHORE_MATRIX=all, which takes minutes; else a few, not the same ones before and after. */
const STEP = process.env['LONGSHORE_MATRIX'] === 'all' ? 1 : 31;

test.each<[Point, number]>([
  ['before', 4],
  ['after', 11],
])(
  'killed %s a call of a deployment that shifts traffic, a new run ends with one deployment',
  { timeout: 900_000 },
  async (point, first) => {
    let tried = 0;
    for (let k = STEP === 1 ? 0 : first; k < MAX_CALLS; k += STEP) {
      const there = await killedAt(k, point);
      if (there === undefined) break;
      expect({ k, ...there }).toEqual({ k, ...RIGHT });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(1);
  },
);
