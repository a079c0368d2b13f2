import type { Scope, World } from '../../kernel/world.ts';
import { type ActivityState, autoScalingState, type ScalableTargetState } from './state.ts';

/** At most this many activities are kept at one account and region. AWS keeps six weeks. */
const mostActivities = 1000;

/** The capacity of a scalable target now; undefined when its resource is gone. */
export function capacityOf(world: World, scope: Scope, target: ScalableTargetState): number | undefined {
  return world.ports.scalableServices.desiredCount(scope, target.resourceId);
}

/** Sets the capacity and notes the activity, in the words of Application Auto Scaling. */
export function setCapacity(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  count: number,
  cause: string,
): void {
  const before = capacityOf(world, scope, target) ?? count;
  world.ports.scalableServices.setDesiredCount(scope, target.resourceId, count);
  if (count > before && count === target.maxCapacity) emitScaledToMax(world, scope, target, before);
  note(world, scope, target, {
    description: `Setting desired count to ${count}.`,
    cause,
    status: 'Successful',
    message: `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
  });
}

/**
 * Brings the capacity into the bounds of its target.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export function clampCapacity(world: World, scope: Scope, target: ScalableTargetState, cause?: string): void {
  const current = capacityOf(world, scope, target);
  if (current === undefined) return;
  const wanted = Math.min(target.maxCapacity, Math.max(target.minCapacity, current));
  if (wanted === current) return;
  const bound = wanted > current ? `minimum capacity was set to ${wanted}` : `maximum capacity was set to ${wanted}`;
  setCapacity(world, scope, target, wanted, cause ?? bound);
}

/** Notes an activity of a scalable target. */
export function note(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  activity: Pick<ActivityState, 'description' | 'cause' | 'status' | 'message' | 'notScaled'>,
): void {
  const state = autoScalingState(world, scope);
  const { namespace, resourceId, dimension } = target;
  state.activities.push({ id: world.uuid(), namespace, resourceId, dimension, at: world.clock.now(), ...activity });
  if (state.activities.length > mostActivities) state.activities = state.activities.slice(-mostActivities / 2);
}

/** Notes that a policy had nothing to do, unless the target's last note says the same. */
export function noteNotScaled(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  cause: string,
  notScaled: NonNullable<ActivityState['notScaled']>,
): void {
  const last = autoScalingState(world, scope).activities.findLast(
    (activity) => activity.resourceId === target.resourceId && activity.dimension === target.dimension,
  );
  if (last?.notScaled?.code === notScaled.code && last.notScaled.current === notScaled.current) return;
  note(world, scope, target, {
    description: 'Attempting to scale due to alarm triggered',
    cause,
    status: 'Failed',
    message: 'Failed to set desired count: the capacity is already at its bound.',
    notScaled,
  });
}

/**
 * Tells EventBridge that a target was scaled out to its bound, the one activity that it is told of.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/monitoring-eventbridge.html
 */
function emitScaledToMax(world: World, scope: Scope, target: ScalableTargetState, before: number): void {
  const { namespace, resourceId, dimension, minCapacity, maxCapacity } = target;
  world.ports.events.emit(scope, () => {
    const time = `${new Date(world.clock.now()).toISOString().slice(0, 19)}Z`;
    return {
      source: 'aws.application-autoscaling',
      detailType: 'Application Auto Scaling Scaling Activity State Change',
      resources: [],
      detail: {
        startTime: time,
        endTime: time,
        newDesiredCapacity: maxCapacity,
        oldDesiredCapacity: before,
        minCapacity,
        maxCapacity,
        resourceId,
        scalableDimension: dimension,
        serviceNamespace: namespace,
        statusCode: 'Successful',
        scaledToMax: true,
        direction: 'scale-out',
      },
    };
  });
}
