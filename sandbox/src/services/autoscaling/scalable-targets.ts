import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError, type Call } from '../../kernel/service.ts';
import { clampCapacity } from './capacity.ts';
import { page, scalableTarget, targetsOf } from './lookup.ts';
import { removePolicyAlarms } from './policy-alarms.ts';
import { autoScalingState, type ScalableTargetState, targetKey } from './state.ts';

const ecsDimension = 'ecs:service:DesiredCount';

/** RegisterScalableTarget: a new target, or changed bounds. The capacity is brought into the bounds at once. */
export function registerScalableTarget(
  input: RegisterScalableTargetRequest,
  call: Call,
): RegisterScalableTargetResponse {
  const { world, scope } = call;
  const state = autoScalingState(world, scope);
  const resourceId = input.ResourceId ?? '';
  if (
    input.ServiceNamespace !== 'ecs' ||
    input.ScalableDimension !== ecsDimension ||
    !/^service\/[^/]+\/[^/]+$/.test(resourceId)
  ) {
    throw new AwsError('ValidationException', 'Unsupported service namespace, resource type or scalable dimension');
  }
  const existing = state.targets[targetKey(input)];
  const minCapacity = input.MinCapacity ?? existing?.minCapacity;
  const maxCapacity = input.MaxCapacity ?? existing?.maxCapacity;
  if (minCapacity === undefined || maxCapacity === undefined) {
    throw new AwsError(
      'ValidationException',
      'Both MinCapacity and MaxCapacity must be specified for a new scalable target',
    );
  }
  if (minCapacity < 0) throw new AwsError('ValidationException', 'Minimum capacity cannot be less than 0');
  if (maxCapacity < minCapacity)
    throw new AwsError('ValidationException', 'Maximum capacity cannot be less than minimum capacity');
  if (world.ports.scalableServices.desiredCount(scope, resourceId) === undefined) {
    throw new AwsError('ValidationException', `ECS service doesn't exist: ${resourceId}`);
  }
  const target = existing ?? create(input, call);
  target.minCapacity = minCapacity;
  target.maxCapacity = maxCapacity;
  const suspended = input.SuspendedState;
  target.suspended = {
    in: suspended?.DynamicScalingInSuspended ?? target.suspended.in,
    out: suspended?.DynamicScalingOutSuspended ?? target.suspended.out,
    scheduled: suspended?.ScheduledScalingSuspended ?? target.suspended.scheduled,
  };
  clampCapacity(world, scope, target);
  return { ScalableTargetARN: target.arn };
}

/** DeregisterScalableTarget: its policies, their alarms and its scheduled actions go too. */
export function deregisterScalableTarget(input: DeregisterScalableTargetRequest, call: Call): object {
  const state = autoScalingState(call.world, call.scope);
  const target = scalableTarget(state, input);
  for (const policy of Object.values(target.policies)) removePolicyAlarms(call.world, call.scope, policy);
  for (const action of Object.values(target.actions)) {
    if (action.timer !== undefined) call.world.timers.cancel(action.timer);
  }
  delete state.targets[targetKey(input)];
  call.world.resources.remove(target.arn);
  return {};
}

/** DescribeScalableTargets, of a namespace, by resource ids and dimension. */
export function describeScalableTargets(
  input: DescribeScalableTargetsRequest,
  call: Call,
): DescribeScalableTargetsResponse {
  const state = autoScalingState(call.world, call.scope);
  const wanted = input.ResourceIds;
  const found = targetsOf(state, { ServiceNamespace: input.ServiceNamespace }).filter(
    (target) =>
      (!wanted?.length || wanted.includes(target.resourceId)) &&
      (input.ScalableDimension === undefined || target.dimension === input.ScalableDimension),
  );
  const { items, NextToken } = page(found, input.NextToken, input.MaxResults);
  return { ScalableTargets: items.map(describe), ...(NextToken ? { NextToken } : {}) };
}

function create(input: RegisterScalableTargetRequest, call: Call): ScalableTargetState {
  const { world, scope } = call;
  const created: ScalableTargetState = {
    arn: `arn:aws:application-autoscaling:${scope.region}:${scope.accountId}:scalable-target/0${world.id(31)}`,
    namespace: input.ServiceNamespace ?? '',
    resourceId: input.ResourceId ?? '',
    dimension: input.ScalableDimension ?? '',
    createdAt: call.now,
    // ECS supports service-linked roles: that one is used, whatever the call names.
    roleArn:
      `arn:aws:iam::${scope.accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/` +
      'AWSServiceRoleForApplicationAutoScaling_ECSService',
    minCapacity: 0,
    maxCapacity: 0,
    suspended: { in: false, out: false, scheduled: false },
    policies: {},
    actions: {},
  };
  autoScalingState(world, scope).targets[targetKey(input)] = created;
  const tags = { ...input.Tags };
  world.resources.add({
    arn: created.arn,
    type: 'application-autoscaling:scalable-target',
    ...scope,
    createdAt: call.now,
    tags,
  });
  return created;
}

/** A scalable target as the API shows it. */
function describe(target: ScalableTargetState): ScalableTarget {
  return {
    ServiceNamespace: target.namespace as ScalableTarget['ServiceNamespace'],
    ResourceId: target.resourceId,
    ScalableDimension: target.dimension as ScalableTarget['ScalableDimension'],
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    RoleARN: target.roleArn,
    CreationTime: new Date(target.createdAt),
    SuspendedState: {
      DynamicScalingInSuspended: target.suspended.in,
      DynamicScalingOutSuspended: target.suspended.out,
      ScheduledScalingSuspended: target.suspended.scheduled,
    },
    ScalableTargetARN: target.arn,
  };
}
