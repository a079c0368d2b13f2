import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { SandboxOptions } from '@longshore/sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { converge, converged } from '../../../../test/converge.ts';
import { ACCOUNT } from '../../../../test/sandboxed.ts';
import { overRules, type Shifting, shifting } from '../../../../test/shifting.ts';
import type { DeploymentSpec, StageHook } from '../../../api/deployment.ts';
import type { Analysis, ServiceSpec } from '../../../api/service.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired } from '../../../core/driver.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';

let on: Shifting;
afterEach(() => on.close());

const driver = () => serviceKind.driver(on.aws);
const rollout = (live: ServiceLive) => driver().rollout(live);
const health = (desired: Desired<ServiceSpec>, live: ServiceLive) =>
  driver().health(desired, live, new Date(on.sandbox.now()));
const runs = (live: ServiceLive) => live.taskDefinition?.taskDefinition.containerDefinitions?.[0]?.image;
const productionOfNew = (live: ServiceLive) => rollout(live)?.sides?.find(({ role }) => role === 'new')?.weight ?? 0;

const lambda = (stage: StageHook['stage'], name = 'check'): StageHook => ({
  stage,
  lambda: {
    functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}`,
    role: `arn:aws:iam::${ACCOUNT}:role/hooks`,
  },
});

/** A blue/green service at its first revision; the hooks come with the second. */
async function serving(functions: SandboxOptions['functions'] = {}, shape: DeploymentSpec = blueGreen()) {
  on = await shifting({ functions });
  await converge(on.drive, on.desired('example/good:1', shape));
}

function blueGreen(hooks?: StageHook[]): DeploymentSpec {
  return overRules({ strategy: 'BlueGreen', ...(hooks === undefined ? {} : { hooks }) });
}

/** Until the deployment stands at a hook: ECS waits there for somebody. */
const untilAtHook = (desired: Desired<ServiceSpec>) =>
  on.until(desired, ({ deployment }) => {
    const [hook] = deployment?.lifecycleHookDetails ?? [];
    return hook?.status === 'AWAITING_ACTION';
  });

const succeeded = (live: ServiceLive) =>
  rollout(live)?.phase === 'Succeeded' && live.service.taskDefinition?.endsWith(':2') === true;

describe('a function at a stage', () => {
  test('that answers SUCCEEDED lets the deployment go on', async () => {
    await serving({ check: { answer: { hookStatus: 'SUCCEEDED' }, afterMs: 30_000 } });
    const desired = on.desired('example/good:2', blueGreen([lambda('POST_SCALE_UP')]));
    const at = await on.until(desired, ({ deployment }) => deployment?.lifecycleStage === 'POST_SCALE_UP');
    expect(rollout(at)).toMatchObject({ phase: 'InProgress', waitsFor: 'function check runs' });
    expect(health(desired, at)).toMatchObject({ status: 'Progressing', message: expect.stringMatching(/check runs/) });
    await on.until(desired, succeeded);
    expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
  });

  test('that answers FAILED takes it back: held, with what the function said', async () => {
    await serving({ check: { answer: { hookStatus: 'FAILED' } } });
    const desired = on.desired('example/good:2', blueGreen([lambda('POST_TEST_TRAFFIC_SHIFT')]));
    await expect(converge(on.drive, desired)).rejects.toThrow(
      /the rollout of Service\/api failed: .*POST_TEST_TRAFFIC_SHIFT lifecycle hook.*returned FAILED/,
    );
    const live = await on.look(desired);
    expect(runs(live)).toBe('example/good:1');
    expect(health(desired, live)).toMatchObject({
      status: 'Degraded',
      reason: 'Held',
      message: expect.stringMatching(/returned FAILED/),
    });
    const before = (await on.deployments(desired)).length;
    await expect(converge(on.drive, desired)).rejects.toThrow(/is held/);
    expect((await on.deployments(desired)).length).toBe(before);
    await on.pass(120_000);
    expect(await on.routeChanges(desired)).toEqual([]);
  });

  test('that answers IN_PROGRESS is asked again after its callBackDelay', async () => {
    await serving({
      check: { answers: [{ hookStatus: 'IN_PROGRESS', callBackDelay: 120 }, { hookStatus: 'SUCCEEDED' }] },
    });
    const desired = on.desired('example/good:2', blueGreen([lambda('PRE_PRODUCTION_TRAFFIC_SHIFT')]));
    const at = await on.until(
      desired,
      ({ deployment }) => String(deployment?.lifecycleStage) === 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    );
    const began = on.sandbox.now();
    expect([productionOfNew(at), rollout(at)?.waitsFor]).toEqual([0, 'function check runs']);
    await on.until(desired, (live) => productionOfNew(live) === 100 || succeeded(live));
    expect(on.sandbox.now() - began).toBeGreaterThanOrEqual(110_000);
    expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
  });

  test('of a rolling deployment that answers FAILED takes it back, and holds it', async () => {
    await serving({ check: { answer: { hookStatus: 'FAILED' } } }, { strategy: 'Rolling' });
    const rolling: DeploymentSpec = {
      strategy: 'Rolling',
      rolling: { circuitBreaker: { enable: true, rollback: true } },
      hooks: [lambda('PRE_SCALE_UP')],
    };
    const desired = on.desired('example/good:2', rolling);
    await expect(converge(on.drive, desired)).rejects.toThrow(/the rollout of Service\/api failed: .*hook/);
    const live = await on.look(desired);
    expect([runs(live), health(desired, live).reason]).toEqual(['example/good:1', 'Held']);
  });
});

describe('a pause that nobody ends', () => {
  test('takes the deployment back when its time is over: held, with the cause', async () => {
    await serving();
    const hook: StageHook = { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', pause: true, timeoutMinutes: 3 };
    const desired = on.desired('example/good:2', blueGreen([hook]));
    await untilAtHook(desired);
    await on.pass(200_000);
    await expect(converge(on.drive, desired)).rejects.toThrow(/pause hook timed out/);
    const live = await on.look(desired);
    expect([runs(live), health(desired, live).reason]).toEqual(['example/good:1', 'Held']);
  });

  test('goes on when onTimeout says so', async () => {
    await serving();
    const hook: StageHook = { stage: 'POST_SCALE_UP', pause: true, timeoutMinutes: 3, onTimeout: 'CONTINUE' };
    const desired = on.desired('example/good:2', blueGreen([hook]));
    await untilAtHook(desired);
    await on.pass(200_000);
    await on.until(desired, succeeded);
    expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
  });

  test('and that Git drops is over: Git no longer asks for it', async () => {
    await serving();
    await untilAtHook(on.desired('example/good:2', blueGreen([{ stage: 'POST_SCALE_UP', pause: true }])));
    const dropped = on.desired('example/good:2', blueGreen());
    const before = (await on.deployments(dropped)).length;
    expect(rollout(await on.look(dropped))).toMatchObject({ phase: 'InProgress', needsUs: true });
    await on.until(dropped, succeeded);
    expect((await on.deployments(dropped)).length).toBe(before);
    expect(driver().diff(dropped, await on.look(dropped))).toEqual([]);
  });
});

const errors: Analysis = {
  name: 'errors',
  intervalSeconds: 20,
  count: 2,
  failureCondition: 'result > 5',
  cloudWatch: { queries: [{ id: 'errors', metricStat: { namespace: 'Shop', metricName: 'Errors', stat: 'Sum' } }] },
};

async function put(value: number): Promise<void> {
  const MetricData = [{ MetricName: 'Errors', Value: value, Timestamp: new Date(on.sandbox.now()) }];
  await rolloutClients(on.aws).cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
}

/** As `until`, while the metric is put every ten seconds. */
async function measuring(
  desired: Desired<ServiceSpec>,
  value: number,
  is: (live: ServiceLive) => boolean,
): Promise<ServiceLive> {
  for (let round = 0; round < 200; round++) {
    const live = await on.look(desired);
    if (is(live)) return live;
    await put(value);
    await driver().ensure(desired, live, on.aws.pass(new Date(on.sandbox.now()), new AbortController().signal));
    await on.pass(10_000);
  }
  throw new Error(`it never comes there: ${JSON.stringify(rollout(await on.look(desired)))}`);
}

describe('an analysis at a stage', () => {
  const verify = { analyses: [errors] };
  const withAnalysis = (version: number, hooks: StageHook[] = [{ stage: 'POST_SCALE_UP', analysis: 'errors' }]) =>
    on.desired(`example/good:${version}`, blueGreen(hooks), { verify });

  test('that succeeds lets the deployment go on, and nobody has to promote it', async () => {
    await serving();
    const desired = withAnalysis(2);
    const at = await untilAtHook(desired);
    expect(rollout(at)).toMatchObject({
      phase: 'InProgress',
      needsUs: true,
      waitsFor: expect.stringMatching(/analysis errors/),
    });
    const before = on.sandbox.now();
    await measuring(desired, 0, succeeded);
    expect(on.sandbox.now() - before).toBeGreaterThan(30_000);
    await on.pass(60_000);
    expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
  });

  test('that fails takes it back before users see it: held, with what was measured', async () => {
    await serving();
    const desired = withAnalysis(2);
    const seen: number[] = [];
    const failing = measuring(desired, 9, (live) => {
      if (rollout(live)?.target.endsWith(':2') === true) seen.push(productionOfNew(live));
      return false;
    });
    await expect(failing).rejects.toThrow(/is rolled back: analysis errors: 1 of 1 measurement failed/);
    expect(Math.max(...seen)).toBe(0);
    await on.pass(120_000);
    const live = await on.look(desired);
    expect([runs(live), rollout(live)?.phase]).toEqual(['example/good:1', 'Failed']);
    expect(health(desired, live)).toMatchObject({
      reason: 'Held',
      message: expect.stringMatching(/analysis errors/),
    });
  });

  test('that Git drops in the middle is over: the deployment goes on, and there is one', async () => {
    await serving();
    await untilAtHook(withAnalysis(2));
    const dropped = withAnalysis(2, []);
    const before = (await on.deployments(dropped)).length;
    await on.until(dropped, succeeded);
    expect((await on.deployments(dropped)).length).toBe(before);
    expect((await converged(on.drive, dropped)).health.status).toBe('Healthy');
  });
});

describe('an analysis of the whole rollout', () => {
  const verify = { analyses: [{ ...errors, when: 'Rollout' as const }] };
  const SHAPES: readonly (readonly [string, DeploymentSpec])[] = [
    ['BlueGreen', { strategy: 'BlueGreen', bakeMinutes: 4 }],
    ['Linear', { strategy: 'Linear', linear: { stepPercent: 50, stepBakeMinutes: 4 } }],
    ['Canary', { strategy: 'Canary', canary: { percent: 10, bakeMinutes: 4 } }],
  ];

  test.each(SHAPES)('%s: fails with traffic on the new revision, and takes it back', async (_, shape) => {
    await serving({}, overRules(shape));
    const desired = on.desired('example/good:2', overRules(shape), { verify });
    let most = 0;
    const failing = measuring(desired, 9, (live) => {
      if (rollout(live)?.target.endsWith(':2') === true) most = Math.max(most, productionOfNew(live));
      return false;
    });
    await expect(failing).rejects.toThrow(/analysis errors: 1 of 1 measurement failed .* ECS rolls it back/);
    expect(most).toBeGreaterThan(0);
    await on.pass(120_000);
    const live = await on.look(desired);
    expect([runs(live), rollout(live)?.phase, health(desired, live).reason]).toEqual([
      'example/good:1',
      'Failed',
      'Held',
    ]);
    expect(await on.routeChanges(desired)).toEqual([]);
  });

  test('that finds nothing lets the deployment come through', async () => {
    const shape = overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 1 } });
    await serving({}, shape);
    const desired = on.desired('example/good:2', shape, { verify });
    await measuring(desired, 0, succeeded);
    expect(runs(await on.look(desired))).toBe('example/good:2');
  });
});
