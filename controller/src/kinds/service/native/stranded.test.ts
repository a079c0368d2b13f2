import { PutMetricAlarmCommand, SetAlarmStateCommand, type StateValue } from '@aws-sdk/client-cloudwatch';
import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, freshPass, mutations } from '../../../../test/converge.ts';
import { overRules, type Shifting, shifting } from '../../../../test/shifting.ts';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired } from '../../../core/driver.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';

let on: Shifting;
beforeEach(async () => {
  on = await shifting();
  const alarm = {
    AlarmName: 'errors',
    Namespace: 'Shop',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Threshold: 1,
  } as const;
  const how = { EvaluationPeriods: 1, Period: 86_400, ComparisonOperator: 'GreaterThanThreshold' } as const;
  await rolloutClients(on.aws).cloudWatch.send(
    new PutMetricAlarmCommand({ ...alarm, ...how, TreatMissingData: 'ignore' }),
  );
  await alarmIs('OK');
});
afterEach(() => on.close());

async function alarmIs(StateValue: StateValue): Promise<void> {
  const command = new SetAlarmStateCommand({ AlarmName: 'errors', StateValue, StateReason: 'test' });
  await rolloutClients(on.aws).cloudWatch.send(command);
}

const rolling: DeploymentSpec = { strategy: 'Rolling', alarms: { names: ['errors'], rollback: true } };
const driver = () => serviceKind.driver(on.aws);
const health = (desired: Desired<ServiceSpec>, live: ServiceLive) =>
  driver().health(desired, live, new Date(on.sandbox.now()));
const status = (desired: Desired<ServiceSpec>) => on.look(desired).then(({ deployment }) => deployment?.status);

/** Lets time pass until the last deployment is in this state, while nobody of ours looks after it. */
async function untilStatus(desired: Desired<ServiceSpec>, wanted: string): Promise<void> {
  for (let round = 0; round < 60; round++) {
    if ((await status(desired)) === wanted) return;
    await on.pass(5_000);
  }
  throw new Error(`the last deployment never was ${wanted}, it is ${await status(desired)}`);
}

/** The alarm goes off while the second revision is deployed, and again while ECS goes back to the first. */
async function stranded(): Promise<readonly [Desired<ServiceSpec>, Desired<ServiceSpec>]> {
  const first = on.desired('example/good:1', rolling);
  await converge(on.drive, first);
  const second = on.desired('example/good:2', rolling);
  await driver().ensure(second, await on.look(second), freshPass(on.drive));
  await on.until(second, ({ service }) => (service.deployments?.[0]?.runningCount ?? 0) > 0);
  await alarmIs('ALARM');
  await untilStatus(second, 'ROLLBACK_IN_PROGRESS');
  await alarmIs('OK');
  await on.pass(15_000);
  await alarmIs('ALARM');
  await untilStatus(second, 'ROLLBACK_FAILED');
  await alarmIs('OK');
  return [first, second];
}

test('a rollback that failed is Degraded, and the plan of the revision before shows that it needs a deployment', async () => {
  const [first] = await stranded();
  const live = await on.look(first);
  expect(health(first, live)).toMatchObject({
    status: 'Degraded',
    reason: 'RollbackFailed',
    message: expect.stringMatching(/^ECS could not roll back the last one: .*alarm/),
  });
  expect(driver().diff(first, live)).toEqual([
    {
      part: 'ecs:service',
      path: '/deployment',
      from: expect.stringMatching(/^ROLLBACK_FAILED: tasks of \d revisions? run$/),
      to: 'a new deployment',
      effect: 'restartsTasks',
    },
  ]);
});

test('one new deployment ends it, however often it is looked at', async () => {
  const [first] = await stranded();
  const before = mutations(on.sandbox)['ecs:UpdateService'] ?? 0;
  const deployments = (await on.deployments(first)).length;
  await converge(on.drive, first);
  const { live, health: after } = await converged(on.drive, first);
  expect(after.status).toBe('Healthy');
  expect([live.service.runningCount, live.service.deployments?.length]).toEqual([2, 1]);
  await converge(on.drive, first);
  expect(mutations(on.sandbox)['ecs:UpdateService']).toBe(before + 1);
  expect((await on.deployments(first)).length).toBe(deployments + 1);
  expect(driver().diff(first, await on.look(first))).toEqual([]);
});

test('the revision that failed is held all the same, and the hold says why', async () => {
  const [, second] = await stranded();
  await expect(converge(on.drive, second)).rejects.toThrow(/the rollout of Service\/api failed: .*alarm/);
  expect(health(second, await on.look(second))).toMatchObject({ status: 'Degraded', reason: 'Held' });
});

test('a hold on the revision that failed does not keep the one before from being deployed anew', async () => {
  const [first, second] = await stranded();
  await expect(converge(on.drive, second)).rejects.toThrow();
  await converge(on.drive, first);
  expect((await converged(on.drive, first)).health.status).toBe('Healthy');
});

test('a deployment that somebody aborted in the middle of its shift ends in a new one to what Git says', async () => {
  const canary = overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 2 } });
  const first = on.desired('example/good:1', canary);
  await converge(on.drive, first);
  const second = on.desired('example/good:2', canary);
  const live = await on.until(
    second,
    (now) =>
      driver()
        .rollout(now)
        ?.sides?.some(({ role, weight }) => role === 'new' && weight === 10) === true,
  );
  const serviceDeploymentArn = live.deployment?.serviceDeploymentArn;
  await on.aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ABORT' }));
  await untilStatus(second, 'STOPPED');
  await expect(converge(on.drive, second)).rejects.toThrow(/the rollout of Service\/api failed/);
  await converge(on.drive, first);
  await on.pass(120_000);
  expect((await converged(on.drive, first)).health.status).toBe('Healthy');
  expect(await on.routeChanges(first)).toEqual([]);
});
