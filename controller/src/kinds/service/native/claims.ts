import type { ServiceSpec } from '../../../api/service.ts';
import type { Claim, Desired } from '../../../core/driver.ts';
import { claimOn } from '../../../elbv2/routes.ts';
import type { Side } from '../../../elbv2/pairs.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { targetGroupArnsOf } from '../names.ts';
import { targetGroupsOf } from './live.ts';
import { rolloutOf } from './rollout.ts';
import { routesOf } from './shifting.ts';

/** How long after a deployment the weights are left to it, in milliseconds: what ECS asked for last may still arrive. */
const SETTLING_MS = 60_000;

/** Who gets the traffic of the rules of a service whose traffic ECS shifts. Before there is a service, the first of the pair. */
export function nativeClaims(desired: Desired<ServiceSpec>, live: ServiceLive | undefined): readonly Claim[] {
  const [entry] = desired.spec.loadBalancers ?? [];
  const targetGroup = entry?.targetGroup;
  if (targetGroup === undefined) return [];
  const serves = live === undefined ? 'primary' : servingSide(desired, live, targetGroup);
  const reason =
    serves === 'moving'
      ? 'a deployment of the service moves the traffic'
      : `the deployments of the service move the traffic; it is on the ${serves} target group now`;
  const holding = { targetGroup, serves, by: desired.id, reason };
  return Object.values(routesOf(desired)).flatMap((route) => claimOn(route, holding) ?? []);
}

/** The side whose tasks serve, or `moving` while that is a deployment's business. */
function servingSide(desired: Desired<ServiceSpec>, live: ServiceLive, targetGroup: string): Side | 'moving' {
  if (isMoving(live)) return 'moving';
  const [primary, alternate] = targetGroupArnsOf(desired, targetGroup);
  const serving = targetGroupsOf(live.revision)[0] ?? live.service.loadBalancers?.[0]?.targetGroupArn;
  if (serving === undefined || (serving !== primary && serving !== alternate)) return 'moving';
  return serving === alternate ? 'alternate' : 'primary';
}

function isMoving(live: ServiceLive): boolean {
  const phase = rolloutOf(live)?.phase;
  if (phase === 'InProgress' || phase === 'AwaitingPromotion' || phase === 'RollingBack') return true;
  const ended = live.deployment?.finishedAt ?? live.deployment?.stoppedAt ?? primaryDeployment(live.service)?.updatedAt;
  const { at } = live.native ?? {};
  return at !== undefined && ended !== undefined && at.getTime() - ended.getTime() < SETTLING_MS;
}
