import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateClusterCommand, DescribeClustersCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../src/services/ecs/testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
});
afterEach(() => on.close());

const capacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';

test('capacityUnavailable: RunTask answers failures, and a service says so and tries again', async () => {
  await on.register();
  on.sandbox.fault({ effect: 'capacityUnavailable', target: 'main/web', times: 3 });
  const { tasks, failures } = await on.ecs.send(
    new RunTaskCommand({
      cluster: 'main',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      count: 3,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
  expect(tasks).toEqual([]);
  expect(failures).toEqual([{ reason: capacity }, { reason: capacity }, { reason: capacity }]);

  on.sandbox.fault({ effect: 'capacityUnavailable', target: 'web', times: 1 });
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  expect((await on.events()).slice(0, 2)).toEqual([
    `(service web) was unable to place a task. Reason: ${capacity}. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    '(service web) has started 1 tasks: (task).',
  ]);
});

test('imagePullFailure: the image cannot be fetched from its registry', async () => {
  await on.register({ image: 'registry.example/team/web:1' });
  on.sandbox.fault({ effect: 'imagePullFailure', target: 'registry.example/*', times: 1 });
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  const [stopped] = await on.tasks('STOPPED');
  expect(stopped).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason:
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref registry.example/team/web:1: ' +
      'failed to do request: Head "https://registry.example/v2/team/web/manifests/1": dial tcp 192.0.2.1:443: i/o timeout',
  });
});

test('alarmOn: the alarm is in ALARM while the rule is there', async () => {
  const cloudwatch = new CloudWatchClient(on.client);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Namespace: 'App',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  const state = async () => (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue;
  on.sandbox.fault({ effect: 'alarmOn', target: 'err*' });
  await on.sandbox.advance(60_000);
  expect(await state()).toBe('ALARM');
  on.sandbox.clearFaults();
  await on.sandbox.advance(60_000);
  expect(await state()).toBe('INSUFFICIENT_DATA');
});

test('staleReads: reads of the rule are answered from the past, others from the present', async () => {
  on.sandbox.fault({ effect: 'staleReads', service: 'ecs', operation: 'DescribeClusters', lagMs: 10_000, times: 2 });
  await on.ecs.send(new CreateClusterCommand({ clusterName: 'later' }));
  const found = async () =>
    (await on.ecs.send(new DescribeClustersCommand({ clusters: ['later'] }))).clusters?.length ?? 0;
  expect(await found()).toBe(0);
  await on.sandbox.advance(10_000);
  expect(await found()).toBe(1);
});

test('the same seed makes the same tasks fail', async () => {
  const run = async (seed: number): Promise<boolean[]> => {
    const own = await ecsSandbox({ seed });
    try {
      await own.register();
      own.sandbox.fault({ effect: 'capacityUnavailable', probability: 0.5 });
      const outcomes: boolean[] = [];
      for (let i = 0; i < 12; i++) {
        const { tasks } = await own.ecs.send(
          new RunTaskCommand({
            cluster: 'main',
            taskDefinition: 'web',
            launchType: 'FARGATE',
            networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          }),
        );
        outcomes.push(tasks?.length === 1);
      }
      return outcomes;
    } finally {
      await own.close();
    }
  };
  const first = await run(7);
  expect(new Set(first)).toEqual(new Set([true, false]));
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
});

test('the control API takes rules for the world, and tells what does not fit', async () => {
  const post = async (rule: object): Promise<unknown> =>
    (await fetch(`${on.sandbox.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(rule) })).json();
  expect(await post({ effect: 'unhealthyTargets', target: 'web' })).toEqual([
    { effect: 'unhealthyTargets', target: 'web' },
  ]);
  expect(await post({ effect: 'delay', target: 'web' })).toEqual({
    error: expect.stringContaining('target is for capacityUnavailable'),
  });
});

test('closing twice is closing once', async () => {
  const own = await ecsSandbox();
  await Promise.all([own.sandbox.close(), own.sandbox.close()]);
  await own.close();
});
