import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, type EcsSandbox, ecsSandbox, isCompleted } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox({ behaviours: { busy: { cpuPercent: 80, memoryPercent: 40 } } });
});
afterEach(() => on.close());

test('services with running tasks report CPUUtilization and MemoryUtilization each minute', async () => {
  await on.register({ image: 'busy' });
  await on.create({ desiredCount: 1 });
  await on.sandbox.advance(5 * 60_000);
  const cloudwatch = new CloudWatchClient(on.client);
  const average = async (MetricName: string) => {
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/ECS',
        MetricName,
        Dimensions: [
          { Name: 'ClusterName', Value: 'main' },
          { Name: 'ServiceName', Value: 'web' },
        ],
        StartTime: new Date(begin),
        EndTime: new Date(on.sandbox.now()),
        Period: 60,
        Statistics: ['Average'],
      }),
    );
    return Datapoints?.map(({ Average }) => Average);
  };
  expect(await average('CPUUtilization')).toEqual([80, 80, 80, 80]);
  expect((await average('MemoryUtilization'))?.[0]).toBe(40);
});

test('Application Auto Scaling changes the desired count without a deployment', async () => {
  await on.register();
  await on.create({ desiredCount: 1 });
  const before = await on.until(isCompleted);
  await new ApplicationAutoScalingClient(on.client).send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: 'service/main/web',
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 3,
      MaxCapacity: 5,
    }),
  );
  const scaled = await on.until(({ runningCount }) => runningCount === 3);
  expect(scaled).toMatchObject({ desiredCount: 3, deployments: [{ id: before.deployments?.[0]?.id }] });
});

test('scale-in waits for a deployment of the service, and goes on after it', async () => {
  const autoscaling = new ApplicationAutoScalingClient(on.client);
  const target = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/main/web',
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await on.register();
  await on.create({ desiredCount: 3 });
  await on.until(isCompleted);
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
  await on.register({ image: 'does-not-exist' });
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web' }));
  on.sandbox.fault({ effect: 'alarmOn', target: 'quiet' });
  await on.sandbox.advance(300_000);
  expect((await on.service()).desiredCount).toBe(3);
  await on.register();
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web' }));
  await on.until(({ desiredCount }) => desiredCount === 2);
});

test('the tagging API sees clusters, services, task definitions and tasks', async () => {
  await on.register({}, { tags: [{ key: 'team', value: 'a' }] });
  await on.create({ desiredCount: 1, tags: [{ key: 'team', value: 'a' }], propagateTags: 'SERVICE' });
  await on.sandbox.advance(2_000);
  const { ResourceTagMappingList } = await new ResourceGroupsTaggingAPIClient(on.client).send(
    new GetResourcesCommand({ TagFilters: [{ Key: 'team', Values: ['a'] }] }),
  );
  const kinds = (ResourceTagMappingList ?? []).map(({ ResourceARN = '' }) => ResourceARN.split(':')[5]?.split('/')[0]);
  expect(new Set(kinds)).toEqual(new Set(['service', 'task', 'task-definition']));
});
