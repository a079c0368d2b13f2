import * as sdk from '@aws-sdk/client-application-auto-scaling';
import type { ServiceCoverage } from './model.ts';

const ECS_ONLY = 'always ecs and ecs:service:DesiredCount: other namespaces scale what no kind has';
const PREDICTIVE = 'PredictiveScalingPolicyConfiguration';
const FORECAST = `${PREDICTIVE}.MetricSpecifications[]`;
const QUERIES = 'ScalingPolicy.spec.targetTracking[].customMetric.metrics';
const CUSTOM = 'TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification';
const TRACKING = 'TargetTrackingScalingPolicyConfiguration';
const STEP = 'StepScalingPolicyConfiguration';

/** A metric of a forecast that AWS defines. */
function predefined(member: string, field: string): Readonly<Record<string, string>> {
  const at = `ScalingPolicy.spec.predictive[].${field}`;
  return {
    [`${FORECAST}.${member}`]: at,
    [`${FORECAST}.${member}.PredefinedMetricType`]: `${at}.metric`,
    [`${FORECAST}.${member}.ResourceLabel`]: `${at}.resourceLabel`,
  };
}

/** A metric of a forecast of one's own. */
function customized(member: string, field: string): Readonly<Record<string, string>> {
  const from = `${FORECAST}.${member}`;
  const to = `ScalingPolicy.spec.predictive[].${field}`;
  const query = `${from}.MetricDataQueries[]`;
  const metric = `${query}.MetricStat.Metric`;
  return {
    [from]: to,
    [`${from}.MetricDataQueries`]: `${to}.metrics`,
    [`${query}.Id`]: `${to}.metrics[].id`,
    [`${query}.Expression`]: `${to}.metrics[].expression`,
    [`${query}.Label`]: `${to}.metrics[].label`,
    [`${query}.ReturnData`]: `${to}.metrics[].returnData`,
    [`${query}.MetricStat`]: `${to}.metrics[].metricStat`,
    [`${query}.MetricStat.Stat`]: `${to}.metrics[].metricStat.stat`,
    [`${query}.MetricStat.Unit`]: `${to}.metrics[].metricStat.unit`,
    [metric]: `${to}.metrics[].metricStat.metric`,
    [`${metric}.MetricName`]: `${to}.metrics[].metricStat.metric.metricName`,
    [`${metric}.Namespace`]: `${to}.metrics[].metricStat.metric.namespace`,
    [`${metric}.Dimensions`]: `${to}.metrics[].metricStat.metric.dimensions`,
    [`${metric}.Dimensions[].Name`]: `${to}.metrics[].metricStat.metric.dimensions[].name`,
    [`${metric}.Dimensions[].Value`]: `${to}.metrics[].metricStat.metric.dimensions[].value`,
  };
}

