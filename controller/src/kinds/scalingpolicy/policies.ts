import type {
  AdjustmentType,
  MetricAggregationType,
  MetricType,
  ScalingPolicy,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { PredictiveScaling } from '../../api/predictivescaling.ts';
import type { ScalingPolicySpec, StepScaling, TargetTracking } from '../../api/scalingpolicy.ts';
import { liveMetric, wantedMetric } from './metrics.ts';
import { livePredictive, type PredictiveTree, wantedPredictive } from './predictive.ts';

/** A target tracking policy with every default filled in. */
export type TrackingTree = Required<
  Pick<TargetTracking, 'targetValue' | 'scaleOutCooldown' | 'scaleInCooldown' | 'disableScaleIn'>
> &
  Pick<TargetTracking, 'resourceLabel' | 'customMetric'> & { readonly metric?: MetricType };

/** A step policy with every default filled in. */
export type StepTree = Required<Pick<StepScaling, 'stepAdjustments' | 'cooldown'>> &
  Pick<StepScaling, 'minAdjustmentMagnitude'> & {
    /** Absent where AWS names none. */
    readonly adjustmentType?: AdjustmentType;
    readonly metricAggregationType: MetricAggregationType;
  };

/** Policies by name. */
export interface PolicyTrees {
  readonly targetTracking: Readonly<Record<string, TrackingTree>>;
  readonly step: Readonly<Record<string, StepTree>>;
  readonly predictive: Readonly<Record<string, PredictiveTree>>;
  /** Live policies of types that manifests do not know. They are never wanted. */
  readonly otherPolicies: Readonly<Record<string, string>>;
}

/** ScaleOutCooldown, ScaleInCooldown and Cooldown of ECS services. */
const DEFAULT_COOLDOWN = 300;

/** The policies that a manifest wants. `prefix` begins the names of those that have none. */
export function wantedPolicies(spec: ScalingPolicySpec, prefix: string): PolicyTrees {
  return {
    targetTracking: Object.fromEntries(
      (spec.targetTracking ?? []).map((one, index) => [trackingName(one, index, prefix), wantedTracking(one)]),
    ),
    step: Object.fromEntries((spec.step ?? []).map((one, index) => [stepName(one, index, prefix), wantedStep(one)])),
    predictive: Object.fromEntries(
      (spec.predictive ?? []).map((one, index) => [predictiveName(one, index, prefix), wantedPredictive(one)]),
    ),
    otherPolicies: {},
  };
}

/** Name of a target tracking policy. */
export function trackingName(one: TargetTracking, index: number, prefix: string): string {
  return one.policyName ?? `${prefix}-${one.metric ?? one.customMetric?.metricName ?? `custom-${index + 1}`}`;
}

/** Name of a step policy. */
export function stepName(one: StepScaling, index: number, prefix: string): string {
  return one.policyName ?? `${prefix}-step-${index + 1}`;
}

/** Name of a predictive policy. */
export function predictiveName(one: PredictiveScaling, index: number, prefix: string): string {
  return one.policyName ?? `${prefix}-predictive-${index + 1}`;
}

function wantedTracking(one: TargetTracking): TrackingTree {
  return {
    targetValue: one.targetValue,
    scaleOutCooldown: one.scaleOutCooldown ?? DEFAULT_COOLDOWN,
    scaleInCooldown: one.scaleInCooldown ?? DEFAULT_COOLDOWN,
    disableScaleIn: one.disableScaleIn ?? false,
    ...(one.metric !== undefined && { metric: one.metric }),
    ...(one.resourceLabel !== undefined && { resourceLabel: one.resourceLabel }),
    ...(one.customMetric !== undefined && { customMetric: wantedMetric(one.customMetric) }),
  };
}

function wantedStep(one: StepScaling): StepTree {
  return {
    adjustmentType: one.adjustmentType,
    stepAdjustments: one.stepAdjustments.map((step) => ({ ...step })),
    cooldown: one.cooldown ?? DEFAULT_COOLDOWN,
    metricAggregationType: one.metricAggregationType ?? 'Average',
    ...(one.minAdjustmentMagnitude !== undefined && { minAdjustmentMagnitude: one.minAdjustmentMagnitude }),
  };
}

/** The policies that AWS has. */
export function livePolicies(policies: readonly ScalingPolicy[]): PolicyTrees {
  const targetTracking: Record<string, TrackingTree> = {};
  const step: Record<string, StepTree> = {};
  const predictive: Record<string, PredictiveTree> = {};
  const otherPolicies: Record<string, string> = {};
  for (const policy of policies) {
    const name = policy.PolicyName ?? '';
    const { TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: steps } = policy;
    if (tracking !== undefined) targetTracking[name] = liveTracking(tracking);
    else if (steps !== undefined) step[name] = liveStep(steps);
    else if (policy.PredictiveScalingPolicyConfiguration !== undefined)
      predictive[name] = livePredictive(policy.PredictiveScalingPolicyConfiguration);
    else otherPolicies[name] = policy.PolicyType ?? 'unknown';
  }
  return { targetTracking, step, predictive, otherPolicies };
}

function liveTracking(live: TargetTrackingScalingPolicyConfiguration): TrackingTree {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } = live;
  return {
    targetValue: live.TargetValue ?? 0,
    scaleOutCooldown: live.ScaleOutCooldown ?? DEFAULT_COOLDOWN,
    scaleInCooldown: live.ScaleInCooldown ?? DEFAULT_COOLDOWN,
    disableScaleIn: live.DisableScaleIn ?? false,
    ...(predefined?.PredefinedMetricType !== undefined && { metric: predefined.PredefinedMetricType }),
    ...(predefined?.ResourceLabel !== undefined && { resourceLabel: predefined.ResourceLabel }),
    ...(custom !== undefined && { customMetric: liveMetric(custom) }),
  };
}

function liveStep(live: StepScalingPolicyConfiguration): StepTree {
  return {
    ...(live.AdjustmentType !== undefined && { adjustmentType: live.AdjustmentType }),
    stepAdjustments: (live.StepAdjustments ?? []).map((step) => ({
      scalingAdjustment: step.ScalingAdjustment ?? 0,
      ...(step.MetricIntervalLowerBound !== undefined && { metricIntervalLowerBound: step.MetricIntervalLowerBound }),
      ...(step.MetricIntervalUpperBound !== undefined && { metricIntervalUpperBound: step.MetricIntervalUpperBound }),
    })),
    cooldown: live.Cooldown ?? DEFAULT_COOLDOWN,
    metricAggregationType: live.MetricAggregationType ?? 'Average',
    ...(live.MinAdjustmentMagnitude !== undefined && { minAdjustmentMagnitude: live.MinAdjustmentMagnitude }),
  };
}
