import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { SandboxOptions } from '@longshore/sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { converge, converged } from '../../../../test/converge.ts';
import { ACCOUNT } from '../../../../test/sandboxed.ts';
import { overRules, type Shifting, shifting } from '../../../../test/shifting.ts';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { Analysis, ServiceSpec } from '../../../api/service.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired } from '../../../core/driver.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';

let on: Shifting;
afterEach(() => on.close());

const driver = () => serviceKind.driver(on.aws);
const rollout = (live: ServiceLive) => driver().rollout(live);
const runs = (live: ServiceLive) => live.taskDefinition?.taskDefinition.containerDefinitions?.[0]?.image;

const canary: DeploymentSpec = overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 1 } });

/** A canary of the second revision is under way, with a tenth of the traffic. */
async function inFlight(deployment: DeploymentSpec, options: SandboxOptions = {}): Promise<void> {
  on = await shifting({ behaviours: { 'example/broken': { exitCode: 1, exitAfterMs: 1_000 } }, ...options });
  await converge(on.drive, on.desired('example/good:1', deployment));
  await on.until(
    on.desired('example/good:2', deployment),
    (live) => rollout(live)?.sides?.some(({ role, weight }) => role === 'new' && weight === 10) === true,
  );
}

/** What each deployment of the service went to, and what became of it, oldest first. */
async function history(desired: Desired<ServiceSpec>): Promise<readonly string[]> {
  const deployments = await on.deployments(desired);
  return deployments
    .toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))
    .map(({ status }) => status ?? '');
}

