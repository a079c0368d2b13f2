import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyRequest,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetRequest,
  TagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIns, startWithStandIns } from '../../proxy/testing/stand-ins.ts';

const minute = 60_000;
const ResourceId = 'service/shop/web';
const name = { ServiceNamespace: 'ecs', ResourceId, ScalableDimension: 'ecs:service:DesiredCount' } as const;
let rig: StandIns;
let scaling: ApplicationAutoScalingClient;
let cloudwatch: CloudWatchClient;
beforeEach(async () => {
  rig = await startWithStandIns();
  scaling = new ApplicationAutoScalingClient(rig.client);
  cloudwatch = new CloudWatchClient(rig.client);
  rig.counts.set(ResourceId, 4);
});
afterEach(() => rig.sandbox.close());

const count = () => rig.counts.get(ResourceId);
const register = (settings: Partial<RegisterScalableTargetRequest> = {}) =>
  scaling.send(new RegisterScalableTargetCommand({ ...name, MinCapacity: 2, MaxCapacity: 10, ...settings }));
const target = async () =>
  (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))).ScalableTargets?.[0];
const putPolicy = (settings: Partial<PutScalingPolicyRequest>) =>
  scaling.send(new PutScalingPolicyCommand({ ...name, PolicyName: 'policy', ...settings }));
const track = (PolicyName: string, type: 'CPU' | 'Memory', settings: object = {}) =>
  putPolicy({
    PolicyName,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: `ECSServiceAverage${type}Utilization` },
      ScaleOutCooldown: 60,
      ScaleInCooldown: 60,
      ...settings,
    },
  });
/** Puts a utilisation every minute. */
async function utilise(minutes: number, values: Record<string, number>): Promise<void> {
  const Dimensions = [
    { Name: 'ClusterName', Value: 'shop' },
    { Name: 'ServiceName', Value: 'web' },
  ];
  for (let i = 0; i < minutes; i++) {
    const MetricData = Object.entries(values).map(([MetricName, Value]) => ({ MetricName, Value, Dimensions }));
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/ECS', MetricData }));
    await rig.sandbox.advance(minute);
  }
}
async function activities(all = false) {
  const found = await scaling.send(
    new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs', IncludeNotScaledActivities: all }),
  );
  return found.ScalingActivities ?? [];
}
const rejects = (call: Promise<unknown>, error: string) => expect(call).rejects.toMatchObject({ name: error });

test('registering brings the capacity into the bounds at once', async () => {
  await register({ MinCapacity: 6 });
  expect(count()).toBe(6);
  await register({ MinCapacity: 1, MaxCapacity: 3 });
  expect(count()).toBe(3);
  expect((await activities())[0]).toMatchObject({
    Description: 'Setting desired count to 3.',
    Cause: 'maximum capacity was set to 3',
    StatusCode: 'Successful',
    StatusMessage: 'Successfully set desired count to 3. Change successfully fulfilled by ecs.',
  });
});

test('registering again changes only what is named', async () => {
  await register({ SuspendedState: { ScheduledScalingSuspended: true } });
  await scaling.send(new RegisterScalableTargetCommand({ ...name, MaxCapacity: 20 }));
  expect(await target()).toMatchObject({
    MinCapacity: 2,
    MaxCapacity: 20,
    SuspendedState: { ScheduledScalingSuspended: true, DynamicScalingInSuspended: false },
  });
});

test('a target needs both bounds in order, and a service that exists', async () => {
  await rejects(scaling.send(new RegisterScalableTargetCommand({ ...name, MinCapacity: 1 })), 'ValidationException');
  await rejects(register({ MinCapacity: 3, MaxCapacity: 2 }), 'ValidationException');
  await expect(register({ ResourceId: 'service/shop/none' })).rejects.toThrow(
    "ECS service doesn't exist: service/shop/none",
  );
});

test('policies and scheduled actions need a scalable target', async () => {
  await rejects(track('cpu', 'CPU'), 'ObjectNotFoundException');
  await rejects(
    scaling.send(
      new PutScheduledActionCommand({
        ...name,
        ScheduledActionName: 'a',
        Schedule: 'rate(1 hour)',
        ScalableTargetAction: { MinCapacity: 1 },
      }),
    ),
    'ObjectNotFoundException',
  );
});

