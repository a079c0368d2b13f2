import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { targetGroupsOf } from './actions.ts';
import { elbState, type TargetGroupState } from './state.ts';
import { refreshUsage } from './targets.ts';

/** Quota: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const targetGroupsPerLoadBalancer = 100;

/**
 * Notes which target groups the actions of a listener or rule name now, and no longer name. A target group that comes
 * into use begins with health checks, one that goes out of use ends them.
 *
 * @throws AwsError TooManyUniqueTargetGroupsPerLoadBalancer
 */
export function useTargetGroups(
  world: World,
  scope: Scope,
  user: string,
  loadBalancerArn: string,
  actions: readonly Action[],
): void {
  const groups = elbState(world, scope).targetGroups;
  const wanted = new Set(targetGroupsOf(actions));
  const others = Object.values(groups).filter((group) => usedByOthers(group, user, loadBalancerArn));
  const unique = new Set([...others.map((group) => group.arn), ...wanted]);
  if (unique.size > targetGroupsPerLoadBalancer) {
    throw new AwsError(
      'TooManyUniqueTargetGroupsPerLoadBalancer',
      `The maximum number of unique target groups for a load balancer (${targetGroupsPerLoadBalancer}) has been reached`,
    );
  }
  for (const group of Object.values(groups)) {
    if (wanted.has(group.arn)) group.usedBy[user] = loadBalancerArn;
    else if (group.usedBy[user] !== undefined) delete group.usedBy[user];
    else continue;
    refreshUsage(world, scope, group);
  }
}

function usedByOthers(group: TargetGroupState, user: string, loadBalancerArn: string): boolean {
  return Object.entries(group.usedBy).some(([other, balancer]) => other !== user && balancer === loadBalancerArn);
}
