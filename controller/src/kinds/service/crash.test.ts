import {
  CreateClusterCommand,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { converge, converged, steppingClock } from '../../../test/converge.ts';
import { ACCOUNT, desiredOf, REGION, sandboxed } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { CallMiddleware } from '../../aws/calls.ts';
import { connect } from '../../aws/connect.ts';
import type { Desired } from '../../core/driver.ts';
import { serviceKind } from './index.ts';

/** Where a run is killed: before the call is sent, or after AWS has done it and before the answer is seen. */
type Point = 'before' | 'after';

class Killed extends Error {}

function never(): never {
  throw new Error('there are two specs');
}

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

function specs(cluster: string): readonly Desired<ServiceSpec>[] {
  const needs = { 'Cluster/main': { arn: cluster, name: 'main' } } as const;
  return ['1', '2'].map((tag) =>
    desiredOf<ServiceSpec>(
      'Service/api',
      {
        cluster: 'main',
        launchType: 'FARGATE',
        desiredCount: 1,
        network: { subnets: ['subnet-1'] },
        revisionHistoryLimit: 0,
        tags: { version: tag },
        task: { cpu: 256, memory: 512, containers: [{ name: 'web', image: `example/web:${tag}` }] },
      },
      needs,
    ),
  );
}

/** Runs until killed at call k, then anew to the end. Gives what is there afterwards; undefined when there were fewer calls. */
async function killedAt(k: number, point: Point): Promise<object | undefined> {
  const running = await sandboxed({ throttle: false });
  try {
    const { cluster } = await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    const wanted = specs(cluster?.clusterArn ?? '');
    const run = async (middleware: readonly CallMiddleware[]): Promise<void> => {
      const aws = await connect(
        { accountId: ACCOUNT, region: REGION },
        {
          clock: steppingClock(running.sandbox),
          endpoint: running.sandbox.url,
          credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
          middleware,
        },
      );
      for (const desired of wanted) await converge({ ...running, aws, kind: serviceKind }, desired);
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
    return await whatIsThere(running, wanted[1] ?? never());
  } finally {
    await running.close();
  }
}

async function whatIsThere(
  running: Awaited<ReturnType<typeof sandboxed>>,
  desired: Desired<ServiceSpec>,
): Promise<object> {
  const { live, health } = await converged({ ...running, kind: serviceKind }, desired);
  const { ecs } = running.aws;
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: 'main' }));
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  const { serviceDeployments: briefs = [] } = await ecs.send(new ListServiceDeploymentsCommand(live.key));
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: briefs.flatMap((brief) => brief.serviceDeploymentArn ?? []),
    }),
  );
  return {
    health: health.status,
    differs: serviceKind.driver(running.aws).diff(desired, live),
    services: serviceArns.length,
    revisions: taskDefinitionArns.length,
    runs: live.taskDefinition?.taskDefinition.containerDefinitions?.map((container) => container.image),
    version: live.tags['version'],
    failed: serviceDeployments.filter((deployment) => deployment.status?.startsWith('ROLLBACK')).length,
  };
}

const RIGHT = {
  health: 'Healthy',
  differs: [],
  services: 1,
  // The one that runs; the one before stays as what the last deployment could go back to.
  revisions: 2,
  runs: ['example/web:2'],
  version: '2',
  failed: 0,
};

/** More than the calls of the whole run. */
const MAX_CALLS = 500;
/** Every call with LONGSHORE_MATRIX=all, which takes minutes; else a twentieth, not the same ones before and after. */
const STEP = process.env['LONGSHORE_MATRIX'] === 'all' ? 1 : 20;

test.each<[Point, number]>([
  ['before', 1],
  ['after', 11],
])(
  'killed %s a call of a create and an update, a new run ends in the same state',
  { timeout: 600_000 },
  async (point, first) => {
    let tried = 0;
    for (let k = STEP === 1 ? 1 : first; k < MAX_CALLS; k += STEP) {
      const there = await killedAt(k, point);
      if (there === undefined) break;
      expect({ k, ...there }).toEqual({ k, ...RIGHT });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(30 / STEP);
  },
);
