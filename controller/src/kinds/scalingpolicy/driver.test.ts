import { DeleteScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { converge } from '../../../test/converge.ts';
import { driverContract } from '../../../test/driver-contract.ts';
import { desiredOf, ownerOf, sandboxed } from '../../../test/sandboxed.ts';
import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import { scalingPolicyKind } from './index.ts';

const spec: ScalingPolicySpec = {
  target: { service: 'api' },
  minCapacity: 2,
  maxCapacity: 20,
  targetTracking: [
    { metric: 'ECSServiceAverageCPUUtilization', targetValue: 70, scaleOutCooldown: 60 },
    {
      customMetric: {
        metricName: 'QueueDepth',
        namespace: 'Shop',
        dimensions: [{ name: 'Queue', value: 'orders' }],
        statistic: 'Average',
      },
      targetValue: 10.5,
      disableScaleIn: true,
    },
  ],
  step: [
    {
      policyName: 'burst',
      adjustmentType: 'ChangeInCapacity',
      stepAdjustments: [
        { metricIntervalLowerBound: 0, metricIntervalUpperBound: 10, scalingAdjustment: 1 },
        { metricIntervalLowerBound: 10, scalingAdjustment: 3 },
      ],
    },
  ],
  scheduled: [
    { schedule: 'cron(0 6 ? * SAT *)', minCapacity: 4, maxCapacity: 8 },
    { schedule: 'cron(0 22 ? * SUN *)', timezone: 'Europe/London', minCapacity: 1, maxCapacity: 6 },
  ],
  tags: { team: 'payments' },
};

driverContract('ScalingPolicy', async () => {
  const { sandbox, aws, close } = await sandboxed();
  await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  const task = { family: 'api', containerDefinitions: [{ name: 'web', image: 'example/web:1', memory: 128 }] };
  await aws.ecs.send(new RegisterTaskDefinitionCommand(task));
  const service = { cluster: 'main', serviceName: 'api', taskDefinition: 'api', desiredCount: 1 };
  const { service: made } = await aws.ecs.send(new CreateServiceCommand(service));
  const needs = { 'Service/api': { arn: made?.serviceArn ?? '', name: 'api' } } as const;
  return {
    kind: scalingPolicyKind,
    sandbox,
    aws,
    owner: ownerOf('ScalingPolicy/api'),
    desired: desiredOf('ScalingPolicy/api', spec, needs),
    changed: desiredOf<ScalingPolicySpec>(
      'ScalingPolicy/api',
      {
        target: { service: 'api' },
        minCapacity: 1,
        maxCapacity: 5,
        targetTracking: [{ metric: 'ECSServiceAverageMemoryUtilization', targetValue: 50 }],
        tags: { team: 'checkout' },
      },
      needs,
    ),
    drift: async ({ resourceId }) => {
      const target = {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: resourceId,
      } as const;
      await aws.autoscaling.send(new RegisterScalableTargetCommand({ ...target, MaxCapacity: 99 }));
      await aws.autoscaling.send(new DeleteScalingPolicyCommand({ ...target, PolicyName: 'burst' }));
    },
    close,
  };
});

test('a policy that becomes one of another type under the same name is made anew', async () => {
  const { sandbox, aws, close } = await sandboxed();
  try {
    await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    const task = { family: 'api', containerDefinitions: [{ name: 'web', image: 'example/web:1', memory: 128 }] };
    await aws.ecs.send(new RegisterTaskDefinitionCommand(task));
    await aws.ecs.send(
      new CreateServiceCommand({ cluster: 'main', serviceName: 'api', taskDefinition: 'api', desiredCount: 0 }),
    );
    const base = { target: { resourceId: 'service/main/api' }, minCapacity: 0, maxCapacity: 3 };
    const drive = { kind: scalingPolicyKind, sandbox, aws };
    const tracking = { policyName: 'load', metric: 'ECSServiceAverageCPUUtilization' as const, targetValue: 50 };
    await converge(drive, desiredOf<ScalingPolicySpec>('ScalingPolicy/api', { ...base, targetTracking: [tracking] }));
    const predictive = [
      { policyName: 'load', targetValue: 50, metricPair: { metric: 'ECSServiceCPUUtilization' as const } },
    ];
    const next = desiredOf<ScalingPolicySpec>('ScalingPolicy/api', { ...base, predictive });
    const live = await converge(drive, next);
    expect(scalingPolicyKind.driver(aws).diff(next, live)).toEqual([]);
    expect(live.policies.map(({ PolicyType }) => PolicyType)).toEqual(['PredictiveScaling']);
  } finally {
    await close();
  }
});
