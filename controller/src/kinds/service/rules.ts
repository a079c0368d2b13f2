import {
  type Action as RuleAction,
  type ForwardActionConfig,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { readListener, readListeners, readRules, readTargetGroup } from '../../aws/reads.ts';
import type { Pass } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { listenerArnOfRule } from '../../elbv2/arns.ts';

/** Share of requests in percent by ARN of the target group. */
export type Weights = Readonly<Record<string, number>>;

/** A rule as it is, or the default action of a listener. */
export interface LiveRule {
  /** ARN of the rule, or of the listener of a network load balancer. */
  readonly arn: string;
  /** ARN of the listener whose default rule it is: that is changed by ModifyListener. */
  readonly defaultOf?: string;
  readonly actions: readonly RuleAction[];
}

/** A rule by its ARN, or the default action of a listener by the listener's; undefined when it is gone. */
export async function readRule(pass: Pass, arn: string): Promise<LiveRule | undefined> {
  if (arn.includes(':listener/')) {
    const listener = await readListener(pass, arn);
    return listener && { arn, defaultOf: arn, actions: listener.DefaultActions ?? [] };
  }
  const listenerArn = listenerArnOfRule(arn);
  const rule = (await readRules(pass, listenerArn))?.find(({ RuleArn }) => RuleArn === arn);
  if (rule === undefined) return undefined;
  return { arn, actions: rule.Actions ?? [], ...(rule.IsDefault === true ? { defaultOf: listenerArn } : {}) };
}

/** The rules that forward to a target group, found from the load balancers that it is behind. */
export async function rulesForwardingTo(pass: Pass, targetGroupArn: string): Promise<readonly LiveRule[]> {
  const group = await readTargetGroup(pass, targetGroupArn);
  const found: LiveRule[] = [];
  for (const loadBalancerArn of group?.LoadBalancerArns ?? []) {
    for (const { ListenerArn: listenerArn = '' } of (await readListeners(pass, loadBalancerArn)) ?? []) {
      for (const { RuleArn: arn = '', Actions: actions = [], IsDefault } of (await readRules(pass, listenerArn)) ??
        []) {
        if (!Object.hasOwn(weightsOf({ actions }), targetGroupArn)) continue;
        found.push({ arn, actions, ...(IsDefault === true ? { defaultOf: listenerArn } : {}) });
      }
    }
  }
  return found;
}

/** The percent of each target group; empty for a rule that does something else than to forward. */
export function weightsOf({ actions }: Pick<LiveRule, 'actions'>): Weights {
  const groups = forwardOf(actions)?.TargetGroups ?? [];
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  return Object.fromEntries(
    groups.flatMap(({ TargetGroupArn: arn, Weight = 1 }) => {
      if (arn === undefined) return [];
      // What stands alone has all requests, whatever its weight.
      const percent = groups.length === 1 ? 100 : total === 0 ? 0 : Math.round((Weight * 1_000) / total) / 10;
      return [[arn, percent]];
    }),
  );
}

/** A rule with one target group may have it in the action itself, without a forward configuration. */
function forwardOf(actions: readonly RuleAction[]): ForwardActionConfig | undefined {
  const forward = actions.find(({ Type }) => Type === 'forward');
  if (forward === undefined) return undefined;
  const { ForwardConfig, TargetGroupArn } = forward;
  return (ForwardConfig?.TargetGroups ?? []).length > 0
    ? ForwardConfig
    : { TargetGroups: [{ TargetGroupArn, Weight: 1 }] };
}

/**
 * Gives the rule these weights, in one call. Stickiness stays. A rule that does more than to forward is refused: what
 * else it does would have to be sent too, with its secrets.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html: "To modify the actions for
 * the default rule, use ModifyListener."
 */
export async function shiftRule(aws: AwsContext, rule: LiveRule, weights: Weights, pass: Pass): Promise<void> {
  const forward = forwardOf(rule.actions);
  if (forward === undefined || rule.actions.length !== 1) {
    const does = rule.actions.map(({ Type }) => Type).join(', ');
    throw new TerminalError(
      'RuleNotForward',
      `the rule ${rule.arn} does ${does || 'nothing'}; a rollout needs one that forwards and does nothing else`,
    );
  }
  const ForwardConfig: ForwardActionConfig = {
    TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    ...(forward.TargetGroupStickinessConfig === undefined
      ? {}
      : { TargetGroupStickinessConfig: forward.TargetGroupStickinessConfig }),
  };
  const actions: RuleAction[] = [{ Type: 'forward', ForwardConfig }];
  const abort = { abortSignal: pass.signal };
  if (rule.defaultOf === undefined) {
    const command = new ModifyRuleCommand({ RuleArn: rule.arn, Actions: actions });
    await doing(`ModifyRule ${rule.arn}`, aws.elbv2.send(command, abort));
  } else {
    const command = new ModifyListenerCommand({ ListenerArn: rule.defaultOf, DefaultActions: actions });
    await doing(`ModifyListener ${rule.defaultOf}`, aws.elbv2.send(command, abort));
  }
}