test('target tracking makes a high and a low alarm, named and set as AWS does', async () => {
  await register();
  const made = await track('cpu', 'CPU');
  expect(made.PolicyARN).toMatch(
    /^arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/shop\/web:policyName\/cpu$/,
  );
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms.map((alarm) => alarm.AlarmName?.replace(/[0-9a-f-]{36}$/, 'id'))).toEqual([
    'TargetTracking-service/shop/web-AlarmHigh-id',
    'TargetTracking-service/shop/web-AlarmLow-id',
  ]);
  expect(MetricAlarms[0]).toMatchObject({
    Threshold: 50,
    EvaluationPeriods: 3,
    ComparisonOperator: 'GreaterThanThreshold',
    MetricName: 'CPUUtilization',
    AlarmActions: [made.PolicyARN],
  });
  expect(MetricAlarms[1]).toMatchObject({
    Threshold: 45,
    EvaluationPeriods: 15,
    ComparisonOperator: 'LessThanThreshold',
  });
  const read = await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
  expect(read.ScalingPolicies?.[0]?.Alarms).toEqual(made.Alarms);
  await scaling.send(new DeleteScalingPolicyCommand({ ...name, PolicyName: 'cpu' }));
  expect((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
});

test('target tracking scales out in proportion, up to the maximum', async () => {
  await register();
  await track('cpu', 'CPU');
  await utilise(2, { CPUUtilization: 90 });
  expect(count()).toBe(4);
  await utilise(1, { CPUUtilization: 90 });
  expect(count()).toBe(8);
  const [activity] = await activities();
  expect(activity?.Cause).toMatch(
    /^monitor alarm TargetTracking-service\/shop\/web-AlarmHigh-.* in state ALARM triggered policy cpu$/,
  );
  await utilise(5, { CPUUtilization: 90 });
  expect(count()).toBe(10);
  expect((await activities(true))[0]?.NotScaledReasons).toEqual([
    { Code: 'AlreadyAtMaxCapacity', MaxCapacity: 10, CurrentCapacity: 10 },
  ]);
});

test('during the scale-out cooldown only a larger scale-out goes beyond', async () => {
  await register({ MaxCapacity: 100 });
  await track('cpu', 'CPU', { ScaleOutCooldown: 600 });
  await utilise(3, { CPUUtilization: 100 });
  expect(count()).toBe(8);
  await utilise(3, { CPUUtilization: 100 });
  expect(count()).toBe(8);
  await utilise(1, { CPUUtilization: 150 });
  expect(count()).toBe(12);
});

test('target tracking scales in after fifteen minutes, with a cooldown between', async () => {
  rig.counts.set(ResourceId, 8);
  await register();
  await track('cpu', 'CPU', { ScaleInCooldown: 300 });
  await utilise(14, { CPUUtilization: 25 });
  expect(count()).toBe(8);
  await utilise(1, { CPUUtilization: 25 });
  expect(count()).toBe(4);
  await utilise(4, { CPUUtilization: 25 });
  expect(count()).toBe(4);
  await utilise(1, { CPUUtilization: 25 });
  expect(count()).toBe(2);
});

test('scale-in waits for every target tracking policy, and the largest capacity wins', async () => {
  rig.counts.set(ResourceId, 8);
  await register();
  await track('cpu', 'CPU');
  await track('memory', 'Memory');
  await utilise(20, { CPUUtilization: 10, MemoryUtilization: 48 });
  expect(count()).toBe(8);
  await utilise(20, { CPUUtilization: 10, MemoryUtilization: 40 });
  expect(count()).toBeLessThan(8);
  expect(count()).toBeGreaterThanOrEqual(2);
});

test('scale-in is held while a deployment is in progress, scale-out is not', async () => {
  rig.counts.set(ResourceId, 6);
  await register();
  await track('cpu', 'CPU');
  rig.deploying.add(ResourceId);
  await utilise(20, { CPUUtilization: 10 });
  expect(count()).toBe(6);
  await utilise(3, { CPUUtilization: 80 });
  expect(count()).toBe(10);
  rig.deploying.clear();
  await utilise(20, { CPUUtilization: 10 });
  expect(count()).toBe(2);
});

test('suspended scaling does nothing', async () => {
  await register({ SuspendedState: { DynamicScalingOutSuspended: true, DynamicScalingInSuspended: true } });
  await track('cpu', 'CPU');
  await utilise(5, { CPUUtilization: 90 });
  expect(count()).toBe(4);
  await utilise(20, { CPUUtilization: 10 });
  expect(count()).toBe(4);
});

test('with scale-in disabled there is no low alarm', async () => {
  await register();
  const made = await track('cpu', 'CPU', { DisableScaleIn: true });
  expect(made.Alarms).toHaveLength(1);
  await utilise(30, { CPUUtilization: 1 });
  expect(count()).toBe(4);
});

test('a step policy scales by the size of the breach when an alarm calls it', async () => {
  await register({ MinCapacity: 0 });
  rig.counts.set(ResourceId, 0);
  const made = await putPolicy({
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: {
      AdjustmentType: 'ChangeInCapacity',
      Cooldown: 180,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 100, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 100, ScalingAdjustment: 3 },
      ],
    },
  });
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'backlog',
      Namespace: 'Shop',
      MetricName: 'Backlog',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [made.PolicyARN ?? ''],
    }),
  );
  const backlog = async (Value: number) => {
    await cloudwatch.send(
      new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'Backlog', Value }] }),
    );
    await rig.sandbox.advance(minute);
    return count();
  };
  expect(await backlog(5)).toBe(1);
  expect(await backlog(5)).toBe(1);
  // What the cooldown's scale-out added counts as part of the larger one.
  expect(await backlog(500)).toBe(3);
});

