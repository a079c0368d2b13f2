import * as fc from 'fast-check';
import type { ForwardTarget, ListenerRuleSpec } from '../../../src/api/listenerrule.ts';
import { ruleActions } from './actions.ts';
import { some, tags } from './common.ts';
import { conditions, transforms } from './rules.ts';

/** Valid rules on a listener of the load balancer `public`: 80 speaks HTTP, 443 HTTPS. */
export function listenerRules(targets: readonly ForwardTarget[]): fc.Arbitrary<ListenerRuleSpec> {
  const actions = fc.oneof(
    ruleActions(targets, false).map((action) => ({ port: 80, action })),
    ruleActions(targets, true).map((action) => ({ port: 443, action })),
  );
  return fc
    .tuple(
      actions,
      conditions,
      some<ListenerRuleSpec>({
        priority: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 50_000 })),
        transforms,
        tags,
      }),
    )
    .map(([{ port, action }, when, rest]) => ({
      listener: { loadBalancer: 'public', port },
      when,
      then: action,
      ...rest,
    }));
}
