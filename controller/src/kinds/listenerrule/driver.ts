import {
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { equalJson } from '../../core/canonical.ts';
import type { Desired, Driver, Pass, Progress } from '../../core/driver.ts';
import { TerminalError, WaitError } from '../../core/errors.ts';
import { asJson } from '../../core/json.ts';
import { wantedTags } from '../../core/ownership.ts';
import { wantedAction } from '../../elbv2/actions.ts';
import { forwarding } from '../../elbv2/associations.ts';
import { underClaims } from '../../elbv2/claims.ts';
import { wantedConditions, wantedTransforms } from '../../elbv2/conditions.ts';
import { ruleInput } from '../../elbv2/rules.ts';
import { clientSecretFor, secretTags } from '../../elbv2/secrets.ts';
import { syncTags, tagList } from '../../elbv2/tags.ts';
import { targetGroupKeys } from '../../elbv2/targets.ts';
import { health } from './health.ts';
import { LISTENER_RULE, type LiveListenerRule, observe, takenPriorities, wantedListener } from './live.ts';
import { diff, trees } from './normalize.ts';
import { rulePreflight } from './preflight.ts';

const AFTER_CREATE_MS = 1_000;
const LISTENER_RETRY_MS = 5_000;
const MAX_PRIORITY = 50_000;

/** Makes and keeps one rule on a listener, ours or another team's. */
export function listenerRuleDriver(aws: AwsContext): Driver<ListenerRuleSpec, LiveListenerRule> {
  return {
    observe,
    diff,
    health,
    parts: (live) => [{ type: LISTENER_RULE, id: live.arn, tags: live.tags }],
    outputs: (live) => ({ arn: live.arn }),
    rollout: () => undefined,
    events: () => [],
    claims: () => [],
    preflight: rulePreflight,
    ensure: (desired, live, pass) => ensure(aws, desired, live, pass),
    act: async (action) => {
      throw new TerminalError('NotSupported', `a listener rule has no rollout to ${action}`);
    },
    remove: async (live, pass) => {
      const command = new DeleteRuleCommand({ RuleArn: live.arn });
      await doing(`DeleteRule ${live.arn}`, aws.elbv2.send(command, { abortSignal: pass.signal }));
      return { done: true };
    },
  };
}

async function ensure(
  aws: AwsContext,
  desired: Desired<ListenerRuleSpec>,
  found: LiveListenerRule | undefined,
  pass: Pass,
): Promise<Progress> {
  const listenerArn = wantedListener(desired);
  if (listenerArn === undefined)
    throw new WaitError(`${desired.id}: its listener does not exist yet`, LISTENER_RETRY_MS);
  if (found === undefined || found.listenerArn !== listenerArn) {
    await create(aws, desired, listenerArn, pass);
    return { done: false, waitsFor: 'the rule to show', pollAfterMs: AFTER_CREATE_MS };
  }
  const both = trees(desired, found);
  const live = both.live;
  const wanted = underClaims(both.wanted, live, desired.claims);
  const { priority: wantedPriority, tags: wantedTagMap, ...wantedFields } = wanted;
  const { priority: livePriority, tags: _tags, ...liveFields } = live;
  const abortSignal = pass.signal;
  if (!equalJson(asJson(wantedFields), asJson(liveFields))) {
    const command = new ModifyRuleCommand({
      RuleArn: found.arn,
      ...ruleInput(
        wanted,
        targetGroupKeys(desired.needs),
        live,
        await clientSecretFor(aws, wanted.then, live.then, abortSignal),
      ),
    });
    await forwarding(`ModifyRule ${desired.id}`, aws.elbv2.send(command, { abortSignal }));
  }
  if (wantedPriority !== livePriority) {
    const RulePriorities = [{ RuleArn: found.arn, Priority: Number(wantedPriority) }];
    const command = new SetRulePrioritiesCommand({ RulePriorities });
    await doing(`SetRulePriorities ${desired.id}`, aws.elbv2.send(command, { abortSignal }));
  }
  const tags = {
    live: found.tags,
    wanted: { ...wantedTagMap, ...secretTags(wanted.then) },
    managedKeys: desired.managedTagKeys,
  };
  await syncTags(aws, found.arn, tags, abortSignal);
  return { done: true };
}

async function create(
  aws: AwsContext,
  desired: Desired<ListenerRuleSpec>,
  listenerArn: string,
  pass: Pass,
): Promise<void> {
  const { spec } = desired;
  const wanted = {
    when: wantedConditions(spec.when),
    then: wantedAction(spec.then),
    transforms: wantedTransforms(spec.transforms),
    tags: wantedTags(spec.tags, desired.ownership),
  };
  const command = new CreateRuleCommand({
    ListenerArn: listenerArn,
    Priority: await choosePriority(desired, listenerArn, pass),
    ...ruleInput(
      wanted,
      targetGroupKeys(desired.needs),
      undefined,
      await clientSecretFor(aws, wanted.then, undefined, pass.signal),
    ),
    Tags: tagList({ ...wanted.tags, ...secretTags(wanted.then) }),
  });
  try {
    await forwarding(`CreateRule ${desired.id}`, aws.elbv2.send(command, { abortSignal: pass.signal }));
  } catch (error) {
    // Another rule took the free priority in between, or ours is there already and does not show yet. The next look
    // shows which: it chooses again, finds its own, or names the owner.
    const raced = error instanceof TerminalError && error.code === 'PriorityInUse';
    throw raced ? new WaitError(error.message, AFTER_CREATE_MS, { cause: error }) : error;
  }
}

/** The declared priority, or the lowest free one. */
async function choosePriority(desired: Desired<ListenerRuleSpec>, listenerArn: string, pass: Pass): Promise<number> {
  const { priority = 'auto' } = desired.spec;
  if (priority !== 'auto') return priority;
  const taken = await takenPriorities(listenerArn, pass);
  if (taken === undefined) throw new WaitError(`${desired.id}: its listener does not exist yet`, LISTENER_RETRY_MS);
  return lowestFree(taken);
}

/** The lowest priority from 1 to 50000 that no rule has. */
export function lowestFree(taken: ReadonlySet<number>): number {
  for (let priority = 1; priority <= MAX_PRIORITY; priority++) if (!taken.has(priority)) return priority;
  throw new TerminalError('TooManyRules', `every priority from 1 to ${MAX_PRIORITY} is taken`);
}
