import type {
  CustomizedMetricSpecification,
  PredictiveScalingMetricDataQuery,
  PutScalingPolicyCommandInput,
  TargetTrackingMetricDataQuery,
} from '@aws-sdk/client-application-auto-scaling';
import type { PredictiveMetricQueries } from '../../api/predictivescaling.ts';
import type { CustomMetric, MetricDimension, MetricQuery } from '../../api/scalingpolicy.ts';
import type { PredefinedTree, PredictiveTree } from './predictive.ts';
import type { StepTree, TrackingTree } from './policies.ts';

type Configuration = Pick<
  PutScalingPolicyCommandInput,
  | 'PolicyType'
  | 'TargetTrackingScalingPolicyConfiguration'
  | 'StepScalingPolicyConfiguration'
  | 'PredictiveScalingPolicyConfiguration'
>;

/** What PutScalingPolicy takes for a target tracking policy. */
export function trackingInput(tree: TrackingTree): Configuration {
  return {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: tree.targetValue,
      ScaleOutCooldown: tree.scaleOutCooldown,
      ScaleInCooldown: tree.scaleInCooldown,
      DisableScaleIn: tree.disableScaleIn,
      ...(tree.metric !== undefined && {
        PredefinedMetricSpecification: { PredefinedMetricType: tree.metric, ResourceLabel: tree.resourceLabel },
      }),
      ...(tree.customMetric !== undefined && { CustomizedMetricSpecification: metricInput(tree.customMetric) }),
    },
  };
}

function metricInput({
  metricName,
  namespace,
  dimensions,
  statistic,
  unit,
  metrics,
}: CustomMetric): CustomizedMetricSpecification {
  return {
    MetricName: metricName,
    Namespace: namespace,
    Dimensions: dimensions?.map(dimensionInput),
    Statistic: statistic,
    Unit: unit,
    Metrics: metrics?.map(queryInput),
  };
}

/** A query, in the shape that target tracking and predictive scaling share. */
function queryInput({ id, expression, label, metricStat, returnData }: MetricQuery): TargetTrackingMetricDataQuery {
  return {
    Id: id,
    Expression: expression,
    Label: label,
    ReturnData: returnData,
    MetricStat: metricStat && {
      Metric: {
        MetricName: metricStat.metric.metricName,
        Namespace: metricStat.metric.namespace,
        Dimensions: metricStat.metric.dimensions?.map(dimensionInput),
      },
      Stat: metricStat.stat,
      Unit: metricStat.unit,
    },
  };
}

/** What PutScalingPolicy takes for a predictive policy. It takes one metric specification. */
export function predictiveInput(tree: PredictiveTree): Configuration {
  const { metricPair, scalingMetric, loadMetric } = tree;
  const { customScalingMetric, customLoadMetric, customCapacityMetric } = tree;
  return {
    PolicyType: 'PredictiveScaling',
    PredictiveScalingPolicyConfiguration: {
      MetricSpecifications: [
        {
          TargetValue: tree.targetValue,
          PredefinedMetricPairSpecification: metricPair && predefinedInput(metricPair),
          PredefinedScalingMetricSpecification: scalingMetric && predefinedInput(scalingMetric),
          PredefinedLoadMetricSpecification: loadMetric && predefinedInput(loadMetric),
          CustomizedScalingMetricSpecification: customScalingMetric && queriesInput(customScalingMetric),
          CustomizedLoadMetricSpecification: customLoadMetric && queriesInput(customLoadMetric),
          CustomizedCapacityMetricSpecification: customCapacityMetric && queriesInput(customCapacityMetric),
        },
      ],
      Mode: tree.mode,
      SchedulingBufferTime: tree.schedulingBufferTime,
      MaxCapacityBreachBehavior: tree.maxCapacityBreachBehavior,
      MaxCapacityBuffer: tree.maxCapacityBuffer,
    },
  };
}

function predefinedInput({ metric, resourceLabel }: PredefinedTree): {
  PredefinedMetricType: string;
  ResourceLabel: string | undefined;
} {
  return { PredefinedMetricType: metric, ResourceLabel: resourceLabel };
}

function queriesInput({ metrics }: PredictiveMetricQueries): { MetricDataQueries: PredictiveScalingMetricDataQuery[] } {
  return { MetricDataQueries: metrics.map(queryInput) };
}

/** What PutScalingPolicy takes for a step policy. */
export function stepInput(tree: StepTree): Configuration {
  return {
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: {
      AdjustmentType: tree.adjustmentType,
      StepAdjustments: tree.stepAdjustments.map((step) => ({
        MetricIntervalLowerBound: step.metricIntervalLowerBound,
        MetricIntervalUpperBound: step.metricIntervalUpperBound,
        ScalingAdjustment: step.scalingAdjustment,
      })),
      Cooldown: tree.cooldown,
      MetricAggregationType: tree.metricAggregationType,
      MinAdjustmentMagnitude: tree.minAdjustmentMagnitude,
    },
  };
}

function dimensionInput({ name, value }: MetricDimension): { Name: string; Value: string } {
  return { Name: name, Value: value };
}
