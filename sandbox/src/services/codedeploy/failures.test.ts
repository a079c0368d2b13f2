import { type DeploymentInfo, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const minute = 60_000;
const linear = 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes';
const noRollback = { autoRollbackConfiguration: { enabled: false } };

let on: CodeDeploySandbox;
let next: string;
beforeEach(async () => {
  on = await codeDeploySandbox({
    behaviours: { broken: { status: 503 }, crashing: { exitAfterMs: 1000 }, slow: { healthyAfterMs: 10 * minute } },
  });
  next = await on.register({ image: 'web:2' });
});
afterEach(() => on.close());

/** Steps time until the rollback of a deployment has succeeded, and gives it. */
async function rolledBack({ rollbackInfo }: DeploymentInfo): Promise<DeploymentInfo> {
  return on.untilStatus(rollbackInfo?.rollbackDeploymentId ?? '', 'Succeeded');
}

function stop(deploymentId: string, autoRollbackEnabled?: boolean) {
  return on.codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled }));
}

/** Makes an alarm that is in this state. */
async function alarm(name: string, state: 'OK' | 'ALARM'): Promise<void> {
  const cloudwatch = new CloudWatchClient(clientSettings(on.sandbox.url));
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'shop',
      MetricName: 'errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
    }),
  );
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: 'test' }));
}

const withAlarms = (...names: string[]) => ({ enabled: true, alarms: names.map((name) => ({ name })) });

const alarmMessage = (names: string) =>
  `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${names}`;

describe('alarms', () => {
  test('an alarm stops the deployment while traffic shifts, and the rollback returns the traffic', async () => {
    await alarm('5xx', 'OK');
    await on.createGroup({ deploymentConfigName: linear, alarmConfiguration: withAlarms('5xx') });
    const id = await on.deploy(next);
    await on.untilEvent(id, 'AllowTraffic');
    await on.sandbox.advance(90_000);
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 80, green: 20 });
    await alarm('5xx', 'ALARM');
    await on.sandbox.advance(10_000);
    const stopped = await on.deployment(id);
    expect(stopped).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE', message: alarmMessage('<5xx>') },
      deploymentOverview: { Failed: 1 },
    });
    // The traffic is back by then.
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
    expect(await on.weights(on.listeners.test)).toEqual({ blue: 1 });
    expect(await on.eventStatuses(id)).toMatchObject({
      BeforeAllowTraffic: 'Succeeded',
      AllowTraffic: 'Failed',
      AfterAllowTraffic: 'Skipped',
    });
    const rollbackId = stopped.rollbackInfo?.rollbackDeploymentId ?? '';
    expect(stopped.rollbackInfo?.rollbackMessage).toBe(
      `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.`,
    );
    expect(await rolledBack(stopped)).toMatchObject({
      creator: 'codeDeployRollback',
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      rollbackInfo: {
        rollbackTriggeringDeploymentId: id,
        rollbackMessage: `Deployment ${rollbackId} is triggered to roll back deployment ${id}.`,
      },
    });
    expect(await on.taskSets()).toEqual(['PRIMARY web:1', 'DRAINING web:2']);
  });

  test('an alarm that is on before a deployment stops it at its start', async () => {
    await alarm('5xx', 'ALARM');
    await alarm('latency', 'ALARM');
    await on.createGroup({ alarmConfiguration: withAlarms('5xx', 'latency') });
    const id = await on.deploy(next);
    await on.sandbox.advance(2000);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE', message: alarmMessage('<5xx> <latency>') },
    });
    expect(await on.taskSets()).toEqual(['PRIMARY web:1']);
  });

  test('an alarm stops the deployment during the termination wait, and the original task set is PRIMARY again', async () => {
    await alarm('5xx', 'OK');
    await on.createGroup({ alarmConfiguration: withAlarms('5xx') });
    const id = await on.deploy(next);
    await on.untilEvent(id, 'AfterAllowTraffic');
    await on.sandbox.advance(2 * minute);
    expect(await on.taskSets()).toEqual(['PRIMARY web:2', 'ACTIVE web:1']);
    await alarm('5xx', 'ALARM');
    await on.sandbox.advance(10_000);
    await rolledBack(await on.deployment(id));
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
    expect(await on.taskSets()).toEqual(['PRIMARY web:1', 'DRAINING web:2']);
  });

  test('an alarm whose state cannot be retrieved stops the deployment, unless that is ignored', async () => {
    await on.createGroup({ alarmConfiguration: withAlarms('none') });
    const id = await on.deploy(next);
    await on.sandbox.advance(2000);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: { message: expect.stringContaining('none') },
    });
    const ignoring = await on.deploy(next, {
      overrideAlarmConfiguration: { ...withAlarms('none'), ignorePollAlarmFailure: true },
    });
    await on.untilStatus(ignoring, 'Succeeded');
  });

  test('overrideAlarmConfiguration holds in the place of the alarms of the group', async () => {
    await alarm('5xx', 'ALARM');
    await on.createGroup({ alarmConfiguration: withAlarms('5xx') });
    const id = await on.deploy(next, { overrideAlarmConfiguration: { enabled: false } });
    expect(await on.untilStatus(id, 'Succeeded')).toMatchObject({ overrideAlarmConfiguration: { enabled: false } });
  });
});

