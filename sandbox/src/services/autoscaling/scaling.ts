import type { StepScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import type { Scope, World } from '../../kernel/world.ts';
import { capacityOf, noteNotScaled, setCapacity } from './capacity.ts';
import { autoScalingState, type PolicyState, type ScalableTargetState } from './state.ts';

/** Cooldown of ECS services, in seconds, when a policy names none. */
const defaultCooldown = 300;

/** What an alarm tells the policy that is its action. */
export interface AlarmCall {
  /** ARN of the policy. */
  readonly action: string;
  readonly alarm: string;
  readonly threshold: number;
  /** The newest value of the metric, when the alarm knows it. */
  readonly value?: number;
}

/** Timer: an alarm invokes a scaling policy. */
export function alarmCalled(call: AlarmCall, scope: Scope, world: World): void {
  const targets = Object.values(autoScalingState(world, scope).targets);
  const target = targets.find((one) => Object.values(one.policies).some((policy) => policy.arn === call.action));
  const policy = Object.values(target?.policies ?? {}).find((one) => one.arn === call.action);
  if (!target || !policy || call.value === undefined) return;
  const current = capacityOf(world, scope, target);
  if (current === undefined) return;
  const cause = `monitor alarm ${call.alarm} in state ALARM triggered policy ${policy.name}`;
  if (policy.type === 'TargetTrackingScaling')
    track(world, scope, target, policy, { ...call, value: call.value }, current, cause);
  else if (policy.step) step(world, scope, target, policy, policy.step, call.value - call.threshold, current, cause);
}

function track(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  policy: PolicyState,
  call: AlarmCall & { readonly value: number },
  current: number,
  cause: string,
): void {
  const now = world.clock.now();
  if (call.alarm === policy.alarms.high) {
    const base = baseOf(policy, current, now);
    const wanted = Math.ceil((base * call.value) / (policy.tracking?.TargetValue ?? 1));
    scaleOut(world, scope, target, policy, wanted, base, current, policy.tracking?.ScaleOutCooldown, cause);
  } else if (call.alarm === policy.alarms.low) {
    policy.low = { at: now, value: call.value };
    const wanted = scaleInTo(world, scope, target, current, now);
    if (wanted !== undefined)
      scaleIn(world, scope, target, policy, wanted, current, policy.tracking?.ScaleInCooldown, cause);
  }
}

/**
 * The capacity to scale in to: only when every target tracking policy with scale-in is ready to, and then the largest of
 * what they want.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
function scaleInTo(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  current: number,
  now: number,
): number | undefined {
  const wanted: number[] = [];
  for (const policy of Object.values(target.policies)) {
    if (policy.type !== 'TargetTrackingScaling' || policy.alarms.low === undefined) continue;
    if (world.ports.metrics.alarmState(scope, policy.alarms.low) !== 'ALARM') return undefined;
    if (policy.low?.at !== now) return undefined;
    wanted.push(Math.ceil((current * policy.low.value) / (policy.tracking?.TargetValue ?? 1)));
  }
  return Math.max(...wanted);
}

function step(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  policy: PolicyState,
  config: StepScalingPolicyConfiguration,
  breach: number,
  current: number,
  cause: string,
): void {
  const base = baseOf(policy, current, world.clock.now());
  const wanted = stepTo(config, breach, base);
  if (wanted === undefined) return;
  if (wanted > base) scaleOut(world, scope, target, policy, wanted, base, current, config.Cooldown, cause);
  else if (wanted < current) scaleIn(world, scope, target, policy, wanted, current, config.Cooldown, cause);
}

/**
 * The capacity that a step policy wants when the metric is `breach` above (negative: below) the alarm's threshold;
 * undefined when no step fits.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
function stepTo(config: StepScalingPolicyConfiguration, breach: number, capacity: number): number | undefined {
  const fitting = (config.StepAdjustments ?? []).find((one) => {
    const from = one.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY;
    const to = one.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY;
    // Above the threshold the lower bound is inclusive, below it the upper one is.
    return breach >= 0 ? breach >= from && breach < to : breach > from && breach <= to;
  });
  const adjustment = fitting?.ScalingAdjustment;
  if (adjustment === undefined) return undefined;
  if (config.AdjustmentType === 'ExactCapacity') return adjustment;
  if (config.AdjustmentType === 'ChangeInCapacity') return Math.max(0, capacity + adjustment);
  const share = (capacity * adjustment) / 100;
  // Towards zero, but at least one; MinAdjustmentMagnitude raises it.
  const size = Math.max(Math.floor(Math.abs(share)), share === 0 ? 0 : 1, config.MinAdjustmentMagnitude ?? 0);
  return Math.max(0, capacity + Math.sign(adjustment) * size);
}

/** During a scale-out cooldown, what was added counts as part of the next scale-out: that starts from the capacity before. */
function baseOf(policy: PolicyState, current: number, now: number): number {
  return policy.out && policy.out.until > now ? Math.min(policy.out.base, current) : current;
}

function scaleOut(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  policy: PolicyState,
  wanted: number,
  base: number,
  current: number,
  cooldown: number | undefined,
  cause: string,
): void {
  if (target.suspended.out) return;
  const count = Math.min(target.maxCapacity, wanted);
  if (count <= current) {
    if (wanted > current) {
      noteNotScaled(world, scope, target, cause, { code: 'AlreadyAtMaxCapacity', current, max: target.maxCapacity });
    }
    return;
  }
  setCapacity(world, scope, target, count, cause);
  policy.out = { until: world.clock.now() + (cooldown ?? defaultCooldown) * 1000, base };
  // A scale-out ends every scale-in cooldown.
  for (const other of Object.values(target.policies)) delete other.inUntil;
}

function scaleIn(
  world: World,
  scope: Scope,
  target: ScalableTargetState,
  policy: PolicyState,
  wanted: number,
  current: number,
  cooldown: number | undefined,
  cause: string,
): void {
  const now = world.clock.now();
  if (target.suspended.in || (policy.inUntil ?? 0) > now) return;
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
  if (world.ports.scalableServices.deploymentInProgress(scope, target.resourceId)) return;
  const count = Math.max(target.minCapacity, wanted);
  if (count >= current) {
    if (wanted < current) {
      noteNotScaled(world, scope, target, cause, { code: 'AlreadyAtMinCapacity', current, min: target.minCapacity });
    }
    return;
  }
  setCapacity(world, scope, target, count, cause);
  policy.inUntil = now + (cooldown ?? defaultCooldown) * 1000;
}
