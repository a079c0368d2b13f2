import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { Ref } from '../../core/manifest.ts';
import { refsOfAction } from '../../elbv2/targets.ts';
import type { OfflineKind } from '../kind.ts';
import { iam } from './iam.ts';
import { lint } from './lint.ts';

/** A load balancer. Services on the target groups that it forwards to wait for it. */
export const loadBalancerOffline: OfflineKind<LoadBalancerSpec> = {
  name: 'LoadBalancer',
  removalRank: 40,
  edges: (spec) => {
    const targetGroups = targetGroupRefs(spec);
    return { needs: targetGroups, serves: targetGroups };
  },
  lint,
  iam,
};

function targetGroupRefs(spec: LoadBalancerSpec): readonly Ref[] {
  const actions = (spec.listeners ?? []).flatMap((listener) => [
    listener.default,
    ...(listener.rules ?? []).map((rule) => rule.then),
  ]);
  return [...new Set(actions.flatMap(refsOfAction))];
}