describe('the replacement task set', () => {
  test.each([
    ['a replacement task set that crashes fails the deployment after 60 minutes', 'crashing'],
    ['a replacement task set that is unhealthy fails the deployment after 60 minutes', 'broken'],
  ])('%s', { timeout: 120_000 }, async (_what, image) => {
    await on.createGroup({ deploymentConfigName: linear });
    const bad = await on.register({ image });
    const id = await on.deploy(bad);
    await on.untilEvent(id, 'Install');
    await on.sandbox.advance(59 * minute);
    expect((await on.deployment(id)).status).toBe('InProgress');
    await on.sandbox.advance(minute);
    const failed = await on.deployment(id);
    expect(failed).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'TIMEOUT',
        message:
          'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
      },
    });
    await rolledBack(failed);
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
    expect((await on.taskSets()).filter((one) => !one.startsWith('DRAINING'))).toEqual(['PRIMARY web:1']);
  });

  test('a replacement task set that is not steady for five minutes while traffic shifts fails the deployment', async () => {
    await on.createGroup({ deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes' });
    const id = await on.deploy(next);
    await on.untilEvent(id, 'AllowTraffic');
    on.sandbox.fault({ effect: 'unhealthyTargets', target: 'green' });
    await on.sandbox.advance(4 * minute);
    expect((await on.deployment(id)).status).toBe('InProgress');
    await on.sandbox.advance(3 * minute);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'HEALTH_CONSTRAINTS' },
    });
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
  });

  test('what ECS refuses fails the deployment with its words', async () => {
    await on.createGroup();
    const id = await on.deploy(`${next.slice(0, next.lastIndexOf(':'))}:99`);
    await on.sandbox.advance(5000);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'ECS_UPDATE_ERROR',
        message: expect.stringMatching(
          /^The ECS service cannot be updated due to an unexpected error: .+ \(Service: AmazonECS; Status Code: 400; Error Code: \w+; .*Check your ECS service status\.$/,
        ),
      },
    });
    expect(await on.eventStatuses(id)).toMatchObject({ Install: 'Failed', AfterInstall: 'Skipped' });
  });

  test('a listener without the target group of the original task set fails the deployment before anything is made', async () => {
    await on.elb.send(
      new ModifyListenerCommand({
        ListenerArn: on.listeners.production,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: on.groups.green }],
      }),
    );
    await on.createGroup();
    const id = await on.deploy(next);
    await on.sandbox.advance(5000);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Failed',
      errorInformation: {
        message: `The ELB could not be updated due to the following error: Primary taskset target group must be behind listener ${on.listeners.production}`,
      },
    });
    expect(await on.taskSets()).toEqual(['PRIMARY web:1']);
  });

  test('an AppSpec that is not valid fails the deployment when it begins', async () => {
    await on.createGroup();
    const content = JSON.stringify({ version: 0, Resources: [] });
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } } as const;
    const id = await on.deploy(next, { revision });
    await on.sandbox.advance(2000);
    expect(await on.deployment(id)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'INVALID_REVISION', message: expect.stringContaining('exactly one TargetService') },
    });
  });
});

describe('StopDeployment', () => {
  test('StopDeployment stops at once, and rolls back when the group rolls back stops', async () => {
    await on.createGroup({ deploymentConfigName: linear });
    const id = await on.deploy(next);
    await on.untilEvent(id, 'AllowTraffic');
    await on.sandbox.advance(1000);
    expect(await stop(id)).toMatchObject({
      status: 'Succeeded',
      statusMessage: 'No more commands will be scheduled for execution in the deployment instances',
    });
    const stopped = await on.deployment(id);
    expect(stopped).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } });
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
    await rolledBack(stopped);
    await expect(stop(id)).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
  });

  test('StopDeployment with autoRollbackEnabled rolls back, whatever the group says', async () => {
    await on.createGroup({ deploymentConfigName: linear, ...noRollback });
    const id = await on.deploy(next);
    await on.untilEvent(id, 'AllowTraffic');
    await stop(id, true);
    await rolledBack(await on.deployment(id));
  });

  test('without a rollback everything stays as it is, and the next deployment clears it', async () => {
    await on.createGroup({ deploymentConfigName: linear });
    const id = await on.deploy(next);
    await on.untilEvent(id, 'AllowTraffic');
    await on.sandbox.advance(90_000);
    await stop(id, false);
    expect(await on.deployment(id)).not.toHaveProperty('rollbackInfo');
    await on.sandbox.advance(minute);
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 80, green: 20 });
    expect(await on.taskSets()).toEqual(['PRIMARY web:1', 'ACTIVE web:2']);
    await on.untilStatus(await on.deploy(next), 'Succeeded');
    expect(await on.weights(on.listeners.production)).toEqual({ blue: 0, green: 100 });
    expect((await on.taskSets()).filter((one) => !one.startsWith('DRAINING'))).toEqual(['PRIMARY web:2']);
  });

  test('before there is a replacement task set there is nothing to roll back', async () => {
    await on.createGroup();
    const id = await on.deploy(next);
    await stop(id, true);
    expect(await on.deployment(id)).toMatchObject({ status: 'Stopped' });
    expect(await on.deployment(id)).not.toHaveProperty('rollbackInfo');
  });
});
