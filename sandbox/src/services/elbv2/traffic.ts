import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Traffic } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { checkActions } from './actions.ts';
import { place } from './listeners.ts';
import { listener, loadBalancer, rule } from './lookup.ts';
import { type ElbState, elbState, type RuleState, rulesOf } from './state.ts';
import { useTargetGroups } from './usage.ts';

/**
 * Weights of rules and listeners, for deployments. A listener stands for its default rule; of the forward action only
 * the target groups change, as deployments leave the actions before it and the stickiness alone.
 */
export function trafficPort(world: World): Traffic {
  return {
    weights(scope, ruleOrListenerArn) {
      const found = ruleOf(elbState(world, scope), ruleOrListenerArn);
      return found && weightsOf(found.actions);
    },
    forwardsOnly(scope, ruleOrListenerArn) {
      const found = ruleOf(elbState(world, scope), ruleOrListenerArn);
      return found && found.actions.every(({ Type }) => Type === 'forward');
    },
    shift(scope, ruleOrListenerArn, weights) {
      const state = elbState(world, scope);
      const found = existingRule(state, ruleOrListenerArn);
      const of = listener(state, found.listenerArn);
      const balancer = loadBalancer(state, of.loadBalancerArn);
      const wanted = forwardTo(found.actions, weights);
      const actions = checkActions(state, place(balancer, of.protocol, of.port), wanted, found.actions);
      useTargetGroups(world, scope, found.arn, balancer.arn, actions);
      found.actions = actions;
    },
    rules(scope, listenerArn) {
      const state = elbState(world, scope);
      return state.listeners[listenerArn] && rulesOf(state, listenerArn).map(({ arn }) => arn);
    },
  };
}

/** The rule of this ARN, or the default rule of the listener of this ARN. */
function ruleOf(state: ElbState, arn: string): RuleState | undefined {
  return state.rules[state.listeners[arn]?.defaultRuleArn ?? arn];
}

function existingRule(state: ElbState, arn: string): RuleState {
  return rule(state, arn.includes(':listener/') ? listener(state, arn).defaultRuleArn : arn);
}

function weightsOf(actions: readonly Action[]): Record<string, number> {
  const groups = actions.flatMap((action) => action.ForwardConfig?.TargetGroups ?? []);
  return Object.fromEntries(groups.map(({ TargetGroupArn = '', Weight = 1 }) => [TargetGroupArn, Weight]));
}

/** The actions with a forward to these target groups, those that it had already in their order. */
function forwardTo(actions: readonly Action[], weights: Readonly<Record<string, number>>): Action[] {
  const before = Object.keys(weightsOf(actions)).filter((arn) => weights[arn] !== undefined);
  const arns = [...before, ...Object.keys(weights).filter((arn) => !before.includes(arn))];
  const groups = arns.map((arn) => ({ TargetGroupArn: arn, Weight: weights[arn] ?? 0 }));
  return actions.map((action) => {
    if (action.Type !== 'forward') return action;
    const { TargetGroupArn: _single, ForwardConfig, ...rest } = action;
    return { ...rest, ForwardConfig: { ...ForwardConfig, TargetGroups: groups } };
  });
}