/** Application Auto Scaling of ECS services. */
export const autoscaling: ServiceCoverage = {
  title: 'Application Auto Scaling',
  sdk,
  operations: [
    {
      operation: 'RegisterScalableTarget',
      places: {
        ResourceId: ['ScalingPolicy.spec.target.service', 'ScalingPolicy.spec.target.resourceId'],
        MinCapacity: 'ScalingPolicy.spec.minCapacity',
        MaxCapacity: 'ScalingPolicy.spec.maxCapacity',
        SuspendedState: 'ScalingPolicy.spec.suspend',
        'SuspendedState.DynamicScalingInSuspended': 'ScalingPolicy.spec.suspend.scaleIn',
        'SuspendedState.DynamicScalingOutSuspended': 'ScalingPolicy.spec.suspend.scaleOut',
        'SuspendedState.ScheduledScalingSuspended': 'ScalingPolicy.spec.suspend.scheduled',
        Tags: 'ScalingPolicy.spec.tags',
      },
      reasons: {
        ServiceNamespace: ECS_ONLY,
        ScalableDimension: ECS_ONLY,
        RoleARN: 'for ECS services AWS takes its service-linked role',
      },
    },
    {
      operation: 'PutScalingPolicy',
      places: {
        PolicyName: [
          'ScalingPolicy.spec.targetTracking[].policyName',
          'ScalingPolicy.spec.step[].policyName',
          'ScalingPolicy.spec.predictive[].policyName',
        ],
        ResourceId: ['ScalingPolicy.spec.target.service', 'ScalingPolicy.spec.target.resourceId'],
        [STEP]: 'ScalingPolicy.spec.step',
        [`${STEP}.AdjustmentType`]: 'ScalingPolicy.spec.step[].adjustmentType',
        [`${STEP}.StepAdjustments`]: 'ScalingPolicy.spec.step[].stepAdjustments',
        [`${STEP}.StepAdjustments[].ScalingAdjustment`]:
          'ScalingPolicy.spec.step[].stepAdjustments[].scalingAdjustment',
        [`${STEP}.StepAdjustments[].MetricIntervalLowerBound`]:
          'ScalingPolicy.spec.step[].stepAdjustments[].metricIntervalLowerBound',
        [`${STEP}.StepAdjustments[].MetricIntervalUpperBound`]:
          'ScalingPolicy.spec.step[].stepAdjustments[].metricIntervalUpperBound',
        [`${STEP}.MinAdjustmentMagnitude`]: 'ScalingPolicy.spec.step[].minAdjustmentMagnitude',
        [`${STEP}.Cooldown`]: 'ScalingPolicy.spec.step[].cooldown',
        [`${STEP}.MetricAggregationType`]: 'ScalingPolicy.spec.step[].metricAggregationType',
        [TRACKING]: 'ScalingPolicy.spec.targetTracking',
        [`${TRACKING}.TargetValue`]: 'ScalingPolicy.spec.targetTracking[].targetValue',
        [`${TRACKING}.PredefinedMetricSpecification`]: 'ScalingPolicy.spec.targetTracking[].metric',
        [`${TRACKING}.PredefinedMetricSpecification.PredefinedMetricType`]:
          'ScalingPolicy.spec.targetTracking[].metric',
        [`${TRACKING}.PredefinedMetricSpecification.ResourceLabel`]:
          'ScalingPolicy.spec.targetTracking[].resourceLabel',
        [`${TRACKING}.ScaleOutCooldown`]: 'ScalingPolicy.spec.targetTracking[].scaleOutCooldown',
        [`${TRACKING}.ScaleInCooldown`]: 'ScalingPolicy.spec.targetTracking[].scaleInCooldown',
        [`${TRACKING}.DisableScaleIn`]: 'ScalingPolicy.spec.targetTracking[].disableScaleIn',
        [CUSTOM]: 'ScalingPolicy.spec.targetTracking[].customMetric',
        [`${CUSTOM}.MetricName`]: 'ScalingPolicy.spec.targetTracking[].customMetric.metricName',
        [`${CUSTOM}.Namespace`]: 'ScalingPolicy.spec.targetTracking[].customMetric.namespace',
        [`${CUSTOM}.Dimensions`]: 'ScalingPolicy.spec.targetTracking[].customMetric.dimensions',
        [`${CUSTOM}.Dimensions[].Name`]: 'ScalingPolicy.spec.targetTracking[].customMetric.dimensions[].name',
        [`${CUSTOM}.Dimensions[].Value`]: 'ScalingPolicy.spec.targetTracking[].customMetric.dimensions[].value',
        [`${CUSTOM}.Statistic`]: 'ScalingPolicy.spec.targetTracking[].customMetric.statistic',
        [`${CUSTOM}.Unit`]: 'ScalingPolicy.spec.targetTracking[].customMetric.unit',
        [`${CUSTOM}.Metrics`]: QUERIES,
        [`${CUSTOM}.Metrics[].Id`]: `${QUERIES}[].id`,
        [`${CUSTOM}.Metrics[].Expression`]: `${QUERIES}[].expression`,
        [`${CUSTOM}.Metrics[].Label`]: `${QUERIES}[].label`,
        [`${CUSTOM}.Metrics[].ReturnData`]: `${QUERIES}[].returnData`,
        [`${CUSTOM}.Metrics[].MetricStat`]: `${QUERIES}[].metricStat`,
        [`${CUSTOM}.Metrics[].MetricStat.Stat`]: `${QUERIES}[].metricStat.stat`,
        [`${CUSTOM}.Metrics[].MetricStat.Unit`]: `${QUERIES}[].metricStat.unit`,
        [`${CUSTOM}.Metrics[].MetricStat.Metric`]: `${QUERIES}[].metricStat.metric`,
        [`${CUSTOM}.Metrics[].MetricStat.Metric.MetricName`]: `${QUERIES}[].metricStat.metric.metricName`,
        [`${CUSTOM}.Metrics[].MetricStat.Metric.Namespace`]: `${QUERIES}[].metricStat.metric.namespace`,
        [`${CUSTOM}.Metrics[].MetricStat.Metric.Dimensions`]: `${QUERIES}[].metricStat.metric.dimensions`,
        [`${CUSTOM}.Metrics[].MetricStat.Metric.Dimensions[].Name`]: `${QUERIES}[].metricStat.metric.dimensions[].name`,
        [`${CUSTOM}.Metrics[].MetricStat.Metric.Dimensions[].Value`]: `${QUERIES}[].metricStat.metric.dimensions[].value`,
        [PREDICTIVE]: 'ScalingPolicy.spec.predictive',
        [`${PREDICTIVE}.MetricSpecifications`]: 'ScalingPolicy.spec.predictive',
        [`${PREDICTIVE}.Mode`]: 'ScalingPolicy.spec.predictive[].mode',
        [`${PREDICTIVE}.SchedulingBufferTime`]: 'ScalingPolicy.spec.predictive[].schedulingBufferTime',
        [`${PREDICTIVE}.MaxCapacityBreachBehavior`]: 'ScalingPolicy.spec.predictive[].maxCapacityBreachBehavior',
        [`${PREDICTIVE}.MaxCapacityBuffer`]: 'ScalingPolicy.spec.predictive[].maxCapacityBuffer',
        [`${FORECAST}.TargetValue`]: 'ScalingPolicy.spec.predictive[].targetValue',
        ...predefined('PredefinedMetricPairSpecification', 'metricPair'),
        ...predefined('PredefinedScalingMetricSpecification', 'scalingMetric'),
        ...predefined('PredefinedLoadMetricSpecification', 'loadMetric'),
        ...customized('CustomizedScalingMetricSpecification', 'customScalingMetric'),
        ...customized('CustomizedLoadMetricSpecification', 'customLoadMetric'),
        ...customized('CustomizedCapacityMetricSpecification', 'customCapacityMetric'),
      },
      reasons: {
        ServiceNamespace: ECS_ONLY,
        ScalableDimension: ECS_ONLY,
        PolicyType: 'follows from the list that the policy stands in',
      },
    },
    {
      operation: 'PutScheduledAction',
      places: {
        ScheduledActionName: 'ScalingPolicy.spec.scheduled[].scheduledActionName',
        ResourceId: ['ScalingPolicy.spec.target.service', 'ScalingPolicy.spec.target.resourceId'],
        Schedule: 'ScalingPolicy.spec.scheduled[].schedule',
        Timezone: 'ScalingPolicy.spec.scheduled[].timezone',
        StartTime: 'ScalingPolicy.spec.scheduled[].startTime',
        EndTime: 'ScalingPolicy.spec.scheduled[].endTime',
        ScalableTargetAction: 'ScalingPolicy.spec.scheduled',
        'ScalableTargetAction.MinCapacity': 'ScalingPolicy.spec.scheduled[].minCapacity',
        'ScalableTargetAction.MaxCapacity': 'ScalingPolicy.spec.scheduled[].maxCapacity',
      },
      reasons: { ServiceNamespace: ECS_ONLY, ScalableDimension: ECS_ONLY },
    },
  ],
};
