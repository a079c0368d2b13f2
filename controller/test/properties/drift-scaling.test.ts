import { describe, test } from 'vitest';
import type { ScalingPolicySpec } from '../../src/api/scalingpolicy.ts';
import { diff as diffScaling } from '../../src/kinds/scalingpolicy/normalize.ts';
import type { LiveScaling } from '../../src/kinds/scalingpolicy/live.ts';
import { desiredOf } from '../sandboxed.ts';
import { expectBoth, type Row } from './drift-row.ts';

describe('scaling', () => {
  const spec: ScalingPolicySpec = {
    target: { resourceId: 'service/main/api' },
    minCapacity: 1,
    maxCapacity: 4,
    targetTracking: [{ policyName: 'cpu', metric: 'ECSServiceAverageCPUUtilization', targetValue: 70 }],
    step: [
      {
        policyName: 'burst',
        adjustmentType: 'ChangeInCapacity',
        stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: 1 }],
      },
    ],
    predictive: [{ policyName: 'tides', targetValue: 40, metricPair: { metric: 'ECSServiceCPUUtilization' } }],
    scheduled: [{ scheduledActionName: 'dawn', schedule: 'at(2099-01-01T00:00:00)', minCapacity: 2 }],
  };
  const desired = desiredOf('ScalingPolicy/api', spec);
  interface Echo {
    readonly tracking?: object;
    readonly step?: object;
    readonly predictive?: object;
    readonly action?: object;
    readonly target?: object;
  }
  const policy = {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: 'service/main/api',
    PolicyARN: 'arn:p',
    CreationTime: new Date(0),
  } as const;
  const liveOf = ({ tracking, step, predictive, action, target }: Echo): LiveScaling => ({
    resourceId: 'service/main/api',
    observedAt: new Date('2026-01-01T00:00:00Z'),
    tags: desired.ownership,
    target: {
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: 'service/main/api',
      RoleARN: 'arn:role',
      CreationTime: new Date(0),
      MinCapacity: 1,
      MaxCapacity: 4,
      ...target,
    },
    policies: [
      {
        ...policy,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 70,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          ...tracking,
        },
      },
      {
        ...policy,
        PolicyName: 'burst',
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ChangeInCapacity',
          StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
          ...step,
        },
      },
      {
        ...policy,
        PolicyName: 'tides',
        PolicyType: 'PredictiveScaling',
        PredictiveScalingPolicyConfiguration: {
          MetricSpecifications: [
            {
              TargetValue: 40,
              PredefinedMetricPairSpecification: { PredefinedMetricType: 'ECSServiceCPUUtilization' },
            },
          ],
          ...predictive,
        },
      },
    ],
    actions: [
      {
        ServiceNamespace: 'ecs',
        ScheduledActionName: 'dawn',
        ScheduledActionARN: 'arn:a',
        ResourceId: 'service/main/api',
        CreationTime: new Date(0),
        Schedule: 'at(2099-01-01T00:00:00)',
        ScalableTargetAction: { MinCapacity: 2 },
        ...action,
      },
    ],
  });

  test.each<Row<Echo>>([
    [
      'scale-out cooldown',
      { tracking: { ScaleOutCooldown: 300 } },
      { tracking: { ScaleOutCooldown: 60 } },
      ['/targetTracking/cpu/scaleOutCooldown'],
    ],
    [
      'scale-in cooldown',
      { tracking: { ScaleInCooldown: 300 } },
      { tracking: { ScaleInCooldown: 0 } },
      ['/targetTracking/cpu/scaleInCooldown'],
    ],
    [
      'scale-in',
      { tracking: { DisableScaleIn: false } },
      { tracking: { DisableScaleIn: true } },
      ['/targetTracking/cpu/disableScaleIn'],
    ],
    ['cooldown of steps', { step: { Cooldown: 300 } }, { step: { Cooldown: 1 } }, ['/step/burst/cooldown']],
    [
      'aggregation',
      { step: { MetricAggregationType: 'Average' } },
      { step: { MetricAggregationType: 'Maximum' } },
      ['/step/burst/metricAggregationType'],
    ],
    [
      'forecast mode',
      { predictive: { Mode: 'ForecastOnly' } },
      { predictive: { Mode: 'ForecastAndScale' } },
      ['/predictive/tides/mode'],
    ],
    [
      'forecast lead',
      { predictive: { SchedulingBufferTime: 300 } },
      { predictive: { SchedulingBufferTime: 0 } },
      ['/predictive/tides/schedulingBufferTime'],
    ],
    [
      'forecast beyond the maximum',
      { predictive: { MaxCapacityBreachBehavior: 'HonorMaxCapacity' } },
      { predictive: { MaxCapacityBreachBehavior: 'IncreaseMaxCapacity' } },
      ['/predictive/tides/maxCapacityBreachBehavior'],
    ],
    [
      'time zone',
      { action: { Timezone: 'UTC' } },
      { action: { Timezone: 'Europe/Berlin' } },
      ['/scheduled/dawn/timezone'],
    ],
    [
      'suspension',
      { target: { SuspendedState: { DynamicScalingInSuspended: false } } },
      { target: { SuspendedState: { DynamicScalingInSuspended: true } } },
      ['/suspend/scaleIn'],
    ],
    ['limits', {}, { target: { MaxCapacity: 5 } }, ['/maxCapacity']],
  ])('%s', (...row) => expectBoth(row, (echo) => diffScaling(desired, liveOf(echo))));
});
