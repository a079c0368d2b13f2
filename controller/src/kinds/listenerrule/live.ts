import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import { readElbTags, readListener, readRules } from '../../aws/reads.ts';
import type { Desired, Pass, Subject } from '../../core/driver.ts';
import { sameOwner } from '../../core/ownership.ts';
import type { Ref } from '../../core/manifest.ts';
import { listenerArnOfRule } from '../../elbv2/arns.ts';

/** Type of the part. */
export const LISTENER_RULE = 'elbv2:listener-rule';

/** A rule as AWS has it. */
export interface LiveListenerRule {
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number;
  readonly rule: Rule;
  readonly tags: Readonly<Record<string, string>>;
}

/** The LoadBalancer of the same Application whose listener the rule hangs on. */
export function loadBalancerRef(spec: ListenerRuleSpec): Ref | undefined {
  return spec.listener === undefined ? undefined : `LoadBalancer/${spec.listener.loadBalancer}`;
}

/** ARN of the wanted listener; undefined while it does not exist. */
export function wantedListener({ spec, needs }: Desired<ListenerRuleSpec>): string | undefined {
  const ref = loadBalancerRef(spec);
  if (ref === undefined) return spec.listenerArn?.startsWith('arn:') === true ? spec.listenerArn : undefined;
  const arn = needs[ref]?.[`listenerArn(${spec.listener?.port})`];
  return typeof arn === 'string' ? arn : undefined;
}

/**
 * The rule on the wanted listener that has our tags, else the one with the declared priority (somebody else's, to be
 * adopted or reported), else the recorded one: it hangs on the listener of before.
 */
export async function observe(
  { desired, recorded }: Subject<ListenerRuleSpec>,
  pass: Pass,
): Promise<LiveListenerRule | undefined> {
  const listenerArn = desired === undefined ? undefined : wantedListener(desired);
  if (desired !== undefined && listenerArn !== undefined) {
    const rules = await rulesOf(listenerArn, pass);
    const priority = desired.spec.priority;
    const found =
      rules.find((rule) => sameOwner(rule.tags, desired.ownership)) ??
      rules.find((rule) => typeof priority === 'number' && rule.priority === priority);
    if (found !== undefined) return found;
  }
  for (const part of recorded.filter(({ type }) => type === LISTENER_RULE)) {
    const rules = await rulesOf(listenerArnOfRule(part.id), pass);
    const found = rules.find((rule) => rule.arn === part.id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The rules of a listener with their tags, without the default one. Empty when the listener is gone. */
async function rulesOf(listenerArn: string, pass: Pass): Promise<readonly LiveListenerRule[]> {
  const rules = (await readRules(pass, listenerArn)) ?? [];
  const found = await Promise.all(
    rules.filter((rule) => rule.IsDefault !== true).map((rule) => withTags(rule, listenerArn, pass)),
  );
  return found.filter((rule) => rule !== undefined);
}

async function withTags(rule: Rule, listenerArn: string, pass: Pass): Promise<LiveListenerRule | undefined> {
  const arn = rule.RuleArn ?? '';
  const tags = await readElbTags(pass, arn);
  return tags === undefined ? undefined : { arn, listenerArn, priority: Number(rule.Priority), rule, tags };
}

/** Priorities that are taken on a listener, past every cache. Undefined when the listener is gone. */
export async function takenPriorities(listenerArn: string, pass: Pass): Promise<ReadonlySet<number> | undefined> {
  const listener = await readListener(pass, listenerArn, { fresh: true });
  if (listener === undefined) return undefined;
  const rules = (await readRules(pass, listenerArn, { fresh: true })) ?? [];
  return new Set(rules.filter((rule) => rule.IsDefault !== true).map((rule) => Number(rule.Priority)));
}
