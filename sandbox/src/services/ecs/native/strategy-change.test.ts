import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ShiftSandbox, shiftSandbox } from './testing/shift-sandbox.ts';

let on: ShiftSandbox;
beforeEach(async () => {
  on = await shiftSandbox();
  await on.register();
});
afterEach(() => on.close());

const blueGreen: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 };

test('a rolling service becomes blue/green with the deployment that brings its advancedConfiguration', async () => {
  const { targetGroupArn, containerName, containerPort } = on.loadBalancer();
  await on.deployed({}, { loadBalancers: [{ targetGroupArn, containerName, containerPort }] });
  await on.update({ deploymentConfiguration: blueGreen, loadBalancers: [on.loadBalancer()] });
  expect(await on.deployment()).toMatchObject({ lifecycleStage: 'PRE_SCALE_UP' });
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  expect(await on.weights(on.productionRule)).toEqual({ one: 0, two: 100 });
  await on.untilSuccessful();
  expect(await on.servingGroup()).toBe('two');
});

test('back to ROLLING nothing is deployed, and the next deployment stays in the target group that serves', async () => {
  await on.deployed(blueGreen);
  const before = await on.service();
  const weights = await on.weights(on.productionRule);
  const after = await on.update({ deploymentConfiguration: { strategy: 'ROLLING' } });
  expect(after.deployments?.[0]?.id).toBe(before.deployments?.[0]?.id);
  expect(after.deploymentConfiguration).toMatchObject({ strategy: 'ROLLING' });
  await on.update();
  await on.untilSuccessful();
  expect((await on.deployment()).lifecycleStage).toBeUndefined();
  expect(await on.servingGroup()).toBe('two');
  expect(await on.weights(on.productionRule)).toEqual(weights);
});

test('the strategy cannot change while a deployment is in progress', async () => {
  await on.deployed(blueGreen);
  await on.update();
  await expect(on.update({ deploymentConfiguration: { strategy: 'ROLLING' } })).rejects.toThrow(
    'The deployment strategy can not be changed from BLUE_GREEN to ROLLING while a deployment of the service is in progress.',
  );
});

test('a configuration reads back with the defaults of its strategy, and without those of the one before', async () => {
  await on.deployed({ strategy: 'LINEAR' }, {});
  expect((await on.service()).deploymentConfiguration).toMatchObject({
    linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
  });
  const lifecycleHooks = [{ targetType: 'PAUSE' as const, lifecycleStages: ['PRE_SCALE_UP' as const] }];
  const { deploymentConfiguration } = await on.update({
    deploymentConfiguration: { strategy: 'CANARY', lifecycleHooks },
  });
  expect(deploymentConfiguration).toMatchObject({
    canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
    lifecycleHooks: [{ ...lifecycleHooks[0], timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' } }],
  });
  expect(deploymentConfiguration?.linearConfiguration).toBeUndefined();
});

test('an alarm during the bake time brings all traffic back', async () => {
  const cloudwatch = new CloudWatchClient(on.client);
  const alarmed = { alarms: { alarmNames: ['errors'], enable: true, rollback: true } };
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Namespace: 'Test',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    }),
  );
  const set = (StateValue: 'ALARM' | 'OK') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue, StateReason: 'test' }));
  await on.deployed({ ...blueGreen, ...alarmed });
  const before = await on.weights(on.productionRule);
  await on.update();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  await set('ALARM');
  await on.sandbox.advance(5000);
  expect(await on.weights(on.productionRule)).toEqual(before);
  expect(await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL')).toMatchObject({
    statusReason: 'Service deployment rolled back because a CloudWatch alarm was detected.',
    alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
  });
  // One that is on at the start is not monitored for the whole deployment.
  await set('ALARM');
  await on.update();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  await set('OK');
  await set('ALARM');
  await on.untilSuccessful();
  cloudwatch.destroy();
});
