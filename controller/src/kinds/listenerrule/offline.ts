import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import { refsOfAction } from '../../elbv2/targets.ts';
import type { OfflineKind } from '../kind.ts';
import { iam } from './iam.ts';
import { lint } from './lint.ts';
import { loadBalancerRef } from './live.ts';

/** A rule on a listener. Services on the target groups that it forwards to wait for it. */
export const listenerRuleOffline: OfflineKind<ListenerRuleSpec> = {
  name: 'ListenerRule',
  removalRank: 30,
  edges: (spec) => {
    const balancer = loadBalancerRef(spec);
    const targetGroups = refsOfAction(spec.then);
    return { needs: [...(balancer === undefined ? [] : [balancer]), ...targetGroups], serves: targetGroups };
  },
  lint,
  iam,
};
