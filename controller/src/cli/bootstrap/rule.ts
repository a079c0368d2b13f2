import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { doing, isAbsent } from '../../aws/errors.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { ruleArn, type Where } from './names.ts';
import type { Live, Thing } from './thing.ts';

/** How a rule is to be. */
export interface RuleSpec {
  readonly name: string;
  readonly description: string;
  readonly pattern: JsonObject;
  /** ARN of the queue that the events go to. */
  readonly queueArn: string;
  /** ARN of the queue for events that could not be delivered there. */
  readonly undeliveredArn: string;
}

/** The one target of each rule. */
const TARGET = 'queue';

/** A rule on the default event bus, with its target. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export function rule(
  events: EventBridgeClient,
  where: Where,
  tags: Readonly<Record<string, string>>,
  spec: RuleSpec,
): Thing {
  const { name } = spec;
  return {
    ...removable(events, where, name),
    wanted: {
      Description: spec.description,
      EventPattern: spec.pattern,
      State: 'ENABLED',
      Targets: { [TARGET]: { Arn: spec.queueArn, DeadLetterConfig: { Arn: spec.undeliveredArn } } },
    },
    ensure: async (live, signal) => {
      await doing(
        `PutRule ${name}`,
        events.send(
          new PutRuleCommand({
            Name: name,
            Description: spec.description,
            EventPattern: JSON.stringify(spec.pattern),
            State: 'ENABLED',
            // Tags are taken for a new rule only.
            ...(live === undefined && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
          }),
          { abortSignal: signal },
        ),
      );
      await removeTargets(events, name, (target) => target.Id !== TARGET, signal);
      const target = { Id: TARGET, Arn: spec.queueArn, DeadLetterConfig: { Arn: spec.undeliveredArn } };
      const { FailedEntries: [failed] = [] } = await doing(
        `PutTargets of ${name}`,
        events.send(new PutTargetsCommand({ Rule: name, Targets: [target] }), { abortSignal: signal }),
      );
      if (failed !== undefined) {
        throw new TerminalError(failed.ErrorCode ?? 'PutTargets', `PutTargets of ${name}: ${failed.ErrorMessage}`);
      }
    },
  };
}

/** Rules of this installation that are not among `wanted`: an earlier version made them, or other options. */
export async function leftOvers(
  events: EventBridgeClient,
  where: Where,
  prefix: string,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly Thing[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const list = new ListRulesCommand({ NamePrefix: `${prefix}-`, NextToken });
    const page = await doing('ListRules', events.send(list, { abortSignal: signal }));
    for (const { Name } of page.Rules ?? []) if (Name !== undefined && !wanted.has(Name)) names.push(Name);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names.map((name) => ({
    ...removable(events, where, name),
    ensure: async () => undefined,
  }));
}

function removable(events: EventBridgeClient, where: Where, name: string): Omit<Thing, 'ensure'> {
  const arn = ruleArn(where, name);
  return {
    ref: `Rule/${name}`,
    type: 'events:rule',
    id: arn,
    observe: (signal) => doing(`reading rule ${name}`, observe(events, name, arn, signal)),
    remove: async (signal) => {
      await removeTargets(events, name, () => true, signal);
      await doing(`DeleteRule ${name}`, events.send(new DeleteRuleCommand({ Name: name }), { abortSignal: signal }));
    },
  };
}

async function observe(
  events: EventBridgeClient,
  name: string,
  arn: string,
  signal: AbortSignal,
): Promise<Live | undefined> {
  try {
    const found = await events.send(new DescribeRuleCommand({ Name: name }), { abortSignal: signal });
    const [targets, { Tags: tags = [] }] = await Promise.all([
      targetsOf(events, name, signal),
      events.send(new ListTagsForResourceCommand({ ResourceARN: arn }), { abortSignal: signal }),
    ]);
    return {
      fields: {
        ...(found.Description !== undefined && { Description: found.Description }),
        ...(found.EventPattern !== undefined && { EventPattern: JSON.parse(found.EventPattern) as Json }),
        ...(found.State !== undefined && { State: found.State }),
        Targets: Object.fromEntries(targets.map(targetFields)),
      },
      tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function targetFields({ Id = '', Arn = '', DeadLetterConfig }: Target): [string, Json] {
  return [Id, { Arn, ...(DeadLetterConfig?.Arn !== undefined && { DeadLetterConfig: { Arn: DeadLetterConfig.Arn } }) }];
}

async function targetsOf(events: EventBridgeClient, name: string, signal: AbortSignal): Promise<readonly Target[]> {
  const targets: Target[] = [];
  let NextToken: string | undefined;
  do {
    const list = new ListTargetsByRuleCommand({ Rule: name, NextToken });
    const page = await events.send(list, { abortSignal: signal });
    targets.push(...(page.Targets ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return targets;
}

/** A rule with targets cannot be deleted, and somebody may have added some. */
async function removeTargets(
  events: EventBridgeClient,
  name: string,
  which: (target: Target) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const found = await doing(
    `ListTargetsByRule of ${name}`,
    targetsOf(events, name, signal).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw error;
    }),
  );
  const Ids = found.filter(which).map(({ Id = '' }) => Id);
  if (Ids.length === 0) return;
  const remove = new RemoveTargetsCommand({ Rule: name, Ids });
  await doing(`RemoveTargets of ${name}`, events.send(remove, { abortSignal: signal }));
}
