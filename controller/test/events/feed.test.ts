import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { AddTagsCommand, ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DeleteQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsContext } from '../../src/aws/context.ts';
import { type EventClients, eventClients } from '../../src/aws/event-clients.ts';
import { ACCOUNT, REGION } from '../sandboxed.ts';
import { type Listening, listen } from './listening.ts';
import { makeShop, type Shop } from './shop.ts';
import { AGENT, eventWorld, type EventWorld } from './world.ts';

const ALICE = `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`;
/** CloudTrail's events come this late, in milliseconds. */
const LATE = 5_000;

let world: EventWorld;
let alice: AwsContext;
let controller: AwsContext;
let clients: EventClients;
let shop: Shop;
let queueUrl: string;
const listening: Listening[] = [];

async function start(...settings: Parameters<typeof eventWorld>): Promise<void> {
  world = await eventWorld(...settings);
  alice = await world.as('Admin', 'alice');
  controller = await world.as('longshore', 'replica-1', { agent: AGENT });
  clients = eventClients(alice);
  shop = await makeShop(alice);
  queueUrl = await world.bootstrap();
  await world.startTrail();
}

function hear(onTouch?: Parameters<typeof listen>[3]): Listening {
  const heard = listen(world, controller, queueUrl, onTouch);
  listening.push(heard);
  return heard;
}

/** Time passes until CloudTrail has told EventBridge. */
async function delivered(): Promise<void> {
  await world.sandbox.advance(LATE);
}

async function inQueue(): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}

beforeEach(() => start());
afterEach(async () => {
  await Promise.all(listening.splice(0).map(({ feeds }) => feeds.close()));
  clients.close();
  await world[Symbol.asyncDispose]();
});

describe('a change by hand arrives as a touch with exactly what was changed, and who did it', () => {
  const scale = () => alice.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'api', desiredCount: 2 }));
  const modify = () =>
    alice.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: shop.targetGroup, HealthCheckPath: '/x' }));
  const deregister = () => alice.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'api:1' }));
  const remove = () => alice.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'api', force: true }));
  const tagService = () =>
    alice.ecs.send(new TagResourceCommand({ resourceArn: shop.service, tags: [{ key: 'team', value: 'x' }] }));
  const tagGroup = () =>
    alice.elbv2.send(new AddTagsCommand({ ResourceArns: [shop.targetGroup], Tags: [{ Key: 'team', Value: 'x' }] }));

  it.each([
    ['aws ecs update-service --desired-count', 'UpdateService', scale, 'service'],
    ['aws elbv2 modify-target-group', 'ModifyTargetGroup', modify, 'targetGroup'],
    ['aws ecs deregister-task-definition', 'DeregisterTaskDefinition', deregister, 'taskDefinition'],
    ['aws ecs delete-service', 'DeleteService', remove, 'service'],
    ['aws ecs tag-resource', 'TagResource', tagService, 'service'],
    ['aws elbv2 add-tags', 'AddTags', tagGroup, 'targetGroup'],
  ] as const)('%s', async (_, event, change, object) => {
    const heard = hear();
    const now = world.sandbox.now();
    // CloudTrail's times have no milliseconds.
    const at = now - (now % 1000);
    await change();
    await delivered();
    const touch = await heard.next(event);
    expect(touch).toEqual({
      destination: { accountId: ACCOUNT, region: REGION },
      objects: [shop[object]],
      principal: ALICE,
      at: new Date(at),
      receivedAt: new Date(now + LATE),
      event,
    });
    expect(heard.lags).toContain(now + LATE - at);
  });
});

it('tells of state changes of tasks and deployments as well, which need no trail and are not late', async () => {
  const heard = hear();
  await alice.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'api', desiredCount: 1 }));
  await world.sandbox.advance(60_000);
  const touch = await heard.next('ECS Task State Change');
  expect(touch.objects).toContain(shop.service);
  expect(touch.objects).toContainEqual(expect.stringContaining(':task/main/'));
  const deployment = await heard.next('ECS Deployment State Change');
  expect(deployment.objects).toEqual([shop.service]);
  expect(touch.principal).toBeUndefined();
});

