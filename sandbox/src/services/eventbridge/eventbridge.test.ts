import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';
import { type EventQueue, eventQueue, sendPolicy } from './testing/event-queue.ts';

let sandbox: Sandbox;
let events: EventBridgeClient;
let sqs: SQSClient;
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
  events = new EventBridgeClient(clientSettings(sandbox.url));
  sqs = new SQSClient(clientSettings(sandbox.url));
});
afterEach(() => sandbox.close());

const EventPattern = '{"source":["shop"]}';
const entry = { Source: 'shop', DetailType: 'Order', Detail: '{"total":5}' };
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;

const putRule = (more: Partial<PutRuleCommandInput> = {}) =>
  events.send(new PutRuleCommand({ Name: 'orders', EventPattern, ...more }));
const put = (more: Partial<PutEventsRequestEntry> = {}) =>
  events.send(new PutEventsCommand({ Entries: [{ ...entry, ...more }] }));

async function received(QueueUrl: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  return Messages;
}

describe('rules', () => {
  test('PutRule: an update replaces everything but targets and tags', async () => {
    const { RuleArn = '' } = await putRule({ Description: 'all orders', Tags: [{ Key: 'team', Value: 'a' }] });
    expect(RuleArn).toBe('arn:aws:events:eu-west-1:111122223333:rule/orders');
    await events.send(new PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 'q', Arn: queueArn('q') }] }));
    await putRule({ State: 'DISABLED', Tags: [{ Key: 'team', Value: 'b' }] });
    const rule = await events.send(new DescribeRuleCommand({ Name: 'orders' }));
    expect(rule).toMatchObject({ State: 'DISABLED', EventBusName: 'default', CreatedBy: '111122223333' });
    expect(rule.Description).toBeUndefined();
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'orders' }));
    expect(Targets).toEqual([{ Id: 'q', Arn: queueArn('q') }]);
    const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN: RuleArn }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  });

  test('PutRule: needs a pattern or a schedule that is valid', async () => {
    await expect(events.send(new PutRuleCommand({ Name: 'x' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    });
    await expect(putRule({ EventPattern: '{"source":"shop"}' })).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    await expect(putRule({ ScheduleExpression: 'at(2026-01-01T00:00:00)' })).rejects.toMatchObject({
      message: 'Parameter ScheduleExpression is not valid.',
    });
  });

  test('DeleteRule: targets go first', async () => {
    await putRule();
    await events.send(new PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 'q', Arn: queueArn('q') }] }));
    await expect(events.send(new DeleteRuleCommand({ Name: 'orders' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    const removed = await events.send(new RemoveTargetsCommand({ Rule: 'orders', Ids: ['q', 'none'] }));
    expect(removed).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'none', ErrorCode: 'ResourceNotFoundException' }],
    });
    await events.send(new DeleteRuleCommand({ Name: 'orders' }));
    await expect(events.send(new DescribeRuleCommand({ Name: 'orders' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule orders does not exist on EventBus default.',
    });
  });

  test('PutTargets: five for a rule, one kind of input each', async () => {
    await putRule();
    const targets = async (...Targets: Target[]) => events.send(new PutTargetsCommand({ Rule: 'orders', Targets }));
    const many = Array.from({ length: 6 }, (_none, i) => ({ Id: String(i), Arn: queueArn('q') }));
    await expect(targets(...many)).rejects.toMatchObject({ name: 'LimitExceededException' });
    const both = { Id: 'q', Arn: queueArn('q'), Input: '{}', InputPath: '$.detail' };
    await expect(targets(both)).rejects.toMatchObject({ name: 'ValidationException' });
    await targets(...many.slice(1));
    const { RuleNames } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn: queueArn('q') }));
    expect(RuleNames).toEqual(['orders']);
  });

  test('ListRules: by prefix, page by page', async () => {
    for (const Name of ['a-2', 'a-1', 'b']) await putRule({ Name });
    const first = await events.send(new ListRulesCommand({ NamePrefix: 'a-', Limit: 1 }));
    const { NextToken } = first;
    const second = await events.send(new ListRulesCommand({ NamePrefix: 'a-', Limit: 1, NextToken }));
    expect([...(first.Rules ?? []), ...(second.Rules ?? [])].map(({ Name }) => Name)).toEqual(['a-1', 'a-2']);
    expect(second.NextToken).toBeUndefined();
  });

  test('event buses: rules and events of one are not those of another', async () => {
    const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: 'shop' }));
    await expect(events.send(new CreateEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    const queue = await eventQueue(sandbox.url, { source: ['shop'] });
    const { RuleArn } = await putRule({ EventBusName: 'shop' });
    expect(RuleArn).toBe('arn:aws:events:eu-west-1:111122223333:rule/shop/orders');
    await put({ EventBusName: EventBusArn });
    expect(await queue.drain()).toEqual([]);
    const { EventBuses } = await events.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'shop']);
    const remove = () => events.send(new DeleteEventBusCommand({ Name: 'shop' }));
    await expect(remove()).rejects.toMatchObject({ name: 'ValidationException' });
    await events.send(new DeleteRuleCommand({ Name: 'orders', EventBusName: 'shop' }));
    await remove();
    await expect(putRule({ EventBusName: 'shop' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('rules and buses take tags', async () => {
    const { RuleArn: ResourceARN } = await putRule();
    await events.send(
      new TagResourceCommand({
        ResourceARN,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await events.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  test('a rule with a schedule sends a Scheduled Event at its times', async () => {
    const queue = await eventQueue(sandbox.url, { source: ['nobody'] });
    await putRule({ Name: 'events', EventPattern: undefined, ScheduleExpression: 'rate(5 minutes)' });
    await sandbox.advance(10 * 60_000);
    expect(await queue.drain()).toMatchObject([
      {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        resources: [queue.ruleArn],
        time: '2026-01-01T00:05:00Z',
      },
      { time: '2026-01-01T00:10:00Z' },
    ]);
  });
});

describe('events', () => {
  let queue: EventQueue;
  beforeEach(async () => {
    queue = await eventQueue(sandbox.url, { source: ['shop'], detail: { total: [{ numeric: ['>', 3] }] } });
  });

  test('PutEvents: what matches a rule is in its queue, in the form of the bus', async () => {
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Resources: ['arn:aws:x'] },
          { ...entry, Detail: '{"total":1}' },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(0);
    expect(await queue.drain()).toEqual([
      {
        version: '0',
        id: answer.Entries?.[0]?.EventId,
        'detail-type': 'Order',
        source: 'shop',
        account: '111122223333',
        time: '2026-01-01T00:00:00Z',
        region: 'eu-west-1',
        resources: ['arn:aws:x'],
        detail: { total: 5 },
      },
    ]);
  });

  test('PutEvents: each entry fails on its own', async () => {
    const Entries = [{ ...entry, Source: 'aws.ecs' }, { ...entry, Detail: 'x' }, { Source: 'shop' }, entry];
    const answer = await events.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'InvalidArgument',
      undefined,
    ]);
  });

  test('a disabled rule matches nothing', async () => {
    await events.send(new DisableRuleCommand({ Name: 'events' }));
    await put();
    expect(await queue.drain()).toEqual([]);
  });

  test('TestEventPattern: an event against a pattern', async () => {
    const event = { id: '1', account: '1', source: 'shop', time: 'x', region: 'x', resources: [], 'detail-type': 'x' };
    const command = { EventPattern, Event: JSON.stringify(event) };
    expect((await events.send(new TestEventPatternCommand(command))).Result).toBe(true);
    await expect(events.send(new TestEventPatternCommand({ EventPattern, Event: '{}' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('targets get a constant, a part, or a text made of parts', async () => {
    const { arn: Arn } = queue;
    await events.send(
      new PutTargetsCommand({
        Rule: 'events',
        Targets: [
          { Id: 'queue', Arn, Input: '{"fixed":true}' },
          { Id: 'path', Arn, InputPath: '$.detail' },
          {
            Id: 'template',
            Arn,
            InputTransformer: {
              InputPathsMap: { total: '$.detail.total', kind: '$.detail-type', none: '$.detail.none' },
              InputTemplate:
                '{"text": "<kind> of <total><none>", "total": <total>, "kind": <kind>, "rule": <aws.events.rule-name>}',
            },
          },
        ],
      }),
    );
    await put();
    expect((await received(queue.url)).map(({ Body = '' }) => JSON.parse(Body) as unknown)).toEqual([
      { fixed: true },
      { total: 5 },
      { text: 'Order of 5', total: 5, kind: 'Order', rule: 'events' },
    ]);
  });

  test('a queue whose policy does not name the rule gets nothing', async () => {
    const Policy = sendPolicy(queue.arn, queue.ruleArn.replace('rule/events', 'rule/other'));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy } }));
    await put();
    expect(await queue.drain()).toEqual([]);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy: '' } }));
    await put();
    expect(await queue.drain()).toEqual([]);
  });

  test('an event that cannot be delivered for good is in the dead-letter queue, with the reason', async () => {
    const { QueueUrl: dead = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: 'dead',
        Attributes: { Policy: sendPolicy(queueArn('dead'), queue.ruleArn) },
      }),
    );
    const target = { Id: 'queue', Arn: queue.arn, DeadLetterConfig: { Arn: queueArn('dead') } };
    await events.send(new PutTargetsCommand({ Rule: 'events', Targets: [target] }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy: '' } }));
    await put();
    const [refused] = await received(dead);
    expect(refused?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: queue.ruleArn },
      TARGET_ARN: { StringValue: queue.arn },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    });
    expect(JSON.parse(refused?.Body ?? '')).toMatchObject({ source: 'shop', detail: { total: 5 } });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }));
    await put();
    const [absent] = await received(dead);
    expect(absent?.MessageAttributes?.['ERROR_CODE']?.StringValue).toBe('NO_RESOURCE');
  });

  test('targetUnavailable: deliveries are tried again, until the retry policy ends them', async () => {
    const { QueueUrl: dead = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: 'dead',
        Attributes: { Policy: sendPolicy(queueArn('dead'), queue.ruleArn) },
      }),
    );
    const target = {
      Id: 'queue',
      Arn: queue.arn,
      DeadLetterConfig: { Arn: queueArn('dead') },
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
    };
    await events.send(new PutTargetsCommand({ Rule: 'events', Targets: [target] }));
    sandbox.fault({ effect: 'targetUnavailable', target: 'events', times: 1 });
    await put();
    expect(await queue.drain()).toEqual([]);
    await sandbox.advance(1000);
    expect(await queue.drain()).toHaveLength(1);
    sandbox.fault({ effect: 'targetUnavailable', target: 'events' });
    await put();
    await sandbox.advance(60_000);
    const [message] = await received(dead);
    expect(message?.MessageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '2' },
    });
  });
});
