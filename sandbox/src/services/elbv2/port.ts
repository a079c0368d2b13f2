import type { LoadBalancing } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { elbState, targetKey } from './state.ts';
import { loadBalancersOf } from './target-groups.ts';
import { addTarget, drainTarget } from './targets.ts';

/** What ECS asks of the load balancers. Target groups that do not exist are passed over. */
export function loadBalancingPort(world: World): LoadBalancing {
  return {
    targetGroup(scope, targetGroupArn) {
      const group = elbState(world, scope).targetGroups[targetGroupArn];
      return group && { targetType: group.targetType, loadBalancerArns: loadBalancersOf(group) };
    },
    register(scope, targetGroupArn, target) {
      const group = elbState(world, scope).targetGroups[targetGroupArn];
      if (group) addTarget(world, scope, group, target);
    },
    deregister(scope, targetGroupArn, target) {
      const group = elbState(world, scope).targetGroups[targetGroupArn];
      if (group) drainTarget(world, scope, group, target.id, target.port);
    },
    health(scope, targetGroupArn, target) {
      return elbState(world, scope).targetGroups[targetGroupArn]?.targets[targetKey(target.id, target.port)]?.health;
    },
    vpcs(scope) {
      return Object.values(elbState(world, scope).targetGroups).flatMap(({ vpcId }) => vpcId ?? []);
    },
    zoneOf(scope, subnetId) {
      return elbState(world, scope).subnetZones[subnetId];
    },
  };
}