describe('calls of our own', () => {
  const scaleBy = (aws: AwsContext, desiredCount: number) =>
    aws.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'api', desiredCount }));

  it('are ignored, also those of another replica, and those of somebody else with the same role are not', async () => {
    const heard = hear();
    await scaleBy(controller, 1);
    await scaleBy(await world.as('longshore', 'replica-2', { agent: { ...AGENT, version: '9.0.0' } }), 2);
    await scaleBy(await world.as('longshore', 'mallory'), 3);
    await delivered();
    const touch = await heard.next('UpdateService');
    expect(touch.principal).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/longshore/mallory`);
    await heard.until(() => heard.heard.ignoredOwn === 2);
    expect(heard.touches.filter(({ event }) => event === 'UpdateService')).toHaveLength(1);
  });

  it('are not ignored when only the user agent is ours', async () => {
    const heard = hear();
    await scaleBy(await world.as('Admin', 'mallory', { agent: AGENT }), 1);
    await delivered();
    expect((await heard.next('UpdateService')).principal).toContain('mallory');
    expect(heard.heard.ignoredOwn).toBe(0);
  });
});

it('does not hear of calls that were refused or only read', async () => {
  const heard = hear();
  const missing = new UpdateServiceCommand({ cluster: 'main', service: 'missing', desiredCount: 2 });
  await expect(alice.ecs.send(missing)).rejects.toThrow('Service not found');
  await alice.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'api', desiredCount: 0 }));
  await delivered();
  await heard.next('UpdateService');
  expect(heard.heard.received).toBe(heard.heard.handed);
  expect(heard.touches.flatMap(({ objects }) => objects)).not.toContainEqual(expect.stringContaining('missing'));
});

describe('what CloudTrail does not do well', () => {
  const tag = (value: number) =>
    alice.ecs.send(new TagResourceCommand({ resourceArn: shop.service, tags: [{ key: 'n', value: String(value) }] }));

  const tags = ({ touches }: Listening) => touches.filter(({ event }) => event === 'TagResource');

  async function startAgain(settings: Parameters<typeof eventWorld>[0]): Promise<void> {
    clients.close();
    await world[Symbol.asyncDispose]();
    await start(settings);
  }

  it('events that come twice are handed over once', async () => {
    await startAgain({ doubled: 1, delayMs: [5_000, 60_000] });
    const heard = hear();
    for (let n = 0; n < 20; n += 1) await tag(n);
    await world.sandbox.advance(60_000);
    await heard.until(() => heard.heard.duplicate === 20);
    expect(tags(heard)).toHaveLength(20);
  });

  it('events that come in any order are all handed over', async () => {
    await startAgain({ delayMs: [0, 90_000] });
    const heard = hear();
    for (let n = 0; n < 30; n += 1) {
      await tag(n);
      await world.sandbox.advance(1_000);
    }
    await world.sandbox.advance(90_000);
    await heard.until(() => tags(heard).length === 30);
    const times = tags(heard).map(({ at }) => at.getTime());
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
  });

  it('events that are lost are missed, and nothing else is', async () => {
    await startAgain({ lost: 0.5 });
    const heard = hear();
    for (let n = 0; n < 30; n += 1) await tag(n);
    await delivered();
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'the end' }));
    await heard.until(() => heard.heard.malformed === 1);
    expect(tags(heard).length).toBeGreaterThan(0);
    expect(tags(heard).length).toBeLessThan(30);
  });
});

it('takes messages that are no events from the queue, and complains once', async () => {
  const heard = hear();
  for (let n = 0; n < 3; n += 1) {
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'not an event' }));
  }
  await heard.until(() => heard.heard.malformed === 3);
  await heard.feeds.close();
  expect(heard.events.filter(({ code }) => code === 'events.malformed')).toHaveLength(1);
  expect(await inQueue()).toBe(0);
});

it('leaves a message in the queue whose touch cannot be handed over, until it can', async () => {
  let failures = 0;
  const heard = hear(({ event }) => {
    if (event !== 'TagResource') return;
    failures += 1;
    if (failures === 1) throw new Error('not now');
  });
  await alice.ecs.send(new TagResourceCommand({ resourceArn: shop.service, tags: [{ key: 'n', value: '1' }] }));
  await delivered();
  await heard.until(() => heard.events.some(({ code }) => code === 'events.failed'));
  // The visibility timeout is over.
  await world.sandbox.advance(61_000);
  expect((await heard.next('TagResource')).objects).toEqual([shop.service]);
  await heard.feeds.close();
  expect(await inQueue()).toBe(0);
});

it('puts a message that can never be handed over into the dead-letter queue', async () => {
  const heard = hear(({ event }) => {
    if (event === 'TagResource') throw new Error('never');
  });
  await alice.ecs.send(new TagResourceCommand({ resourceArn: shop.service, tags: [{ key: 'n', value: '1' }] }));
  await delivered();
  for (let tries = 1; tries <= 5; tries += 1) {
    await heard.until(() => heard.events.filter(({ code }) => code === 'events.failed').length === tries);
    await world.sandbox.advance(61_000);
  }
  const dead = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: `${queueUrl}-dead-letter`, AttributeNames: ['All'] }),
  );
  await heard.feeds.close();
  expect(await inQueue()).toBe(0);
  expect(dead.Attributes?.['ApproximateNumberOfMessages']).toBe('1');
});

it('works off a backlog with more than one receiver', async () => {
  for (let n = 0; n < 120; n += 1) {
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: `message ${n}` }));
  }
  const before = world.sandbox.calls()['sqs:ReceiveMessage'] ?? 0;
  const heard = hear();
  await heard.until(() => heard.heard.malformed === 120);
  await heard.feeds.close();
  expect(await inQueue()).toBe(0);
  expect((world.sandbox.calls()['sqs:ReceiveMessage'] ?? 0) - before).toBeLessThanOrEqual(40);
});

it('goes on when the queue was out of reach for a time, and says so once', async () => {
  world.sandbox.fault({ effect: 'serverError', service: 'sqs', operation: 'ReceiveMessage', times: 30 });
  const heard = hear();
  await heard.until(() => heard.events.some(({ code }) => code === 'events.unreachable'));
  await alice.ecs.send(new TagResourceCommand({ resourceArn: shop.service, tags: [{ key: 'n', value: '1' }] }));
  world.sandbox.clearFaults();
  await delivered();
  expect((await heard.next('TagResource')).objects).toEqual([shop.service]);
  expect(heard.events.map(({ code }) => code)).toEqual(['events.unreachable', 'events.reachable']);
});

it('says which queue is missing, and what that means', async () => {
  await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  const heard = hear();
  await heard.until(() => heard.events.length > 0);
  expect(heard.events[0]).toMatchObject({ code: 'events.unreachable', level: 'warn' });
  expect(heard.events[0]?.message).toContain(queueUrl);
  expect(heard.events[0]?.message).toContain('by sweeps alone');
});

it('leaves nothing open when it is closed in the middle of a long poll', async () => {
  const heard = hear();
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'first' }));
  await heard.until(() => heard.heard.malformed === 1);
  await heard.feeds.close();
  // What comes later stays in the queue, and nobody asks any more.
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'second' }));
  const asked = world.sandbox.calls()['sqs:ReceiveMessage'];
  await world.sandbox.advance(60_000);
  expect(world.sandbox.calls()['sqs:ReceiveMessage']).toBe(asked);
  expect(await inQueue()).toBe(1);
  expect(heard.heard.malformed).toBe(1);
});

it('asks once in 20 seconds while nothing happens', async () => {
  const heard = hear();
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'wakes it' }));
  await heard.until(() => heard.heard.malformed === 1);
  const before = world.sandbox.calls()['sqs:ReceiveMessage'] ?? 0;
  for (let n = 0; n < 30; n += 1) await world.sandbox.advance(2_000);
  expect((world.sandbox.calls()['sqs:ReceiveMessage'] ?? 0) - before).toBeLessThanOrEqual(4);
});
