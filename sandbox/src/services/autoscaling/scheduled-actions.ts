import type {
  DeleteScheduledActionRequest,
  DescribeScheduledActionsRequest,
  DescribeScheduledActionsResponse,
  PutScheduledActionRequest,
  ScheduledAction,
} from '@aws-sdk/client-application-auto-scaling';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { clampCapacity, note } from './capacity.ts';
import { notFound, page, scalableTarget, targetsOf } from './lookup.ts';
import { nextRun } from './schedule.ts';
import { autoScalingState, type ScalableTargetState, type ScheduledActionState, targetKey } from './state.ts';
import { isTimeZone } from './zoned-time.ts';

/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-quotas.html */
const actionsPerTarget = 200;

/** PutScheduledAction: what is not named stays, but start and end times are dropped then. */
export function putScheduledAction(input: PutScheduledActionRequest, call: Call): object {
  const { world, scope } = call;
  const target = scalableTarget(autoScalingState(world, scope), input);
  const name = input.ScheduledActionName ?? '';
  const existing = own(target.actions, name);
  if (!existing && Object.keys(target.actions).length >= actionsPerTarget) {
    throw new AwsError(
      'LimitExceededException',
      `A scalable target can have at most ${actionsPerTarget} scheduled actions`,
    );
  }
  const schedule = input.Schedule ?? existing?.schedule;
  if (!schedule) throw new AwsError('ValidationException', 'Schedule must be specified for a new scheduled action');
  const timezone = input.Timezone ?? existing?.timezone;
  if (timezone !== undefined && !isTimeZone(timezone)) {
    throw new AwsError('ValidationException', `The time zone '${timezone}' is not one of the IANA database`);
  }
  const given = input.ScalableTargetAction;
  const minCapacity = given ? given.MinCapacity : existing?.minCapacity;
  const maxCapacity = given ? given.MaxCapacity : existing?.maxCapacity;
  if (minCapacity === undefined && maxCapacity === undefined) {
    throw new AwsError('ValidationException', 'ScalableTargetAction must have MinCapacity, MaxCapacity or both');
  }
  if ((minCapacity ?? 0) > (maxCapacity ?? Number.POSITIVE_INFINITY)) {
    throw new AwsError('ValidationException', 'Maximum capacity cannot be less than minimum capacity');
  }
  const startTime = input.StartTime?.getTime();
  const endTime = input.EndTime?.getTime();
  if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
    throw new AwsError('ValidationException', 'The start time must not be later than the end time');
  }
  // Refuses a schedule that is not understood before anything is changed.
  nextRun(schedule, timezone ?? 'UTC', call.now, call.now);
  if (existing?.timer !== undefined) world.timers.cancel(existing.timer);
  const action: ScheduledActionState = {
    arn:
      existing?.arn ??
      `arn:aws:autoscaling:${scope.region}:${scope.accountId}:scheduledAction:${world.uuid()}:resource/${target.namespace}/${target.resourceId}:scheduledActionName/${name}`,
    name,
    createdAt: existing?.createdAt ?? call.now,
    schedule,
    ...(timezone === undefined ? {} : { timezone }),
    ...(startTime === undefined ? {} : { startTime }),
    ...(endTime === undefined ? {} : { endTime }),
    ...(minCapacity === undefined ? {} : { minCapacity }),
    ...(maxCapacity === undefined ? {} : { maxCapacity }),
  };
  target.actions[name] = action;
  scheduleNext(world, scope, targetKey(input), action);
  return {};
}

/** DeleteScheduledAction. */
export function deleteScheduledAction(input: DeleteScheduledActionRequest, call: Call): object {
  const target = targetsOf(autoScalingState(call.world, call.scope), input)[0];
  const action = target && own(target.actions, input.ScheduledActionName ?? '');
  if (!target || !action) throw notFound('scheduled action', input);
  if (action.timer !== undefined) call.world.timers.cancel(action.timer);
  delete target.actions[action.name];
  return {};
}

/** DescribeScheduledActions, of a namespace, by names, resource and dimension. */
export function describeScheduledActions(
  input: DescribeScheduledActionsRequest,
  call: Call,
): DescribeScheduledActionsResponse {
  const found = targetsOf(autoScalingState(call.world, call.scope), input)
    .flatMap((target) => Object.values(target.actions).map((action) => ({ target, action })))
    .filter(({ action }) => !input.ScheduledActionNames?.length || input.ScheduledActionNames.includes(action.name));
  const { items, NextToken } = page(found, input.NextToken, input.MaxResults);
  return {
    ScheduledActions: items.map(({ target, action }) => describe(target, action)),
    ...(NextToken ? { NextToken } : {}),
  };
}

/** Timer: a scheduled action is due. It sets the bounds, and they stay. */
export function scheduledActionDue(
  payload: { readonly target: string; readonly name: string },
  scope: Scope,
  world: World,
): void {
  const target = autoScalingState(world, scope).targets[payload.target];
  const action = target?.actions[payload.name];
  if (!target || !action) return;
  delete action.timer;
  scheduleNext(world, scope, payload.target, action);
  if (target.suspended.scheduled) return;
  const min = action.minCapacity ?? target.minCapacity;
  const max = action.maxCapacity ?? target.maxCapacity;
  const cause = `scheduled action name ${action.name} was triggered`;
  const words = [
    ...(action.minCapacity === undefined ? [] : [`min capacity to ${min}`]),
    ...(action.maxCapacity === undefined ? [] : [`max capacity to ${max}`]),
  ].join(' and ');
  const failed = max < min;
  note(world, scope, target, {
    description: `Setting ${words}`,
    cause,
    status: failed ? 'Failed' : 'Successful',
    message: failed
      ? `Failed to set ${words}: maximum capacity cannot be less than minimum capacity`
      : `Successfully set ${words}`,
  });
  if (failed) return;
  target.minCapacity = min;
  target.maxCapacity = max;
  clampCapacity(world, scope, target, cause);
}

function scheduleNext(world: World, scope: Scope, target: string, action: ScheduledActionState): void {
  const now = world.clock.now();
  const zone = action.timezone ?? 'UTC';
  const after = Math.max(now, (action.startTime ?? 0) - 1);
  const next = nextRun(action.schedule, zone, action.startTime ?? action.createdAt, after);
  if (next === undefined || next > (action.endTime ?? Number.POSITIVE_INFINITY)) return;
  action.timer = world.timers.set(scope, 'autoscaling/scheduled', next - now, { target, name: action.name });
}

/** A scheduled action as the API shows it. */
function describe(target: ScalableTargetState, action: ScheduledActionState): ScheduledAction {
  return {
    ScheduledActionName: action.name,
    ScheduledActionARN: action.arn,
    ServiceNamespace: target.namespace as ScheduledAction['ServiceNamespace'],
    Schedule: action.schedule,
    ...(action.timezone === undefined ? {} : { Timezone: action.timezone }),
    ResourceId: target.resourceId,
    ScalableDimension: target.dimension as NonNullable<ScheduledAction['ScalableDimension']>,
    ...(action.startTime === undefined ? {} : { StartTime: new Date(action.startTime) }),
    ...(action.endTime === undefined ? {} : { EndTime: new Date(action.endTime) }),
    ScalableTargetAction: {
      ...(action.minCapacity === undefined ? {} : { MinCapacity: action.minCapacity }),
      ...(action.maxCapacity === undefined ? {} : { MaxCapacity: action.maxCapacity }),
    },
    CreationTime: new Date(action.createdAt),
  };
}
