import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { startSandbox } from '../../index.ts';
import { eventQueue } from '../eventbridge/testing/event-queue.ts';

test('CloudWatch Alarm State Change: the state, the one before, and what the alarm watches', async () => {
  const sandbox = await startSandbox({ port: 0, time: 'stepped' });
  try {
    const cloudwatch = new CloudWatchClient(clientSettings(sandbox.url));
    const queue = await eventQueue(sandbox.url, { source: ['aws.cloudwatch'] });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'errors',
        AlarmDescription: 'too many',
        Namespace: 'App',
        MetricName: 'Errors',
        Dimensions: [{ Name: 'Service', Value: 'web' }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await sandbox.advance(1000);
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'by hand' }),
    );
    expect(await queue.drain()).toMatchObject([
      {
        'detail-type': 'CloudWatch Alarm State Change',
        resources: ['arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors'],
        detail: {
          alarmName: 'errors',
          state: { value: 'ALARM', reason: 'by hand', timestamp: '2026-01-01T00:00:01.000+0000' },
          previousState: { value: 'INSUFFICIENT_DATA' },
          configuration: {
            description: 'too many',
            metrics: [
              {
                metricStat: {
                  metric: { namespace: 'App', name: 'Errors', dimensions: { Service: 'web' } },
                  period: 60,
                  stat: 'Sum',
                },
                returnData: true,
              },
            ],
          },
        },
      },
    ]);
  } finally {
    await sandbox.close();
  }
});
