import type { Target } from '../../kernel/ports.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { targetGroupRules } from './attribute-rules.ts';
import { attributeValue } from './attributes.ts';
import { type CheckOutcome, countCheck, healthStates } from './health.ts';
import { startHostCounts } from './host-counts.ts';
import { knownOutcome, probe } from './probe.ts';
import { probesOf } from './probes.ts';
import { elbState, type TargetGroupState, targetKey, type TargetState } from './state.ts';
import { provisioningMs, registrationMs } from './timing.ts';

/** A target of a target group, as timers name it. */
interface TargetTimer {
  readonly group: string;
  readonly target: string;
}

/** The outcome of a health check, as its timer carries it. */
interface CheckTimer extends TargetTimer {
  readonly check: string;
  readonly outcome: CheckOutcome;
}

/** Registers a target; one that is draining comes back, one that is registered stays as it is. */
export function addTarget(world: World, scope: Scope, group: TargetGroupState, target: Target): void {
  const key = targetKey(target.id, target.port);
  const existing = group.targets[key];
  if (existing && existing.health.state !== 'draining') return;
  if (existing) stopTimer(world, existing);
  const added: TargetState = { ...target, health: healthStates.notInUse, passed: 0, failed: 0 };
  group.targets[key] = added;
  if (isInUse(group)) beginRegistration(world, scope, group, added);
}

/**
 * Deregisters a target: it drains for the deregistration delay, then it is gone. A target that no load balancer uses
 * has nothing to drain.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export function drainTarget(world: World, scope: Scope, group: TargetGroupState, id: string, port: number): void {
  const key = targetKey(id, port);
  const target = group.targets[key];
  if (!target || target.health.state === 'draining') return;
  stopTimer(world, target);
  const delay = Number(
    attributeValue(targetGroupRules(group), group.attributes, 'deregistration_delay.timeout_seconds'),
  );
  if (!isInUse(group) || delay === 0) {
    delete group.targets[key];
    return;
  }
  target.health = healthStates.draining;
  target.timer = world.timers.set(scope, 'elbv2/drained', delay * 1000, { group: group.arn, target: key });
}

/** Begins or ends health checks when a target group came into use or went out of it. */
export function refreshUsage(world: World, scope: Scope, group: TargetGroupState): void {
  for (const [key, target] of Object.entries(group.targets)) {
    if (isInUse(group)) {
      if (target.health.state === 'unused') beginRegistration(world, scope, group, target);
    } else if (target.health.state !== 'unused') {
      stopTimer(world, target);
      if (target.health.state === 'draining') delete group.targets[key];
      else target.health = healthStates.notInUse;
    }
  }
}

/** Goes on with checks by changed settings: counting begins anew. */
export function restartHealthChecks(world: World, scope: Scope, group: TargetGroupState): void {
  for (const target of Object.values(group.targets)) {
    if (target.health.state !== 'healthy' && target.health.state !== 'unhealthy') continue;
    stopTimer(world, target);
    target.passed = 0;
    target.failed = 0;
    delete target.check;
    scheduleCheck(world, scope, group, target);
  }
}

/** Cancels what a target waits for. */
export function stopTimer(world: World, target: TargetState): void {
  if (target.timer !== undefined) world.timers.cancel(target.timer);
  delete target.timer;
}

/** Timer: a target is registered; its first health check follows at once, once the load balancer is there. */
export function registered(payload: TargetTimer, scope: Scope, world: World): void {
  const { group, target } = find(world, scope, payload);
  if (!group || !target || target.health.state !== 'initial') return;
  const balancers = Object.values(group.usedBy).map((arn) => elbState(world, scope).loadBalancers[arn]);
  if (!balancers.some((balancer) => balancer?.state === 'active')) {
    const ready = Math.min(...balancers.map((balancer) => (balancer?.createdAt ?? 0) + provisioningMs));
    const afterMs = Math.max(1, ready - world.clock.now());
    target.timer = world.timers.set(scope, 'elbv2/registered', afterMs, payload);
    return;
  }
  if (!group.healthCheck.enabled) {
    target.health = healthStates.checksDisabled;
    return;
  }
  target.health = healthStates.checking;
  checkHealth(payload, scope, world);
}

/**
 * Timer: one health check begins; the next one is an interval after it, however long the answer takes. A real target
 * answers when it does: its outcome comes as a timer of its own, so that nothing waits for it. Until then no further
 * check begins.
 */
export function checkHealth(payload: TargetTimer, scope: Scope, world: World): void {
  const { group, target } = find(world, scope, payload);
  if (!group || !target) return;
  scheduleCheck(world, scope, group, target);
  const probes = probesOf(world);
  if (target.check !== undefined && probes.isPending(target.check)) return;
  const known = knownOutcome(world, scope, group, target);
  if (known) {
    countCheck(target, group.healthCheck, known, world.clock.now());
    return;
  }
  target.check = probes.begin(probe(world, scope, group, target), (check, outcome) => {
    world.timers.set(scope, 'elbv2/checked', 0, { ...payload, check, outcome });
  });
}

/** Timer: a health check has its outcome. It counts unless the target began to drain, or is another one, meanwhile. */
export function checked(payload: CheckTimer, scope: Scope, world: World): void {
  const { group, target } = find(world, scope, payload);
  if (!group || !target || target.check !== payload.check) return;
  delete target.check;
  if (target.health.state === 'draining' || target.health.state === 'unused') return;
  countCheck(target, group.healthCheck, payload.outcome, world.clock.now());
}

/** Timer: the deregistration delay is over. */
export function drained(payload: TargetTimer, scope: Scope, world: World): void {
  const { group, target } = find(world, scope, payload);
  if (group && target?.health.state === 'draining') delete group.targets[payload.target];
}

/** True while a listener or rule routes to the target group. */
function isInUse(group: TargetGroupState): boolean {
  return Object.keys(group.usedBy).length > 0;
}

function beginRegistration(world: World, scope: Scope, group: TargetGroupState, target: TargetState): void {
  target.health = healthStates.registering;
  target.passed = 0;
  target.failed = 0;
  target.timer = world.timers.set(scope, 'elbv2/registered', registrationMs, timerOf(group, target));
  startHostCounts(world, scope);
}

function scheduleCheck(world: World, scope: Scope, group: TargetGroupState, target: TargetState): void {
  const afterMs = group.healthCheck.intervalSeconds * 1000;
  target.timer = world.timers.set(scope, 'elbv2/checkHealth', afterMs, timerOf(group, target));
}

function timerOf(group: TargetGroupState, target: TargetState): TargetTimer {
  return { group: group.arn, target: targetKey(target.id, target.port) };
}

function find(world: World, scope: Scope, timer: TargetTimer): { group?: TargetGroupState; target?: TargetState } {
  const group = elbState(world, scope).targetGroups[timer.group];
  const target = group?.targets[timer.target];
  return { ...(group ? { group } : {}), ...(target ? { target } : {}) };
}
