import type { ServiceSpec } from '../../../api/service.ts';
import type { Claim, Desired } from '../../../core/driver.ts';
import { claimOn, type Holding, routeOfListener } from '../../../elbv2/routes.ts';
import type { ServiceLive } from '../live.ts';
import { type Pair, pairOf } from '../pair.ts';
import { primarySet } from './live.ts';
import { isMoving } from './strays.ts';

/**
 * The traffic of the listeners: a deployment has it in flight, and at rest all of it is on the PRIMARY task set's target
 * group. The test listener stays wherever the last deployment left it.
 */
export function claimsOf(desired: Desired<ServiceSpec>, live: ServiceLive | undefined): readonly Claim[] {
  const { productionListener, testListener } = desired.spec.deployment?.codeDeploy ?? {};
  const pair = pairOf(desired);
  const targetGroup = desired.spec.loadBalancers?.[0]?.targetGroup;
  if (productionListener === undefined || targetGroup === undefined) return [];
  const serves = live === undefined ? 'primary' : servesNow(live, pair);
  const reason =
    serves === 'moving'
      ? 'a deployment by CodeDeploy moves the traffic'
      : `deployments by CodeDeploy move the traffic; it is on the ${serves} target group now`;
  const holding: Holding = { targetGroup, serves, by: desired.id, reason, alone: true };
  const production = claimOn(routeOfListener(productionListener, desired.needs), holding);
  const test = testListener && claimOn(routeOfListener(testListener, desired.needs), { ...holding, serves: 'moving' });
  return [production, test].filter((claim) => claim !== undefined);
}

function servesNow(live: ServiceLive, pair: Pair | undefined): Holding['serves'] {
  const serving = primarySet(live.service)?.loadBalancers?.[0]?.targetGroupArn;
  if (isMoving(live) || pair === undefined) return 'moving';
  if (serving === pair.alternate) return 'alternate';
  return serving === pair.primary ? 'primary' : 'moving';
}
