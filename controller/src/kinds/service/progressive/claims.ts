import type { ServiceSpec } from '../../../api/service.ts';
import type { Claim, Desired } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { claimOn, type Holding, routeOf } from '../../../elbv2/routes.ts';
import type { ServiceLive } from '../live.ts';
import { rolesIn } from './look.ts';
import { pairOf } from '../pair.ts';

/** The weights of the rules: in flight the rollout has them, at rest all traffic is on the set that serves. */
export function claimsOf(desired: Desired<ServiceSpec>, live: ServiceLive | undefined, place: Place): readonly Claim[] {
  const { productionRule, testRule } = desired.spec.deployment?.progressive ?? {};
  const pair = pairOf(desired);
  if (live === undefined || pair === undefined) return [];
  const { stable, next } = rolesIn(live, undefined, place);
  const moves = next !== undefined || stable?.targetGroup === undefined;
  const serves: Holding['serves'] = moves ? 'moving' : stable.targetGroup === pair.alternate ? 'alternate' : 'primary';
  const reason = moves ? 'a progressive rollout has its weights' : 'its traffic goes to the task set that serves';
  return [productionRule, testRule].flatMap((rule) => {
    if (rule === undefined) return [];
    return claimOn(routeOf(rule, desired.needs), { targetGroup: pair.name, serves, by: desired.id, reason }) ?? [];
  });
}
