import {
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { equalJson } from '../../core/canonical.ts';
import type { Desired } from '../../core/driver.ts';
import { TerminalError, WaitError } from '../../core/errors.ts';
import { asJson } from '../../core/json.ts';
import { OWNERSHIP_TAG, ownerInWords } from '../../core/ownership.ts';
import { forwarding } from '../../elbv2/associations.ts';
import { type RuleTree, ruleInput } from '../../elbv2/rules.ts';
import { clientSecretFor, secretTags } from '../../elbv2/secrets.ts';
import { syncTags, tagList } from '../../elbv2/tags.ts';
import { type TargetGroupKeys, targetGroupKeys } from '../../elbv2/targets.ts';
import { LISTENER_RULE, type LiveListener, type LiveRule } from './live.ts';
import { isOwn, liveRule } from './normalize.ts';

/** How soon a rule that AWS has and does not show yet is looked for again, in milliseconds. */
const AFTER_CREATE_MS = 1_000;

/** A wanted rule and the live one that becomes it. */
interface Pair {
  readonly priority: number;
  readonly wanted: RuleTree;
  readonly found: LiveRule;
  readonly live: RuleTree;
}

/** Which live rule becomes which wanted one, what is new and what is left over. */
interface Matching {
  readonly pairs: readonly Pair[];
  readonly added: readonly { readonly priority: number; readonly wanted: RuleTree }[];
  readonly left: readonly LiveRule[];
}

/**
 * Makes the own rules of a listener so. A rule is known by its conditions first and its priority second, so that a
 * reordered list moves rules (SetRulePriorities, at once) and creates none.
 */
export async function ensureRules(
  aws: AwsContext,
  desired: Desired<LoadBalancerSpec>,
  listener: LiveListener,
  wanted: Readonly<Record<string, RuleTree>>,
  signal: AbortSignal,
): Promise<void> {
  const keys = targetGroupKeys(desired.needs);
  const { pairs, added, left } = matchRules(desired, listener, wanted, keys);
  refuseTaken(desired, listener, [...pairs, ...added], [...pairs.map(({ found }) => found), ...left]);
  const taken = new Set([...pairs, ...added].map(({ priority }) => priority));
  for (const rule of left.filter(({ priority }) => taken.has(priority))) await remove(aws, rule, signal);
  for (const pair of pairs) await modify(aws, desired, pair, keys, signal);
  await move(aws, pairs, signal);
  for (const { priority, wanted: tree } of added) await create(aws, listener, priority, tree, keys, signal);
  for (const rule of left.filter(({ priority }) => !taken.has(priority))) await remove(aws, rule, signal);
}

/** Pairs wanted rules with own ones. A rule without any owner that is equal in priority and conditions is taken over. */
function matchRules(
  desired: Desired<LoadBalancerSpec>,
  listener: LiveListener,
  wanted: Readonly<Record<string, RuleTree>>,
  keys: TargetGroupKeys,
): Matching {
  const rules = listener.rules.map((found) => ({ found, live: liveRule(found, desired, keys) }));
  const free = new Set(rules.filter(({ found, live }) => isOwn(found, desired) || isOrphan(found, live, wanted)));
  const open = new Map(Object.entries(wanted).map(([priority, tree]) => [Number(priority), tree]));
  const pairs: Pair[] = [];
  const pair = (
    fits: (rule: { readonly found: LiveRule; readonly live: RuleTree }, priority: number, tree: RuleTree) => boolean,
  ): void => {
    for (const [priority, tree] of open) {
      const rule = [...free].find((candidate) => fits(candidate, priority, tree));
      if (rule === undefined) continue;
      free.delete(rule);
      open.delete(priority);
      pairs.push({ priority, wanted: tree, ...rule });
    }
  };
  pair((rule, priority, tree) => rule.found.priority === priority && sameConditions(rule.live, tree));
  pair((rule, _priority, tree) => sameConditions(rule.live, tree));
  pair((rule, priority) => rule.found.priority === priority);
  const added = [...open].map(([priority, tree]) => ({ priority, wanted: tree }));
  return { pairs, added, left: [...free].map(({ found }) => found) };
}

function sameConditions(a: RuleTree, b: RuleTree): boolean {
  return equalJson(asJson(a.when), asJson(b.when));
}

function isOrphan(found: LiveRule, live: RuleTree, wanted: Readonly<Record<string, RuleTree>>): boolean {
  const tree = wanted[String(found.priority)];
  return tree !== undefined && found.tags[OWNERSHIP_TAG.instance] === undefined && sameConditions(live, tree);
}

/** A priority that somebody else's rule has is not ours to take. */
function refuseTaken(
  desired: Desired<LoadBalancerSpec>,
  listener: LiveListener,
  wanted: readonly { readonly priority: number }[],
  ours: readonly LiveRule[],
): void {
  for (const { priority } of wanted) {
    const holder = listener.rules.find((rule) => rule.priority === priority && !ours.includes(rule));
    if (holder === undefined) continue;
    const owner = ownerInWords({ type: LISTENER_RULE, id: holder.arn, tags: holder.tags });
    const where = `/listeners/${listener.port}/rules/${priority}`;
    throw new TerminalError(
      'PriorityInUse',
      `${desired.id}: ${where}: a rule with priority ${priority} belongs to ${owner}`,
    );
  }
}

async function modify(
  aws: AwsContext,
  desired: Desired<LoadBalancerSpec>,
  { wanted, live, found }: Pair,
  keys: TargetGroupKeys,
  abortSignal: AbortSignal,
): Promise<void> {
  const { tags: wantedTags, ...wantedFields } = wanted;
  const { tags: _liveTags, ...liveFields } = live;
  if (!equalJson(asJson(wantedFields), asJson(liveFields))) {
    const secret = await clientSecretFor(aws, wanted.then, live.then, abortSignal);
    const command = new ModifyRuleCommand({ RuleArn: found.arn, ...ruleInput(wanted, keys, live, secret) });
    await forwarding(`ModifyRule priority ${found.priority}`, aws.elbv2.send(command, { abortSignal }));
  }
  const tags = {
    live: found.tags,
    wanted: { ...wantedTags, ...secretTags(wanted.then) },
    managedKeys: desired.managedTagKeys,
  };
  await syncTags(aws, found.arn, tags, abortSignal);
}

async function move(aws: AwsContext, pairs: readonly Pair[], abortSignal: AbortSignal): Promise<void> {
  const RulePriorities = pairs
    .filter(({ priority, found }) => priority !== found.priority)
    .map(({ priority, found }) => ({ RuleArn: found.arn, Priority: priority }));
  if (RulePriorities.length === 0) return;
  const command = new SetRulePrioritiesCommand({ RulePriorities });
  await doing('SetRulePriorities', aws.elbv2.send(command, { abortSignal }));
}

async function create(
  aws: AwsContext,
  listener: LiveListener,
  priority: number,
  tree: RuleTree,
  keys: TargetGroupKeys,
  abortSignal: AbortSignal,
): Promise<void> {
  const secret = await clientSecretFor(aws, tree.then, undefined, abortSignal);
  const command = new CreateRuleCommand({
    ListenerArn: listener.arn,
    Priority: priority,
    ...ruleInput(tree, keys, undefined, secret),
    Tags: tagList({ ...tree.tags, ...secretTags(tree.then) }),
  });
  try {
    await forwarding(`CreateRule port ${listener.port} priority ${priority}`, aws.elbv2.send(command, { abortSignal }));
  } catch (error) {
    // No rule of this priority was seen: ours is there already and does not show yet, or another came in between. The
    // next look finds its own, or names the owner.
    const unseen = error instanceof TerminalError && error.code === 'PriorityInUse';
    throw unseen ? new WaitError(error.message, AFTER_CREATE_MS, { cause: error }) : error;
  }
}

async function remove(aws: AwsContext, rule: LiveRule, abortSignal: AbortSignal): Promise<void> {
  const command = new DeleteRuleCommand({ RuleArn: rule.arn });
  await doing(`DeleteRule priority ${rule.priority}`, aws.elbv2.send(command, { abortSignal }));
}
