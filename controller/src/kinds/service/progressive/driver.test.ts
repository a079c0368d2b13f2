import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, converged, freshPass, mutations, removed } from '../../../../test/converge.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import { serviceKind } from '../index.ts';
import { HOLD_TAG } from '../names.ts';
import { type Bed, bed, look, manifest, taskSets, turn, until, weights } from './testing/bed.ts';

let on: Bed;

beforeEach(async () => {
  on = await bed();
});
afterEach(() => on.close());

test('the first revision gets all traffic when its tasks are healthy, and steady state has no difference', async () => {
  const desired = manifest(on, 'example/web:1');
  const live = await converge(on.drive, desired);
  const driver = serviceKind.driver(on.aws);
  expect(driver.diff(desired, live)).toEqual([]);
  expect((await converged(on.drive, desired)).health).toMatchObject({ status: 'Healthy', message: '2 tasks run' });
  expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
  expect((await taskSets(on, live)).map(({ status }) => status)).toEqual(['PRIMARY']);
  expect(driver.rollout(live)).toMatchObject({ phase: 'Succeeded', strategy: 'Progressive', allows: ['restart'] });
});

test('a settled service costs no call that changes something', async () => {
  const desired = manifest(on, 'example/web:1');
  await converge(on.drive, desired);
  const before = mutations(on.sandbox);
  await converge(on.drive, desired);
  expect(mutations(on.sandbox)).toEqual(before);
});

test('a new revision goes through its steps: 10, 50, 100 percent over five minutes, then the old tasks go', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const desired = manifest(on, 'example/web:2');
  const driver = serviceKind.driver(on.aws);
  const seen: [number, number][] = [];
  const began = on.sandbox.now();
  for (;;) {
    const progress = await turn(on, desired);
    const share = (await weights(on))[on.alternate] ?? 0;
    if (seen.at(-1)?.[0] !== share) seen.push([share, on.sandbox.now() - began]);
    if (progress.done) break;
  }
  expect(seen.map(([share]) => share)).toEqual([0, 10, 50, 100]);
  const [, ten = 0, fifty = 0, all = 0] = seen.map(([, at]) => at);
  expect(fifty - ten).toBeGreaterThanOrEqual(150_000);
  expect(fifty - ten).toBeLessThan(170_000);
  expect(all - fifty).toBeGreaterThanOrEqual(150_000);
  const live = await look(on, desired);
  expect((await taskSets(on, live)).filter(({ status }) => status !== 'DRAINING')).toHaveLength(1);
  expect(driver.diff(desired, live)).toEqual([]);
  expect((await converged(on.drive, desired)).health.status).toBe('Healthy');
  expect(live.service.taskDefinition).toMatch(/:2$/);
});

test('in flight it shows steps, weights and both sides, and is no difference', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const desired = manifest(on, 'example/web:2');
  const live = await until(
    on,
    desired,
    (seen) => serviceKind.driver(on.aws).rollout(seen)?.weights[on.alternate] === 50,
  );
  const driver = serviceKind.driver(on.aws);
  expect(driver.diff(desired, live)).toEqual([]);
  const rollout = driver.rollout(live);
  expect(rollout).toMatchObject({
    phase: 'InProgress',
    needsUs: true,
    weights: { [on.primary]: 50, [on.alternate]: 50 },
    allows: ['promote', 'pause', 'abort'],
    sides: [
      { role: 'stable', desired: 2, running: 2, weight: 50, testWeight: 0 },
      { role: 'new', desired: 2, running: 2, weight: 50, testWeight: 100 },
    ],
  });
  expect(rollout?.steps?.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'scale up Succeeded',
    'weight 10 Succeeded',
    'pause 150s Succeeded',
    expect.stringMatching(/^weight 50 /),
    expect.stringMatching(/^pause 150s /),
    'weight 100 Pending',
    'bake Pending',
    'clean up Pending',
  ]);
  expect(driver.health(desired, live, new Date(on.sandbox.now()))).toMatchObject({
    status: 'Progressing',
    reason: 'Deploying',
  });
});

