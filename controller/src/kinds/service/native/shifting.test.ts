import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, freshPass } from '../../../../test/converge.ts';
import { overRules, type Shifting, shifting } from '../../../../test/shifting.ts';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { Desired } from '../../../core/driver.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { hold } from '../hold.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';

let on: Shifting;
beforeEach(async () => {
  on = await shifting({ behaviours: { 'example/broken': { exitCode: 1, exitAfterMs: 1_000 } } });
});
afterEach(() => on.close());

const driver = () => serviceKind.driver(on.aws);
const rollout = (live: ServiceLive) => driver().rollout(live);
const diff = async (desired: Desired<ServiceSpec>) =>
  driver()
    .diff(desired, await on.look(desired))
    .map(({ path, effect }) => `${path} ${effect}`);

const SHAPES: readonly (readonly [string, DeploymentSpec])[] = [
  ['BlueGreen', { strategy: 'BlueGreen', bakeMinutes: 5 }],
  ['Linear', { strategy: 'Linear', linear: { stepPercent: 50, stepBakeMinutes: 2 } }],
  ['Canary', { strategy: 'Canary', canary: { percent: 10, bakeMinutes: 3 }, bakeMinutes: 1 }],
];

test.each(SHAPES)(
  '%s: a new revision takes the traffic over in one deployment, and then nothing differs',
  async (_, shape) => {
    const first = on.desired('example/good:1', overRules(shape));
    await converge(on.drive, first);
    expect((await converged(on.drive, first)).health.status).toBe('Healthy');
    expect(await diff(first)).toEqual([]);
    const second = on.desired('example/good:2', overRules(shape));
    expect(await diff(second)).toEqual(['/task/containers/web/image restartsTasks']);
    const before = (await on.deployments(first)).length;
    const seen: (readonly [string | undefined, number | undefined])[] = [];
    const live = await on.until(second, (now) => {
      const { phase, steps = [], sides = [] } = rollout(now) ?? {};
      const stage = steps.find(({ status }) => status === 'InProgress')?.name;
      seen.push([stage, sides.find(({ role }) => role === 'new')?.weight]);
      return phase === 'Succeeded' && now.service.taskDefinition?.endsWith(':2') === true;
    });
    expect((await on.deployments(second)).length).toBe(before + 1);
    expect(rollout(live)).toMatchObject({ strategy: shape.strategy, phase: 'Succeeded' });
    const weights = new Set(seen.flatMap(([, weight]) => weight ?? []));
    expect([...weights]).toContain(shape.strategy === 'Linear' ? 50 : shape.strategy === 'Canary' ? 10 : 100);
    await on.pass(120_000);
    expect((await converged(on.drive, second)).health.status).toBe('Healthy');
    expect(await diff(second)).toEqual([]);
    expect(await on.routeChanges(second)).toEqual([]);
  },
);

test('a stray weight is drift at rest and nobody touches weights while a deployment moves them', async () => {
  const shape: DeploymentSpec = overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 5 } });
  const first = on.desired('example/good:1', shape);
  await converge(on.drive, first);
  await on.pass(120_000);
  expect(await on.routeChanges(first)).toEqual([]);
  const TargetGroups = [
    { TargetGroupArn: on.pair.primary, Weight: 50 },
    { TargetGroupArn: on.pair.alternate, Weight: 50 },
  ];
  const command = new ModifyRuleCommand({
    RuleArn: on.ruleArn('production'),
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
  });
  await on.aws.elbv2.send(command);
  expect(await on.routeChanges(first)).toEqual(['production /then/forward/api/pair']);
  await on.ensureRoutes(first);
  expect(await on.routeChanges(first)).toEqual([]);
  const second = on.desired('example/good:2', shape);
  await on.until(second, (live) => rollout(live)?.sides?.some(({ weight }) => weight === 10) === true);
  expect(await on.routeChanges(second)).toEqual([]);
});

