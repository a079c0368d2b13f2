import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeTaskSetsCommand,
  type TaskSet,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from '../../../index.ts';
import { eventQueue } from '../../eventbridge/testing/event-queue.ts';
import { type EcsSandbox, ecsSandbox, ecsSandboxOn } from '../testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
  await on.register();
  await on.create({
    deploymentController: { type: 'EXTERNAL' },
    desiredCount: 3,
    taskDefinition: undefined,
    launchType: undefined,
    networkConfiguration: undefined,
  });
});
afterEach(() => on.close());

const at = { cluster: 'main', service: 'web' };

async function makeSet(): Promise<TaskSet> {
  const { taskSet } = await on.ecs.send(
    new CreateTaskSetCommand({
      ...at,
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      scale: { value: 100, unit: 'PERCENT' },
    }),
  );
  return taskSet ?? {};
}

test('scale-in waits while a service has several task sets', async () => {
  const autoscaling = new ApplicationAutoScalingClient(on.client);
  const target = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/main/web',
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await makeSet();
  const second = await makeSet();
  await autoscaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 5 }));
  const { PolicyARN = '' } = await autoscaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: 'in',
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ExactCapacity',
        Cooldown: 0,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
      },
    }),
  );
  await new CloudWatchClient(on.client).send(
    new PutMetricAlarmCommand({
      AlarmName: 'quiet',
      AlarmActions: [PolicyARN],
      Namespace: 'App',
      MetricName: 'Idle',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  on.sandbox.fault({ effect: 'alarmOn', target: 'quiet' });
  await on.sandbox.advance(300_000);
  expect((await on.service()).desiredCount).toBe(3);
  await on.ecs.send(new DeleteTaskSetCommand({ ...at, taskSet: second.id, force: true }));
  const scaled = await on.until(({ desiredCount }) => desiredCount === 2);
  expect(scaled.taskSets).toHaveLength(1);
});

test('ECS Service Action: TASKSET_STEADY_STATE names the task set', async () => {
  const queue = await eventQueue(on.sandbox.url, {
    source: ['aws.ecs'],
    'detail-type': ['ECS Service Action'],
    detail: { eventName: ['TASKSET_STEADY_STATE'] },
  });
  const { taskSetArn } = await makeSet();
  await on.sandbox.advance(60_000);
  const [event] = await queue.drain();
  expect(event).toMatchObject({
    resources: ['arn:aws:ecs:eu-west-1:111122223333:service/main/web', taskSetArn],
    detail: { eventType: 'INFO', clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main' },
  });
});

test('task sets that were on their way at a snapshot go on after its restore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const { id = '' } = await makeSet();
  await on.sandbox.advance(5000);
  await on.sandbox.snapshot(folder);
  const restored = await ecsSandboxOn(
    await startSandbox({ time: 'stepped', port: 0, runtime: 'simulated', restore: folder }),
  );
  try {
    await restored.until(({ runningCount }) => runningCount === 3);
    await restored.ecs.send(new UpdateTaskSetCommand({ ...at, taskSet: id, scale: { value: 50, unit: 'PERCENT' } }));
    await restored.until(({ runningCount }) => runningCount === 2);
  } finally {
    await restored.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('task sets read as they were while reads are stale', async () => {
  on.sandbox.fault({ service: 'ecs', operation: 'DescribeTaskSets', effect: 'staleReads' });
  await on.sandbox.advance(10_000);
  const { id = '' } = await makeSet();
  const describeSet = () => on.ecs.send(new DescribeTaskSetsCommand({ ...at, taskSets: [id] }));
  expect((await describeSet()).failures).toMatchObject([{ reason: 'MISSING' }]);
  await on.sandbox.advance(10_000);
  expect((await describeSet()).taskSets).toMatchObject([{ id }]);
});
