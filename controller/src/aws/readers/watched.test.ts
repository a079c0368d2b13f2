import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freshPass } from '../../../test/converge.ts';
import { type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import { readAlarm } from '../reads.ts';
import { rolloutClients } from '../rollout-clients.ts';

let running: Sandboxed;
beforeEach(async () => {
  running = await sandboxed();
});
afterEach(() => running.close());

test('alarms are read together, with their states; one that is not there is absent', async () => {
  const { cloudWatch } = rolloutClients(running.aws);
  const names = Array.from({ length: 120 }, (_, index) => `alarm-${index}`);
  for (const AlarmName of names) {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Shop',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  }
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: 'alarm-7', StateValue: 'ALARM', StateReason: 'a test says so' }),
  );
  const pass = freshPass(running);
  const found = await Promise.all([...names, 'other'].map((name) => readAlarm(pass, name)));
  expect(found.flatMap((alarm) => (alarm?.StateValue === 'ALARM' ? alarm.AlarmName : []))).toEqual(['alarm-7']);
  expect(found.filter((alarm) => alarm === undefined)).toHaveLength(1);
  expect(running.sandbox.calls()['monitoring:DescribeAlarms']).toBe(2);
});