describe('a bad revision', () => {
  test('whose tasks crash never gets a request, is held with its cause, and Git moving clears it', async () => {
    const good = manifest(on, 'example/web:1');
    await converge(on.drive, good);
    const bad = manifest(on, 'example/bad:2');
    await expect(converge(on.drive, bad)).rejects.toThrow(/rollout of Service\/api failed: .*exit 137/);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    const driver = serviceKind.driver(on.aws);
    const live = await look(on, bad);
    expect(driver.health(bad, live, new Date())).toMatchObject({ status: 'Degraded', reason: 'Held' });
    expect(driver.rollout(live)).toMatchObject({ phase: 'Failed', cause: expect.stringContaining('exit 137') });
    const before = mutations(on.sandbox);
    await expect(driver.ensure(bad, live, freshPass(on.drive))).rejects.toThrow(/is held/);
    expect(mutations(on.sandbox)).toEqual(before);
    await converge(on.drive, good);
    const after = await look(on, good);
    expect(after.tags[HOLD_TAG]).toBeUndefined();
    expect(driver.diff(good, after)).toEqual([]);
    expect((await taskSets(on, after)).filter(({ status }) => status !== 'DRAINING')).toHaveLength(1);
  });

  test('whose targets never become healthy goes back', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const sick = manifest(on, 'example/sick:2', { progressDeadlineMinutes: 5 });
    await expect(converge(on.drive, sick)).rejects.toThrow(/failed/);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
  });

  test('is tried again when a person says so', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const bad = manifest(on, 'example/bad:2');
    await expect(converge(on.drive, bad)).rejects.toThrow(/held/);
    const driver = serviceKind.driver(on.aws);
    const failed = driver.rollout(await look(on, bad))?.id;
    await driver.act('retry', await look(on, bad), freshPass(on.drive));
    await turn(on, bad);
    const again = driver.rollout(await look(on, bad));
    expect(again).toMatchObject({ phase: 'InProgress' });
    expect(again?.id).not.toBe(failed);
  });
});

describe('what is watched', () => {
  const alarmed = { alarms: { names: ['api-5xx'] } };
  const withAlarms = (image: string): ReturnType<typeof manifest> => {
    const base = manifest(on, image);
    return { ...base, spec: { ...base.spec, deployment: { ...base.spec.deployment, ...alarmed } } };
  };
  const setAlarm = (StateValue: 'OK' | 'ALARM'): Promise<object> =>
    rolloutClients(on.aws).cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'api-5xx', StateValue, StateReason: 'a test' }),
    );

  beforeEach(async () => {
    await rolloutClients(on.aws).cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'api-5xx',
        Namespace: 'Shop',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 86_400,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  });

  test('an alarm that fires during a rollout brings all traffic back with the next look', async () => {
    await converge(on.drive, withAlarms('example/web:1'));
    const desired = withAlarms('example/web:2');
    const driver = serviceKind.driver(on.aws);
    await until(on, desired, (seen) => driver.rollout(seen)?.weights[on.alternate] === 10);
    await setAlarm('ALARM');
    await turn(on, desired);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    expect(driver.health(desired, await look(on, desired), new Date(on.sandbox.now()))).toMatchObject({
      status: 'Degraded',
      reason: 'RollingBack',
      message: 'alarm api-5xx fired',
    });
    await expect(converge(on.drive, desired)).rejects.toThrow(/alarm api-5xx fired/);
  });

  test('an alarm that fired before it began is ignored', async () => {
    await converge(on.drive, withAlarms('example/web:1'));
    await setAlarm('ALARM');
    await on.sandbox.advance(1_000);
    const live = await converge(on.drive, withAlarms('example/web:2'));
    expect(live.service.taskDefinition).toMatch(/:2$/);
  });

  test('what does not verify after all traffic has moved goes back while the old tasks stand', async () => {
    const verify = { http: { url: 'http://127.0.0.1:1/health', attempts: 1, intervalSeconds: 1 } };
    const first = await converge(on.drive, manifest(on, 'example/web:1'));
    const desired = manifest(on, 'example/web:2', { steps: [{ weight: 100 }] }, { verify });
    await expect(converge(on.drive, desired)).rejects.toThrow(/rollout of Service\/api failed/);
    const after = await look(on, desired);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    expect(after.service.taskSets?.find(({ status }) => status === 'PRIMARY')?.id).toBe(
      first.service.taskSets?.[0]?.id,
    );
    expect(serviceKind.driver(on.aws).health(desired, after, new Date())).toMatchObject({ reason: 'Held' });
  });
});

