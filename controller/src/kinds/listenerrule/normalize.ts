import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { diffTrees } from '../../core/diff.ts';
import { asJson } from '../../core/json.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import { liveAction, wantedActionAt } from '../../elbv2/actions.ts';
import { loadBalancerOfListener } from '../../elbv2/arns.ts';
import { heldByOther } from '../../elbv2/associations.ts';
import { liveConditions, liveTransforms, wantedConditions, wantedTransforms } from '../../elbv2/conditions.ts';
import type { RuleTree } from '../../elbv2/rules.ts';
import { targetGroupKeys } from '../../elbv2/targets.ts';
import { LISTENER_RULE, type LiveListenerRule, loadBalancerRef, wantedListener } from './live.ts';

/** A rule with its place, in comparable form. */
export interface ListenerRuleTree extends RuleTree {
  readonly listener: string;
  readonly priority: number | string;
}

/** Both sides in comparable form. A rule with priority `auto` wants the priority that it has. */
export function trees(
  desired: Desired<ListenerRuleSpec>,
  live: LiveListenerRule,
): { readonly wanted: ListenerRuleTree; readonly live: ListenerRuleTree } {
  const { spec } = desired;
  const priority = spec.priority ?? 'auto';
  const tags = wantedTags(spec.tags, desired.ownership);
  const keys = targetGroupKeys(desired.needs);
  const then = liveAction(live.rule.Actions ?? [], keys, live.tags);
  return {
    wanted: {
      listener: wantedListener(desired) ?? pendingListener(spec),
      priority: priority === 'auto' ? live.priority : priority,
      when: wantedConditions(spec.when),
      then: wantedActionAt(spec.then, keys, then),
      transforms: wantedTransforms(spec.transforms),
      tags,
    },
    live: {
      listener: live.listenerArn,
      priority: live.priority,
      when: liveConditions(live.rule.Conditions ?? []),
      then,
      transforms: liveTransforms(live.rule.Transforms),
      tags: managedTags(live.tags, tags, desired.managedTagKeys),
    },
  };
}

/** Stands for the listener until it exists. */
function pendingListener({ listener, listenerArn }: ListenerRuleSpec): string {
  return listenerArn ?? `\${LoadBalancer/${listener?.loadBalancer}:listenerArn(${listener?.port})}`;
}

/** What differs, field by field. */
export function diff(desired: Desired<ListenerRuleSpec>, found: LiveListenerRule): readonly Change[] {
  const { wanted, live } = trees(desired, found);
  const path = desired.spec.listener === undefined ? '/listenerArn' : '/listener';
  const pending = loadBalancerRef(desired.spec);
  const changes = diffTrees(LISTENER_RULE, asJson(live), asJson(wanted), {
    keyed: { '/when/httpHeader': 'httpHeaderName' },
    effects: { '/listener': 'replaces' },
    unknown: [...desired.unknown, ...(pending === undefined ? [] : [{ path: '/listener', after: [pending] }])],
    claims: desired.claims,
  });
  // Another listener of the same load balancer can have the same target groups.
  const moves = loadBalancerOfListener(wanted.listener) !== loadBalancerOfListener(live.listener);
  const refused = moves
    ? heldByOther(Object.keys(wanted.then.forward ?? {}), Object.keys(live.then.forward ?? {}))
    : undefined;
  return changes.map((change) =>
    change.path === '/listener' ? { ...change, path, ...(refused !== undefined && { refused }) } : change,
  );
}
