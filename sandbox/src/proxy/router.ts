import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Scope, World } from '../kernel/world.ts';
import { targetGroupRules } from '../services/elbv2/attribute-rules.ts';
import { attributeValue } from '../services/elbv2/attributes.ts';
import {
  elbState,
  type RuleState,
  rulesOf,
  type TargetGroupState,
  targetKey,
  type TargetState,
} from '../services/elbv2/state.ts';
import { Balance, type Weighted } from './balance.ts';
import { meets } from './match.ts';
import { redirectLocation } from './redirect.ts';
import type { RoutedRequest } from './request.ts';

/** What a load balancer does with a request. */
export type Decision =
  | { readonly kind: 'forward'; readonly group: TargetGroupState; readonly target: TargetState }
  | { readonly kind: 'fixed'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** The target group that the request goes to has nothing registered: 503. */
  | { readonly kind: 'unavailable'; readonly group?: TargetGroupState };

/** The memory of the choices that were made, for the life of this process. */
export function balanceOf(world: World): Balance {
  return world.local('elbv2/balance', () => new Balance());
}

/**
 * Decides on a request: the first rule in the order of priority whose conditions it meets, the default rule otherwise.
 * `without` are targets that were tried and did not take the request.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function route(
  world: World,
  scope: Scope,
  listenerArn: string,
  request: RoutedRequest,
  without: ReadonlySet<string> = new Set(),
): Decision {
  const state = elbState(world, scope);
  const listener = state.listeners[listenerArn];
  const rule = rulesOf(state, listenerArn).find((candidate) => meets(candidate.conditions, request));
  // Authentication actions come before the last one; there is no identity provider here, so they let everybody through.
  const action = rule?.actions.at(-1);
  if (!listener || !rule || !action) return { kind: 'unavailable' };
  switch (action.Type) {
    case 'redirect':
      return {
        kind: 'redirect',
        status: action.RedirectConfig?.StatusCode === 'HTTP_302' ? 302 : 301,
        location: redirectLocation(action.RedirectConfig, listener, request),
      };
    case 'fixed-response':
      return {
        kind: 'fixed',
        status: Number(action.FixedResponseConfig?.StatusCode ?? 503),
        contentType: action.FixedResponseConfig?.ContentType ?? 'text/plain',
        body: action.FixedResponseConfig?.MessageBody ?? '',
      };
    default:
      return forward(world, scope, rule, action, without);
  }
}

function forward(world: World, scope: Scope, rule: RuleState, action: Action, without: ReadonlySet<string>): Decision {
  const choices: Weighted[] = (action.ForwardConfig?.TargetGroups ?? []).map((group) => ({
    key: group.TargetGroupArn ?? '',
    weight: group.Weight ?? 1,
  }));
  const arn = balanceOf(world).next(rule.arn, choices);
  const group = elbState(world, scope).targetGroups[arn ?? ''];
  if (!group) return { kind: 'unavailable' };
  const target = chooseTarget(world, group, without);
  return target ? { kind: 'forward', group, target } : { kind: 'unavailable', group };
}

/**
 * The next target of a group: a healthy one; any registered one while too few are healthy (fail-open); never one that
 * drains.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function chooseTarget(
  world: World,
  group: TargetGroupState,
  without: ReadonlySet<string> = new Set(),
): TargetState | undefined {
  const eligible = routable(group).filter((target) => !without.has(targetKey(target.id, target.port)));
  const choices = eligible.map((target) => ({
    key: targetKey(target.id, target.port),
    weight: shareOf(world, group, target),
  }));
  const balance = balanceOf(world);
  const rules = targetGroupRules(group);
  const algorithm = attributeValue(rules, group.attributes, 'load_balancing.algorithm.type');
  const key =
    algorithm === 'least_outstanding_requests'
      ? balance.leastOutstanding(
          group.arn,
          choices.map((choice) => choice.key),
        )
      : balance.next(group.arn, choices);
  return key === undefined ? undefined : group.targets[key];
}

/** The targets that a group's requests can go to now. */
export function routable(group: TargetGroupState): TargetState[] {
  const registered = Object.values(group.targets).filter(
    ({ health }) => health.state !== 'draining' && health.state !== 'unused',
  );
  const healthy = registered.filter(({ health }) => health.state === 'healthy' || health.state === 'unavailable');
  const name = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count';
  const needed = Number(attributeValue(targetGroupRules(group), group.attributes, name) || 1);
  return healthy.length >= needed ? healthy : registered;
}

/** The share of a target in slow start grows from a tenth to a whole one. */
function shareOf(world: World, group: TargetGroupState, target: TargetState): number {
  const seconds = Number(group.attributes['slow_start.duration_seconds'] ?? 0);
  if (seconds === 0 || target.healthySince === undefined) return 10;
  const passed = (world.clock.now() - target.healthySince) / (seconds * 1000);
  return Math.min(10, Math.max(1, Math.ceil(passed * 10)));
}