describe('another strategy', () => {
  const rolling = (image: string): ReturnType<typeof manifest> => {
    const base = manifest(on, image);
    return { ...base, spec: { ...base.spec, deployment: { strategy: 'Rolling' } } };
  };

  test('a rolling service comes to Progressive without new tasks, and goes through steps from then on', async () => {
    await converge(on.drive, rolling('example/web:1'));
    const desired = manifest(on, 'example/web:1');
    const live = await converge(on.drive, desired);
    expect(live.service.deploymentController?.type).toBe('EXTERNAL');
    expect(on.sandbox.calls()['ecs:CreateTaskSet']).toBeUndefined();
    expect(serviceKind.driver(on.aws).diff(desired, live)).toEqual([]);
    const after = await converge(on.drive, manifest(on, 'example/web:2', { steps: [{ weight: 50 }, { weight: 100 }] }));
    expect(after.service.taskDefinition).toMatch(/:2$/);
    expect(await weights(on)).toEqual({ [on.primary]: 0, [on.alternate]: 100 });
  });

  test('there and back again restarts no task', async () => {
    const before = await converge(on.drive, rolling('example/web:1'));
    await converge(on.drive, manifest(on, 'example/web:1'));
    const after = await converge(on.drive, rolling('example/web:1'));
    expect(after.service.deployments?.map(({ id }) => id)).toEqual(before.service.deployments?.map(({ id }) => id));
  });

  test('leaving Progressive in the middle of a rollout first brings the traffic back to one set', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const second = manifest(on, 'example/web:2');
    const driver = serviceKind.driver(on.aws);
    await until(on, second, (seen) => driver.rollout(seen)?.weights[on.alternate] === 50);
    const back = rolling('example/web:1');
    await turn(on, back);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    const live = await converge(on.drive, back);
    expect(live.service.deploymentController?.type ?? 'ECS').toBe('ECS');
    expect(live.service.taskDefinition).toMatch(/:1$/);
  });
});

test('what UpdateService does not take under EXTERNAL is refused with the reason, not tried', async () => {
  const desired = manifest(on, 'example/web:1');
  const live = await converge(on.drive, desired);
  const other = { ...desired, spec: { ...desired.spec, enableExecuteCommand: true } };
  expect(serviceKind.driver(on.aws).diff(other, live)).toMatchObject([
    { path: '/enableExecuteCommand', refused: expect.stringContaining('EXTERNAL') },
  ]);
});

test('desired count changes in place, also during a rollout, and both sides follow', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const second = manifest(on, 'example/web:2');
  const driver = serviceKind.driver(on.aws);
  await until(on, second, (seen) => driver.rollout(seen)?.weights[on.alternate] === 10);
  const scaled = { ...second, spec: { ...second.spec, desiredCount: 4 } };
  const live = await look(on, scaled);
  expect(driver.diff(scaled, live)).toEqual([
    { part: 'ecs:service', path: '/desiredCount', from: 2, to: 4, effect: 'inPlace' },
  ]);
  await turn(on, scaled);
  await on.sandbox.advance(60_000);
  expect((await taskSets(on, live)).map(({ computedDesiredCount }) => computedDesiredCount)).toEqual([4, 4]);
  await converge(on.drive, scaled);
});

test('removal takes the task sets first', async () => {
  const desired = manifest(on, 'example/web:1');
  await converge(on.drive, desired);
  await removed(on.drive, desired);
  expect(await serviceKind.driver(on.aws).observe({ desired, recorded: [] }, freshPass(on.drive))).toBeUndefined();
});
