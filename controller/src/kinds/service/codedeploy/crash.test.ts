import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { converge, converged, steppingClock } from '../../../../test/converge.ts';
import { ACCOUNT, REGION } from '../../../../test/sandboxed.ts';
import type { CallMiddleware } from '../../../aws/calls.ts';
import { connect } from '../../../aws/connect.ts';
import { TerminalError } from '../../../core/errors.ts';
import { serviceKind } from '../index.ts';
import { bed, type Bed, deployments, manifest, serving, shares } from './testing/bed.ts';

/** Where a run is killed: before the call is sent, or after AWS has done it and before the answer is seen. */
type Point = 'before' | 'after';

class Killed extends Error {}

/** A rollout in which the controller has something to do: it ends the ready wait. */
const SETTINGS = {
  canary: { percent: 20, minutes: 1 },
  testListener: { loadBalancer: 'public', port: 8080 },
  readyWait: { minutes: 1 },
  terminateBlueAfterMinutes: 1,
} as const;

/** Reads too with LONGSHORE_MATRIX=all, which takes minutes. */
const COUNTED = process.env['LONGSHORE_MATRIX'] === 'all' ? /./ : /^(?!Describe|List|Get|BatchGet)/;

/** Kills the run at the k-th call that counts, from 0: it never settles, and neither does any later one. */
function killer(k: number, point: Point, killed: () => void): CallMiddleware {
  let calls = 0;
  let dead = false;
  return async ({ operation }, send) => {
    if (dead) return new Promise(() => undefined);
    if (!COUNTED.test(operation) || calls++ < k) return send();
    dead = true;
    if (point === 'after') await send();
    killed();
    return new Promise(() => undefined);
  };
}

/** Makes a service and rolls that image out, killed at call k, then anew to the end. Undefined: there were fewer calls. */
async function killedAt(image: string, k: number, point: Point): Promise<object | undefined> {
  const on = await bed({ throttle: false });
  try {
    const wanted = [manifest(on, 'example/web:1', SETTINGS), manifest(on, image, SETTINGS)];
    const run = async (middleware: readonly CallMiddleware[], from = 0): Promise<void> => {
      const aws = await connect(
        { accountId: ACCOUNT, region: REGION },
        {
          clock: steppingClock(on.sandbox),
          endpoint: on.sandbox.url,
          credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
          middleware,
        },
      );
      for (const desired of wanted.slice(from)) {
        // A rollout that fails ends here, with its hold.
        await converge({ ...on.drive, aws }, desired).catch((error: unknown) => {
          if (!(error instanceof TerminalError && error.code === 'RolloutFailed')) throw error;
        });
        begun += 1;
      }
    };
    let begun = 0;
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
    // Git says what it said when it died.
    await run([], begun);
    return await whatIsThere(on, image);
  } finally {
    await on.close();
  }
}

async function whatIsThere(on: Bed, image: string): Promise<object> {
  const desired = manifest(on, image, SETTINGS);
  const { live, health } = await converged(on.drive, desired);
  const { taskDefinitionArns = [] } = await on.aws.ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  return {
    health: health.status,
    differs: serviceKind
      .driver(on.aws)
      .diff(desired, live)
      .map(({ path }) => path),
    revisions: taskDefinitionArns.length,
    sets: (live.service.taskSets ?? []).filter(({ status }) => status !== 'DRAINING').length,
    runs: serving(live),
    traffic: await shares(on),
    deployments: (await deployments(on)).map(({ status, creator }) => `${creator} ${status}`),
  };
}

const CAME_THROUGH = {
  health: 'Healthy',
  differs: [],
  revisions: 2,
  sets: 1,
  runs: 'example/web:2',
  traffic: { primary: 0, alternate: 100 },
  deployments: ['user Succeeded'],
};

const WENT_BACK = {
  ...CAME_THROUGH,
  health: 'Degraded',
  differs: ['/task/containers/web/image'],
  runs: 'example/web:1',
  traffic: { primary: 100, alternate: 0 },
  deployments: ['user Stopped', 'codeDeployRollback Succeeded'],
};

/** More than the calls that count. */
const MAX_CALLS = 1_000;

test.each<[image: string, point: Point, right: object, least: number]>([
  // Register, create service, application, configuration, group; register, deploy, continue.
  ['example/web:2', 'before', CAME_THROUGH, 8],
  ['example/web:2', 'after', CAME_THROUGH, 8],
  // The same until deploy; hold, stop.
  ['example/bad:2', 'before', WENT_BACK, 9],
  ['example/bad:2', 'after', WENT_BACK, 9],
])(
  'a service is made and %s rolled out, killed %s any call that changes something: one deployment, and the end is the same',
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