const trackRequests = (ResourceLabel: string) =>
  putPolicy({
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 100,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
    },
  });

test('request counts per target are tracked by the label of load balancer and target group', async () => {
  await register();
  await rejects(trackRequests('web'), 'ValidationException');
  await trackRequests('app/web/50dc6c495c0c9188/targetgroup/web/73e2d6bc24d8a067');
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms[0]).toMatchObject({
    MetricName: 'RequestCountPerTarget',
    Statistic: 'Sum',
    Namespace: 'AWS/ApplicationELB',
  });
  expect(MetricAlarms[0]?.Dimensions).toContainEqual({
    Name: 'TargetGroup',
    Value: 'targetgroup/web/73e2d6bc24d8a067',
  });
});

test('a scheduled action sets minimum and maximum, and they stay', async () => {
  await register();
  await scaling.send(
    new PutScheduledActionCommand({
      ...name,
      ScheduledActionName: 'night',
      Schedule: 'cron(0 1 * * ? *)',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
    }),
  );
  await rig.sandbox.advance(60 * minute);
  expect(await target()).toMatchObject({ MinCapacity: 0, MaxCapacity: 0 });
  expect(count()).toBe(0);
  expect((await activities()).map((activity) => [activity.Description, activity.Cause])).toEqual([
    ['Setting desired count to 0.', 'scheduled action name night was triggered'],
    ['Setting min capacity to 0 and max capacity to 0', 'scheduled action name night was triggered'],
  ]);
  await rig.sandbox.advance(600 * minute);
  expect(await target()).toMatchObject({ MinCapacity: 0, MaxCapacity: 0 });
});

test('scheduled actions keep to their start, end and time zone, and can be suspended', async () => {
  await register();
  await scaling.send(
    new PutScheduledActionCommand({
      ...name,
      ScheduledActionName: 'morning',
      Schedule: 'at(2026-01-01T03:00:00)',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 5 },
    }),
  );
  await rig.sandbox.advance(119 * minute);
  expect(count()).toBe(4);
  await rig.sandbox.advance(minute);
  expect(count()).toBe(5);
  await register({ SuspendedState: { ScheduledScalingSuspended: true } });
  await scaling.send(
    new PutScheduledActionCommand({
      ...name,
      ScheduledActionName: 'hourly',
      Schedule: 'rate(1 hour)',
      EndTime: new Date(rig.sandbox.now() + 90 * minute),
      ScalableTargetAction: { MinCapacity: 9 },
    }),
  );
  await rig.sandbox.advance(61 * minute);
  expect(await target()).toMatchObject({ MinCapacity: 2 });
  await register({ SuspendedState: { ScheduledScalingSuspended: false } });
  await rig.sandbox.advance(300 * minute);
  expect(await target()).toMatchObject({ MinCapacity: 2 });
});

test('deregistering deletes policies, alarms and scheduled actions', async () => {
  await register();
  await track('cpu', 'CPU');
  await scaling.send(
    new PutScheduledActionCommand({
      ...name,
      ScheduledActionName: 'a',
      Schedule: 'rate(1 hour)',
      ScalableTargetAction: { MinCapacity: 9 },
    }),
  );
  await scaling.send(new DeregisterScalableTargetCommand(name));
  expect((await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))).ScalingPolicies).toEqual(
    [],
  );
  expect(
    (await scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' }))).ScheduledActions,
  ).toEqual([]);
  expect((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
  await rig.sandbox.advance(120 * minute);
  expect(count()).toBe(4);
  await rejects(scaling.send(new DeregisterScalableTargetCommand(name)), 'ObjectNotFoundException');
});

test('predictive policies are accepted and described', async () => {
  await register();
  const PredictiveScalingPolicyConfiguration = {
    MetricSpecifications: [
      { TargetValue: 40, PredefinedMetricPairSpecification: { PredefinedMetricType: 'ECSServiceCPUUtilization' } },
    ],
    Mode: 'ForecastOnly' as const,
  };
  await putPolicy({ PolicyType: 'PredictiveScaling', PredictiveScalingPolicyConfiguration });
  const read = await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
  expect(read.ScalingPolicies?.[0]).toMatchObject({
    PolicyType: 'PredictiveScaling',
    PredictiveScalingPolicyConfiguration,
  });
});

test('scalable targets take tags', async () => {
  const { ScalableTargetARN: ResourceARN = '' } = await register({ Tags: { team: 'shop' } });
  await scaling.send(new TagResourceCommand({ ResourceARN, Tags: { stage: 'prod' } }));
  const read = await scaling.send(new ListTagsForResourceCommand({ ResourceARN }));
  expect(read.Tags).toEqual({ team: 'shop', stage: 'prod' });
});
