import type {
  CreateRuleInput,
  CreateRuleOutput,
  DeleteRuleInput,
  DescribeRulesInput,
  DescribeRulesOutput,
  ModifyRuleInput,
  ModifyRuleOutput,
  Rule,
  SetRulePrioritiesInput,
  SetRulePrioritiesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkActions } from './actions.ts';
import { checkConditions } from './conditions.ts';
import { place } from './listeners.ts';
import { listener, loadBalancer, rule } from './lookup.ts';
import { arnPath, elbArn } from './names.ts';
import { page } from './pages.ts';
import { type ElbState, elbState, listenersOf, type RuleState, rulesOf } from './state.ts';
import { register, tagRecord } from './tags.ts';
import { useTargetGroups } from './usage.ts';

/** Rules of a load balancer without the default ones. */
const quota = 100;

/** CreateRule. Not idempotent: the priority is in use then. */
export function createRule(input: CreateRuleInput, call: Call): CreateRuleOutput {
  const { world, scope } = call;
  const state = elbState(world, scope);
  const found = listener(state, input.ListenerArn ?? '');
  const balancer = loadBalancer(state, found.loadBalancerArn);
  if (balancer.type !== 'application') {
    throw new AwsError('UnsupportedProtocol', `Rules are not supported on listeners with protocol '${found.protocol}'`);
  }
  const priority = input.Priority ?? 0;
  const rules = rulesOf(state, found.arn);
  if (rules.some((other) => other.priority === priority)) {
    throw new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
  }
  const all = listenersOf(state, balancer.arn).flatMap((other) => rulesOf(state, other.arn));
  if (all.filter((other) => other.priority !== 'default').length >= quota) {
    // As quoted: https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1856.
    throw new AwsError(
      'TooManyRules',
      `The maximum number of rules on load balancer '${balancer.arn}' has been reached`,
    );
  }
  const created: RuleState = {
    arn: elbArn(scope, 'listener-rule', `${arnPath(found.arn)}/${world.id(16)}`),
    listenerArn: found.arn,
    priority,
    conditions: checkConditions(input.Conditions ?? []),
    actions: checkActions(state, place(balancer, found.protocol, found.port), input.Actions ?? []),
    transforms: [...(input.Transforms ?? [])],
  };
  const tags = tagRecord(input.Tags ?? []);
  useTargetGroups(world, scope, created.arn, balancer.arn, created.actions);
  state.rules[created.arn] = created;
  register(world, scope, 'listener-rule', created.arn, tags);
  return { Rules: [describe(created)] };
}

/** ModifyRule: what is not named stays; lists are replaced whole. */
export function modifyRule(input: ModifyRuleInput, call: Call): ModifyRuleOutput {
  const state = elbState(call.world, call.scope);
  const found = rule(state, input.RuleArn ?? '');
  if (found.priority === 'default') {
    throw new AwsError('OperationNotPermitted', `Default rule '${found.arn}' cannot be modified`);
  }
  const of = listener(state, found.listenerArn);
  const balancer = loadBalancer(state, of.loadBalancerArn);
  const conditions = input.Conditions?.length ? checkConditions(input.Conditions) : found.conditions;
  if (input.Actions?.length) {
    const actions = checkActions(state, place(balancer, of.protocol, of.port), input.Actions, found.actions);
    useTargetGroups(call.world, call.scope, found.arn, balancer.arn, actions);
    found.actions = actions;
  }
  found.conditions = conditions;
  if (input.ResetTransforms) found.transforms = [];
  else if (input.Transforms?.length) found.transforms = [...input.Transforms];
  return { Rules: [describe(found)] };
}

/** DescribeRules, by ARNs or by listener, in the order of evaluation. */
export function describeRules(input: DescribeRulesInput, call: Call): DescribeRulesOutput {
  const state = elbState(call.world, call.scope);
  if ((input.RuleArns?.length ? 1 : 0) + (input.ListenerArn ? 1 : 0) !== 1) {
    throw new AwsError('ValidationError', 'You must specify either listener rule ARNs or a listener ARN');
  }
  const chosen = input.RuleArns?.length
    ? input.RuleArns.map((arn) => rule(state, arn))
    : rulesOf(state, listener(state, input.ListenerArn ?? '').arn);
  const { items, NextMarker } = page(chosen, input.Marker, input.PageSize);
  return { Rules: items.map(describe), ...(NextMarker ? { NextMarker } : {}) };
}

/** DeleteRule; never the default one. */
export function deleteRule(input: DeleteRuleInput, call: Call): object {
  const state = elbState(call.world, call.scope);
  const found = rule(state, input.RuleArn ?? '');
  if (found.priority === 'default') {
    throw new AwsError('OperationNotPermitted', `Default rule '${found.arn}' cannot be deleted`);
  }
  useTargetGroups(call.world, call.scope, found.arn, listener(state, found.listenerArn).loadBalancerArn, []);
  delete state.rules[found.arn];
  call.world.resources.remove(found.arn);
  return {};
}

/** SetRulePriorities: all at once, so that rules can change places. */
export function setRulePriorities(input: SetRulePrioritiesInput, call: Call): SetRulePrioritiesOutput {
  const state = elbState(call.world, call.scope);
  const wanted = new Map(
    (input.RulePriorities ?? []).map((pair) => [rule(state, pair.RuleArn ?? ''), pair.Priority ?? 0]),
  );
  for (const [found, priority] of wanted) {
    if (found.priority === 'default') {
      throw new AwsError('OperationNotPermitted', `The priority of default rule '${found.arn}' cannot be modified`);
    }
    if (conflicts(state, found, priority, wanted)) {
      throw new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
    }
  }
  for (const [found, priority] of wanted) found.priority = priority;
  return { Rules: [...wanted.keys()].map(describe) };
}

function conflicts(
  state: ElbState,
  found: RuleState,
  priority: number,
  wanted: ReadonlyMap<RuleState, number>,
): boolean {
  return rulesOf(state, found.listenerArn).some(
    (other) => other !== found && (wanted.get(other) ?? other.priority) === priority,
  );
}

/** A rule as the API shows it. */
function describe(found: RuleState): Rule {
  return {
    RuleArn: found.arn,
    Priority: String(found.priority),
    Conditions: found.conditions,
    Actions: found.actions,
    IsDefault: found.priority === 'default',
    ...(found.transforms.length > 0 ? { Transforms: found.transforms } : {}),
  };
}
