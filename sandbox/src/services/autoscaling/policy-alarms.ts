import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { TargetTrackingScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { putAlarm, removeAlarm } from '../cloudwatch/alarms.ts';
import { checkQueries } from '../cloudwatch/queries.ts';
import type { PolicyState, ScalableTargetState } from './state.ts';

/** Scale-in begins this far below the target value. */
const lowShare = 0.9;

/**
 * Makes or updates the alarms of a target tracking policy: the high one after three minutes above the target value, the
 * low one, unless scale-in is disabled, after fifteen below nine tenths of it.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export function putPolicyAlarms(world: World, scope: Scope, target: ScalableTargetState, policy: PolicyState): void {
  const config = policy.tracking;
  if (!config) return;
  const { queries, math, period } = metricOf(target, config);
  const value = config.TargetValue ?? 0;
  const nameOf = (level: string): string => `TargetTracking-${target.resourceId}-Alarm${level}-${world.uuid()}`;
  const put = (name: string, high: boolean): string => {
    putAlarm(
      world,
      scope,
      {
        name,
        description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
        actionsEnabled: true,
        okActions: [],
        alarmActions: [policy.arn],
        insufficientDataActions: [],
        queries,
        math,
        period,
        evaluationPeriods: high ? 3 : 15,
        threshold: high ? value : value * lowShare,
        comparisonOperator: high ? 'GreaterThanThreshold' : 'LessThanThreshold',
      },
      {},
    );
    return name;
  };
  const high = put(policy.alarms.high ?? nameOf('High'), true);
  if (config.DisableScaleIn) {
    if (policy.alarms.low !== undefined) removeAlarm(world, scope, policy.alarms.low);
    policy.alarms = { high };
  } else {
    policy.alarms = { high, low: put(policy.alarms.low ?? nameOf('Low'), false) };
  }
}

/** Deletes the alarms that a policy made. */
export function removePolicyAlarms(world: World, scope: Scope, policy: PolicyState): void {
  for (const name of [policy.alarms.high, policy.alarms.low]) {
    if (name !== undefined) removeAlarm(world, scope, name);
  }
  policy.alarms = {};
}

interface TrackedMetric {
  readonly queries: readonly MetricDataQuery[];
  readonly math: boolean;
  readonly period: number;
}

/** The metric of a policy. @throws AwsError ValidationException */
export function metricOf(target: ScalableTargetState, config: TargetTrackingScalingPolicyConfiguration): TrackedMetric {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } = config;
  if ((predefined === undefined) === (custom === undefined)) {
    throw invalid('You must specify either PredefinedMetricSpecification or CustomizedMetricSpecification');
  }
  if (predefined) {
    return predefinedMetric(target, predefined.PredefinedMetricType ?? '', predefined.ResourceLabel);
  }
  if (custom?.Metrics?.length) {
    const queries = custom.Metrics.map((query) => ({
      ...query,
      MetricStat: query.MetricStat && { ...query.MetricStat, Period: 60 },
    })) as MetricDataQuery[];
    checkQueries(queries);
    if (queries.filter((query) => query.ReturnData !== false).length !== 1) {
      throw invalid('Exactly one of the Metrics must have ReturnData true');
    }
    return { queries, math: true, period: 60 };
  }
  if (!custom?.MetricName || !custom.Namespace || !custom.Statistic) {
    throw invalid('A customized metric must have MetricName, Namespace and Statistic, or Metrics');
  }
  const dimensions = Object.fromEntries(
    (custom.Dimensions ?? []).map((dimension) => [dimension.Name ?? '', dimension.Value ?? '']),
  );
  return metric(custom.Namespace, custom.MetricName, custom.Statistic, dimensions, 60);
}

function predefinedMetric(target: ScalableTargetState, type: string, label: string | undefined): TrackedMetric {
  const [, cluster = '', service = ''] = target.resourceId.split('/');
  const dimensions = { ClusterName: cluster, ServiceName: service };
  const period = type.endsWith('HighResolution') ? 20 : 60;
  switch (type) {
    case 'ECSServiceAverageCPUUtilization':
    case 'ECSServiceAverageCPUUtilizationHighResolution':
      return metric('AWS/ECS', 'CPUUtilization', 'Average', dimensions, period);
    case 'ECSServiceAverageMemoryUtilization':
    case 'ECSServiceAverageMemoryUtilizationHighResolution':
      return metric('AWS/ECS', 'MemoryUtilization', 'Average', dimensions, period);
    case 'ALBRequestCountPerTarget': {
      const [, balancer, group] = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? '') ?? [];
      if (!balancer || !group) {
        throw invalid(
          `The resource label '${label ?? ''}' must be app/<load-balancer-name>/<id>/targetgroup/<target-group-name>/<id>`,
        );
      }
      return metric(
        'AWS/ApplicationELB',
        'RequestCountPerTarget',
        'Sum',
        { LoadBalancer: balancer, TargetGroup: group },
        60,
      );
    }
    default:
      throw invalid(`The predefined metric type '${type}' is not supported for scalable dimension ${target.dimension}`);
  }
}

function metric(
  namespace: string,
  name: string,
  stat: string,
  dimensions: Readonly<Record<string, string>>,
  period: number,
): TrackedMetric {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { queries: [{ Id: 'm1', MetricStat: { Metric, Period: period, Stat: stat } }], math: false, period };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
