import type {
  DeleteScalingPolicyRequest,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  ScalingPolicy,
  StepScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope } from '../../kernel/world.ts';
import { notFound, page, scalableTarget, targetsOf } from './lookup.ts';
import { metricOf, putPolicyAlarms, removePolicyAlarms } from './policy-alarms.ts';
import { autoScalingState, type PolicyState, type ScalableTargetState } from './state.ts';

/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-quotas.html */
const policiesPerTarget = 50;
const stepsPerPolicy = 20;

/** PutScalingPolicy: a new policy, or a changed one. Target tracking gets its alarms. */
export function putScalingPolicy(input: PutScalingPolicyRequest, call: Call): PutScalingPolicyResponse {
  const { world, scope } = call;
  const target = scalableTarget(autoScalingState(world, scope), input);
  const name = input.PolicyName ?? '';
  const existing = own(target.policies, name);
  const type = input.PolicyType ?? existing?.type ?? 'StepScaling';
  if (existing && existing.type !== type) {
    throw new AwsError(
      'ValidationException',
      `The policy type of policy '${name}' cannot be changed from ${existing.type} to ${type}`,
    );
  }
  if (!existing && Object.keys(target.policies).length >= policiesPerTarget) {
    throw new AwsError(
      'LimitExceededException',
      `A scalable target can have at most ${policiesPerTarget} scaling policies`,
    );
  }
  const settings = settingsOf(input, type, target, existing);
  const policy: PolicyState = existing ?? {
    arn: `arn:aws:autoscaling:${scope.region}:${scope.accountId}:scalingPolicy:${world.uuid()}:resource/${target.namespace}/${target.resourceId}:policyName/${name}`,
    name,
    createdAt: call.now,
    type,
    alarms: {},
  };
  Object.assign(policy, settings);
  target.policies[name] = policy;
  if (type === 'TargetTrackingScaling') putPolicyAlarms(world, scope, target, policy);
  return { PolicyARN: policy.arn, Alarms: alarmsOf(scope, policy) };
}

/** DeleteScalingPolicy, with the alarms that target tracking made. */
export function deleteScalingPolicy(input: DeleteScalingPolicyRequest, call: Call): object {
  const target = autoScalingState(call.world, call.scope);
  const found = targetsOf(target, input)[0];
  const policy = found && own(found.policies, input.PolicyName ?? '');
  if (!found || !policy) throw notFound('scaling policy', input);
  removePolicyAlarms(call.world, call.scope, policy);
  delete found.policies[policy.name];
  return {};
}

/** DescribeScalingPolicies, of a namespace, by names, resource and dimension. */
export function describeScalingPolicies(
  input: DescribeScalingPoliciesRequest,
  call: Call,
): DescribeScalingPoliciesResponse {
  const found = targetsOf(autoScalingState(call.world, call.scope), input)
    .flatMap((target) => Object.values(target.policies).map((policy) => ({ target, policy })))
    .filter(({ policy }) => !input.PolicyNames?.length || input.PolicyNames.includes(policy.name));
  const { items, NextToken } = page(found, input.NextToken, input.MaxResults);
  return {
    ScalingPolicies: items.map(({ target, policy }) => describe(call.scope, target, policy)),
    ...(NextToken ? { NextToken } : {}),
  };
}

type PolicySettings = Pick<PolicyState, 'step' | 'tracking' | 'predictive'>;

function settingsOf(
  input: PutScalingPolicyRequest,
  type: PolicyState['type'],
  target: ScalableTargetState,
  existing: PolicyState | undefined,
): PolicySettings {
  switch (type) {
    case 'StepScaling': {
      const step = input.StepScalingPolicyConfiguration ?? existing?.step;
      if (!step) throw missing('StepScalingPolicyConfiguration', type);
      checkSteps(step);
      return { step };
    }
    case 'TargetTrackingScaling': {
      const tracking = input.TargetTrackingScalingPolicyConfiguration ?? existing?.tracking;
      if (!tracking) throw missing('TargetTrackingScalingPolicyConfiguration', type);
      if ((tracking.TargetValue ?? 0) <= 0)
        throw new AwsError('ValidationException', 'TargetValue must be greater than 0');
      metricOf(target, tracking);
      return { tracking: { ...tracking, DisableScaleIn: tracking.DisableScaleIn ?? false } };
    }
    default: {
      const predictive = input.PredictiveScalingPolicyConfiguration ?? existing?.predictive;
      if (!predictive) throw missing('PredictiveScalingPolicyConfiguration', type);
      return { predictive };
    }
  }
}

function missing(member: string, type: string): AwsError {
  return new AwsError('ValidationException', `${member} must be specified for policy type ${type}`);
}

/** @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepAdjustment.html */
function checkSteps(step: StepScalingPolicyConfiguration): void {
  const steps = step.StepAdjustments ?? [];
  if (!step.AdjustmentType) throw new AwsError('ValidationException', 'AdjustmentType must be specified');
  if (steps.length === 0) throw new AwsError('ValidationException', 'At least one step adjustment must be specified');
  if (steps.length > stepsPerPolicy) {
    throw new AwsError(
      'LimitExceededException',
      `A step scaling policy can have at most ${stepsPerPolicy} step adjustments`,
    );
  }
  const bounds = steps
    .map((one) => ({
      from: one.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY,
      to: one.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY,
    }))
    .toSorted((a, b) => a.from - b.from);
  bounds.forEach((bound, index) => {
    if (bound.from >= bound.to)
      throw new AwsError(
        'ValidationException',
        'The upper bound of a step adjustment must be greater than its lower bound',
      );
    const next = bounds[index + 1];
    if (next && next.from !== bound.to) {
      throw new AwsError(
        'ValidationException',
        'The intervals of the step adjustments must not overlap and must not have a gap',
      );
    }
  });
}

function alarmsOf(scope: Scope, policy: PolicyState): { AlarmName: string; AlarmARN: string }[] {
  return [policy.alarms.high, policy.alarms.low]
    .filter((name) => name !== undefined)
    .map((name) => ({
      AlarmName: name,
      AlarmARN: `arn:aws:cloudwatch:${scope.region}:${scope.accountId}:alarm:${name}`,
    }));
}

/** A policy as the API shows it. */
function describe(scope: Scope, target: ScalableTargetState, policy: PolicyState): ScalingPolicy {
  return {
    PolicyARN: policy.arn,
    PolicyName: policy.name,
    ServiceNamespace: target.namespace as ScalingPolicy['ServiceNamespace'],
    ResourceId: target.resourceId,
    ScalableDimension: target.dimension as ScalingPolicy['ScalableDimension'],
    PolicyType: policy.type,
    ...(policy.step ? { StepScalingPolicyConfiguration: policy.step } : {}),
    ...(policy.tracking ? { TargetTrackingScalingPolicyConfiguration: policy.tracking } : {}),
    ...(policy.predictive ? { PredictiveScalingPolicyConfiguration: policy.predictive } : {}),
    Alarms: alarmsOf(scope, policy),
    CreationTime: new Date(policy.createdAt),
  };
}
