import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, expect, test } from 'vitest';
import { converge, converged } from '../../../../test/converge.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import { serviceKind } from '../index.ts';
import { bed, type Bed, deployments, driveUntil, look, manifest, serving, shares } from './testing/bed.ts';

let on: Bed;
afterEach(() => on.close());

test('an alarm during the shift is a failed rollout with its cause', async () => {
  on = await bed();
  const { cloudWatch } = rolloutClients(on.aws);
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'api-5xx',
      Namespace: 'Shop',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
    }),
  );
  const state = (StateValue: 'OK' | 'ALARM'): Promise<unknown> =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'api-5xx', StateValue, StateReason: 'test' }));
  await state('OK');
  const alarms = { alarms: { names: ['api-5xx'] } };
  const canary = { canary: { percent: 10, minutes: 30 } };
  await converge(on.drive, manifest(on, 'example/web:1', canary, {}, alarms));
  const bad = manifest(on, 'example/web:2', canary, {}, alarms);
  const driver = serviceKind.driver(on.aws);
  const live = await driveUntil(on, bad, (found) => Object.values(driver.rollout(found)?.weights ?? {}).includes(10));
  expect(driver.diff(bad, live)).toEqual([]);
  await state('ALARM');
  await expect(converge(on.drive, bad)).rejects.toThrow(/rollout of Service\/api failed: ALARM_ACTIVE/);
  expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
  expect((await converged(on.drive, bad)).health).toMatchObject({
    reason: 'Held',
    message: expect.stringContaining('ALARM_ACTIVE'),
  });
});

test('a hook that fails is a failed rollout, with the event that failed', async () => {
  on = await bed({ functions: { smoke: { lifecycle: 'Failed' } } });
  const hooks = { hooks: { afterInstall: 'smoke' } };
  await converge(on.drive, manifest(on, 'example/web:1', hooks));
  const bad = manifest(on, 'example/web:2', hooks);
  await expect(converge(on.drive, bad)).rejects.toThrow(
    /rollout of Service\/api failed: HOOK_EXECUTION_FAILURE: .*; AfterInstall failed/,
  );
  expect(serving(await look(on, bad))).toBe('example/web:1');
});

test('what a failure leaves where nothing rolls it back is described, and put right', async () => {
  on = await bed({ functions: { smoke: { lifecycle: 'Failed' } } });
  const settings = { autoRollback: [], hooks: { beforeAllowTraffic: 'smoke' } };
  await converge(on.drive, manifest(on, 'example/web:1', settings));
  const bad = manifest(on, 'example/web:2', settings);
  const driver = serviceKind.driver(on.aws);
  const live = await driveUntil(on, bad, (found) => found.codeDeploy?.last?.info.status === 'Failed');
  expect(driver.health(bad, live, new Date(on.sandbox.now()))).toMatchObject({
    status: 'Degraded',
    reason: 'RolloutFailed',
    message: expect.stringContaining('1 task set of it is left over'),
  });
  await expect(converge(on.drive, bad)).rejects.toThrow(/HOOK_EXECUTION_FAILURE/);
  const after = await look(on, bad);
  expect(after.service.taskSets?.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
  expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
  expect((await deployments(on)).length).toBe(1);
});
