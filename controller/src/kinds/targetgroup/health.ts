import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Desired, Health } from '../../core/driver.ts';
import type { LiveGroup, LiveTargetGroup } from './live.ts';

/**
 * Health from that of the targets (TargetHealth). Targets that drain do not count: they are on their way out. A group
 * without targets is healthy: whether there should be some is the Service's business.
 */
export function health(_desired: Desired<TargetGroupSpec>, live: LiveTargetGroup): Health {
  const primary = healthOfGroup(live);
  if (live.alternate === undefined) return primary;
  // The side that serves speaks for the pair: how the other one comes up or goes is told by the Service's rollout.
  const sides = [primary, healthOfGroup(live.alternate)];
  const registered = sides.filter(({ reason }) => reason !== NO_TARGETS);
  return registered.find(({ status }) => status === 'Healthy') ?? registered[0] ?? primary;
}

const NO_TARGETS = 'NoTargets';

function healthOfGroup(live: LiveGroup): Health {
  const targets = live.targets.filter((target) => !stateOf(target).includes('draining'));
  if (targets.length === 0) return { status: 'Healthy', reason: NO_TARGETS, message: 'no targets are registered' };
  const of = `of ${targets.length} targets`;
  const unhealthy = targets.filter((target) => stateOf(target) === 'unhealthy');
  if (unhealthy.length > 0) {
    return {
      status: 'Degraded',
      reason: 'UnhealthyTargets',
      message: `${unhealthy.length} ${of} unhealthy: ${whyOf(unhealthy)}`,
    };
  }
  const initial = targets.filter((target) => stateOf(target) === 'initial');
  if (initial.length > 0) {
    return {
      status: 'Progressing',
      reason: 'InitialHealthChecks',
      message: `${initial.length} ${of} wait for their first health checks`,
    };
  }
  const unused = targets.filter((target) => stateOf(target) === 'unused');
  if (unused.length > 0) {
    return {
      status: 'Progressing',
      reason: 'UnusedTargets',
      message: `${unused.length} ${of} get no requests: ${whyOf(unused)}`,
    };
  }
  const unavailable = targets.filter((target) => stateOf(target) === 'unavailable');
  if (unavailable.length > 0) {
    return {
      status: 'Unknown',
      reason: 'HealthUnavailable',
      message: `${unavailable.length} ${of} have no health: ${whyOf(unavailable)}`,
    };
  }
  return { status: 'Healthy', reason: 'TargetsHealthy', message: `${targets.length} ${of} healthy` };
}

function stateOf(target: TargetHealthDescription): string {
  return target.TargetHealth?.State ?? 'unavailable';
}

/** The first target's reason, in AWS's words. */
function whyOf(targets: readonly TargetHealthDescription[]): string {
  const { Target, TargetHealth } = targets[0] ?? {};
  const words = TargetHealth?.Description ?? TargetHealth?.Reason ?? 'AWS gives no reason';
  return `${Target?.Id}:${Target?.Port} ${words}`;
}