describe('a revision that comes while another is being deployed', () => {
  test('takes its place at once by default', async () => {
    await inFlight(canary);
    const third = on.desired('example/good:3', canary);
    const live = await converge(on.drive, third);
    expect(runs(live)).toBe('example/good:3');
    expect(await history(third)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    await on.pass(120_000);
    expect((await converged(on.drive, third)).health.status).toBe('Healthy');
    expect(await on.routeChanges(third)).toEqual([]);
  });

  test('waits for its end with Queue', async () => {
    const queue: DeploymentSpec = { ...canary, onNewRevision: 'Queue' };
    await inFlight(queue);
    const third = on.desired('example/good:3', queue);
    const live = await converge(on.drive, third);
    expect(runs(live)).toBe('example/good:3');
    expect(await history(third)).toEqual(['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('with Queue, the analysis that the one before waits for goes on', async () => {
    const queue: DeploymentSpec = {
      ...canary,
      onNewRevision: 'Queue',
      hooks: [{ stage: 'POST_SCALE_UP', analysis: 'errors' }],
    };
    const verify = { analyses: [errors] };
    on = await shifting();
    await converge(on.drive, on.desired('example/good:1', { ...queue, hooks: [] }, { verify }));
    await on.until(on.desired('example/good:2', queue, { verify }), atHook);
    const third = on.desired('example/good:3', queue, { verify });
    await measured(third, 0, (live) => runs(live) === 'example/good:3' && rollout(live)?.phase === 'Succeeded');
    expect(await history(third)).toEqual(['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('with Queue, one before it whose analysis fails goes back, and the new one is not held for it', async () => {
    const queue: DeploymentSpec = {
      ...canary,
      onNewRevision: 'Queue',
      hooks: [{ stage: 'POST_SCALE_UP', analysis: 'errors' }],
    };
    const verify = { analyses: [errors] };
    on = await shifting();
    await converge(on.drive, on.desired('example/good:1', { ...queue, hooks: [] }, { verify }));
    await on.until(on.desired('example/good:2', queue, { verify }), atHook);
    const third = on.desired('example/good:3', queue, { verify });
    await measured(third, 9, (live) => rollout(live)?.phase === 'RollingBack' || rollout(live)?.phase === 'Failed');
    await measured(third, 0, (live) => runs(live) === 'example/good:3' && rollout(live)?.phase === 'Succeeded');
    expect(await history(third)).toEqual(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('with Queue, one before it whose tasks fail goes back, and the new one follows', async () => {
    const queue: DeploymentSpec = { ...canary, onNewRevision: 'Queue' };
    on = await shifting({ behaviours: { 'example/broken': { exitCode: 1, exitAfterMs: 1_000 } } });
    await converge(on.drive, on.desired('example/good:1', queue));
    await on.until(
      on.desired('example/broken:2', queue),
      ({ service }) => service.deployments?.some(({ failedTasks = 0 }) => failedTasks > 0) === true,
    );
    const third = on.desired('example/good:3', queue);
    const live = await converge(on.drive, third);
    expect(runs(live)).toBe('example/good:3');
    expect(await history(third)).toEqual(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
  });
});

const errors: Analysis = {
  name: 'errors',
  intervalSeconds: 20,
  failureCondition: 'result > 5',
  cloudWatch: { queries: [{ id: 'errors', metricStat: { namespace: 'Shop', metricName: 'Errors', stat: 'Sum' } }] },
};

const atHook = ({ deployment }: ServiceLive): boolean =>
  deployment?.lifecycleHookDetails?.[0]?.status === 'AWAITING_ACTION';

async function measured(
  desired: Desired<ServiceSpec>,
  value: number,
  is: (live: ServiceLive) => boolean,
): Promise<void> {
  for (let round = 0; round < 300; round++) {
    const live = await on.look(desired);
    if (is(live)) return;
    const MetricData = [{ MetricName: 'Errors', Value: value, Timestamp: new Date(on.sandbox.now()) }];
    await rolloutClients(on.aws).cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    await driver().ensure(desired, live, on.aws.pass(new Date(on.sandbox.now()), new AbortController().signal));
    await on.pass(10_000);
  }
  throw new Error(`it never comes there: ${JSON.stringify(rollout(await on.look(desired)))}`);
}

describe('another strategy while a deployment is under way', () => {
  test('is set when it is over, and never during it', async () => {
    await inFlight(canary);
    const linear = overRules({ strategy: 'Linear', linear: { stepPercent: 50, stepBakeMinutes: 1 } });
    const desired = on.desired('example/good:3', linear);
    const live = await converge(on.drive, desired);
    expect([runs(live), live.service.deploymentConfiguration?.strategy]).toEqual(['example/good:3', 'LINEAR']);
    expect(await history(desired)).toEqual(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
    await on.pass(120_000);
    expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
    expect(driver().diff(desired, await on.look(desired))).toEqual([]);
  });

  test('back to Rolling too', async () => {
    await inFlight(canary);
    const desired = on.desired('example/good:3', { strategy: 'Rolling' });
    const live = await converge(on.drive, desired);
    expect([runs(live), live.service.deploymentConfiguration?.strategy]).toEqual(['example/good:3', 'ROLLING']);
    await on.pass(120_000);
    expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
    expect(driver().diff(desired, await on.look(desired))).toEqual([]);
  });
});

test('a function at RECONCILE_SERVICE is called only where a deployment takes the place of an unfinished one', async () => {
  const reconciling: DeploymentSpec = {
    ...canary,
    hooks: [
      {
        stage: 'RECONCILE_SERVICE',
        lambda: {
          functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:reconcile`,
          role: `arn:aws:iam::${ACCOUNT}:role/hooks`,
        },
      },
    ],
  };
  await inFlight(reconciling, { functions: { reconcile: { answer: { hookStatus: 'SUCCEEDED' }, afterMs: 30_000 } } });
  const third = on.desired('example/good:3', reconciling);
  const at = await on.until(third, ({ deployment }) => deployment?.lifecycleStage === 'RECONCILE_SERVICE');
  expect(rollout(at)).toMatchObject({ phase: 'InProgress', step: [1, expect.any(Number)] });
  expect(rollout(at)?.steps?.[0]).toMatchObject({ name: 'RECONCILE_SERVICE', status: 'InProgress' });
  expect(runs(await converge(on.drive, third))).toBe('example/good:3');
});
