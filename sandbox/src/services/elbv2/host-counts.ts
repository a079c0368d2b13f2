import type { Scope, World } from '../../kernel/world.ts';
import { arnPath } from './names.ts';
import { elbState, type ElbState, type TargetGroupState } from './state.ts';

const everyMs = 60_000;

/** Begins to report host counts every minute, unless it goes on already. */
export function startHostCounts(world: World, scope: Scope): void {
  const state = elbState(world, scope);
  state.hostCountTimer ??= world.timers.set(scope, 'elbv2/reportHosts', everyMs, {});
}

/**
 * Timer: HealthyHostCount and UnHealthyHostCount of each target group with targets that a load balancer uses. Ends when
 * there is none, and begins again with the next registration.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function reportHosts(_payload: object, scope: Scope, world: World): void {
  const state = elbState(world, scope);
  delete state.hostCountTimer;
  const groups = Object.values(state.targetGroups).filter((group) => Object.keys(group.targets).length > 0);
  const inUse = groups.filter((group) => Object.keys(group.usedBy).length > 0);
  for (const group of inUse) reportGroup(world, scope, state, group);
  if (inUse.length > 0) startHostCounts(world, scope);
}

function reportGroup(world: World, scope: Scope, state: ElbState, group: TargetGroupState): void {
  const states = Object.values(group.targets).map((target) => target.health.state);
  for (const arn of new Set(Object.values(group.usedBy))) {
    const balancer = state.loadBalancers[arn];
    if (!balancer) continue;
    const namespace = balancer.type === 'application' ? 'AWS/ApplicationELB' : 'AWS/NetworkELB';
    const dimensions = { TargetGroup: targetGroupDimension(group.arn), LoadBalancer: arnPath(arn) };
    const count = (wanted: string): number => states.filter((found) => found === wanted).length;
    world.ports.metrics.put(scope, namespace, 'HealthyHostCount', dimensions, count('healthy'), 'Count');
    world.ports.metrics.put(scope, namespace, 'UnHealthyHostCount', dimensions, count('unhealthy'), 'Count');
  }
}

/** The `TargetGroup` dimension of metrics: the end of its ARN, from `targetgroup/` on. */
export function targetGroupDimension(arn: string): string {
  return arn.slice(arn.indexOf('targetgroup/'));
}