test('a pause waits for a person, who promotes it', async () => {
  const shape = overRules({ strategy: 'BlueGreen', hooks: [{ stage: 'POST_TEST_TRAFFIC_SHIFT', pause: true }] });
  const desired = on.desired('example/good:1', shape);
  const live = await on.until(desired, (now) => rollout(now)?.phase === 'AwaitingPromotion');
  expect(rollout(live)).toMatchObject({
    allows: ['promote', 'abort'],
    waitsFor: expect.stringMatching(/a person to promote/),
  });
  expect(driver().health(desired, live, new Date(on.sandbox.now()))).toMatchObject({ status: 'Suspended' });
  await expect(driver().act('pause', live, freshPass(on.drive))).rejects.toThrow(/only at a hook/);
  await driver().act('promote', live, freshPass(on.drive));
  const done = await on.until(desired, (now) => rollout(now)?.phase === 'Succeeded');
  expect(rollout(done)?.phase).toBe('Succeeded');
});

test('an abort at a pause takes the traffic back and holds the revision', async () => {
  const shape = overRules({ strategy: 'BlueGreen' });
  await converge(on.drive, on.desired('example/good:1', shape));
  const paused: DeploymentSpec = { ...shape, hooks: [{ stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', pause: true }] };
  const desired = on.desired('example/good:2', paused);
  const live = await on.until(desired, (now) => rollout(now)?.phase === 'AwaitingPromotion');
  await driver().act('abort', live, freshPass(on.drive));
  await on.until(desired, (now) => rollout(now)?.phase === 'Failed');
  await expect(converge(on.drive, desired)).rejects.toThrow(/the rollout of Service\/api failed/);
  const after = await on.look(desired);
  expect(driver().health(desired, after, new Date(on.sandbox.now()))).toMatchObject({
    status: 'Degraded',
    reason: 'Held',
  });
  await on.pass(120_000);
  expect(await on.routeChanges(desired)).toEqual([]);
});

test('tasks that fail take the deployment back, for ECS has no circuit breaker here', async () => {
  const shape = overRules({ strategy: 'BlueGreen' });
  await converge(on.drive, on.desired('example/good:1', shape));
  const desired = on.desired('example/broken:1', shape);
  await expect(on.until(desired, () => false)).rejects.toThrow(
    /is rolled back: \d tasks of the new revision failed: .*exit 1/,
  );
  const live = await on.until(desired, (now) => rollout(now)?.phase === 'Failed').catch(() => on.look(desired));
  expect(driver().health(desired, live, new Date(on.sandbox.now())).status).toBe('Degraded');
  const good = on.desired('example/good:3', shape);
  await converge(on.drive, good);
  expect((await converged(on.drive, good)).health.status).toBe('Healthy');
});

test('a service comes from Rolling to Canary and back without a change that AWS refuses', async () => {
  const rolling = on.desired('example/good:1', { strategy: 'Rolling' });
  await converge(on.drive, rolling);
  const canary = on.desired(
    'example/good:2',
    overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 1 } }),
  );
  expect(await diff(canary)).toContain('/deployment/strategy inPlace');
  await converge(on.drive, canary);
  expect((await on.look(canary)).service.deploymentConfiguration?.strategy).toBe('CANARY');
  expect(await diff(canary)).toEqual([]);
  const back = on.desired('example/good:3', { strategy: 'Rolling' });
  await converge(on.drive, back);
  expect((await on.look(back)).service.deploymentConfiguration?.strategy).toBe('ROLLING');
  expect((await converged(on.drive, back)).health.status).toBe('Healthy');
  expect(await diff(back)).toEqual([]);
});

test('a deployment under way whose hold is there already is on its way back, and is stopped by whoever looks next', async () => {
  const shape = overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 5 } });
  await converge(on.drive, on.desired('example/good:1', shape));
  const second = on.desired('example/good:2', shape);
  const live = await on.until(second, (now) => rollout(now)?.phase === 'InProgress');
  await hold(on.aws, second, live, freshPass(on.drive), 'it is slow');
  const held = await on.look(second);
  expect(driver().health(second, held, freshPass(on.drive).now)).toMatchObject({
    status: 'Degraded',
    reason: 'RollingBack',
    message: expect.stringContaining('it is slow') as string,
  });
  await expect(driver().ensure(second, held, freshPass(on.drive))).rejects.toThrow('It is held');
  expect(rollout(await on.look(second))?.phase).toBe('RollingBack');
});
