import {
  CloudTrailClient,
  CreateTrailCommand,
  type EventSelector,
  PutEventSelectorsCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../index.ts';
import { type EventQueue, eventQueue, startTrail } from '../eventbridge/testing/event-queue.ts';

const pattern = { source: ['aws.ecs'], 'detail-type': ['AWS API Call via CloudTrail'] };

const open: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

/** A sandbox with a trail, and a queue that gets the calls to ECS. */
async function start(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ port: 0, time: 'stepped', throttle: false, ...options });
  open.push(sandbox);
  await startTrail(sandbox.url);
  const queue = await eventQueue(sandbox.url, pattern);
  const ecs = new ECSClient(clientSettings(sandbox.url));
  const calls = async (count: number) => {
    for (let i = 0; i < count; i++) await ecs.send(new CreateClusterCommand({ clusterName: `c${i}` }));
  };
  return { sandbox, queue, ecs, calls, cloudtrail: new CloudTrailClient(clientSettings(sandbox.url)) };
}

async function clustersOf(queue: EventQueue): Promise<unknown[]> {
  return (await queue.drain()).map(
    ({ detail }) => (detail['requestParameters'] as { clusterName?: string }).clusterName,
  );
}

test('delivery: a call that changes something reaches EventBridge 5 to 90 seconds later', async () => {
  const { sandbox, queue, ecs, calls } = await start({ cloudTrail: { doubled: 0 } });
  await calls(1);
  await ecs.send(new DescribeClustersCommand({}));
  await sandbox.advance(4_999);
  expect(await queue.drain()).toEqual([]);
  await sandbox.advance(85_001);
  expect(await queue.drain()).toMatchObject([
    {
      source: 'aws.ecs',
      'detail-type': 'AWS API Call via CloudTrail',
      time: '2026-01-01T00:00:00Z',
      resources: [],
      detail: {
        eventSource: 'ecs.amazonaws.com',
        eventName: 'CreateCluster',
        requestParameters: { clusterName: 'c0' },
      },
    },
  ]);
});

test('delivery: events come in any order, some of them twice', async () => {
  const { sandbox, queue, calls } = await start({ cloudTrail: { doubled: 0.5 } });
  await calls(8);
  await sandbox.advance(90_000);
  const events = await queue.drain();
  const ids = events.map(({ detail }) => detail['eventID']);
  expect(events.length).toBeGreaterThan(8);
  expect(new Set(ids).size).toBe(8);
  const names = events.map(({ detail }) => (detail['requestParameters'] as { clusterName: string }).clusterName);
  expect(names).not.toEqual(names.toSorted());
});

test('delivery: the same seed loses the same events', async () => {
  const run = async (seed: number) => {
    const { sandbox, queue, calls } = await start({ seed, cloudTrail: { lost: 0.5, doubled: 0 } });
    await calls(8);
    await sandbox.advance(90_000);
    return clustersOf(queue);
  };
  const first = await run(3);
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(8);
  expect(await run(3)).toEqual(first);
  expect(await run(4)).not.toEqual(first);
});

test('delivery: with all events lost nothing arrives, and with delays set to nothing everything at once', async () => {
  const none = await start({ cloudTrail: { lost: 1 } });
  await none.calls(3);
  await none.sandbox.advance(90_000);
  expect(await none.queue.drain()).toEqual([]);
  const all = await start({ cloudTrail: { lost: 0, doubled: 0, delayMs: [0, 0] } });
  await all.calls(3);
  await all.sandbox.advance(0);
  expect(await clustersOf(all.queue)).toEqual(['c0', 'c1', 'c2']);
});

test('loseTrailEvent and doubleTrailEvent: fault rules for events by their name', async () => {
  const { sandbox, queue, calls } = await start({ cloudTrail: { doubled: 0 } });
  sandbox.fault({ effect: 'loseTrailEvent', target: 'CreateCluster', times: 1 });
  sandbox.fault({ effect: 'doubleTrailEvent', target: 'ecs.amazonaws.com:*', times: 1 });
  await calls(3);
  await sandbox.advance(90_000);
  expect((await clustersOf(queue)).map(String).toSorted()).toEqual(['c1', 'c1', 'c2']);
});

test('delivery: read-only events only to rules that ask for all management events', async () => {
  const { sandbox, queue, ecs } = await start({ cloudTrail: { doubled: 0 } });
  const events = new EventBridgeClient(clientSettings(sandbox.url));
  const State = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  await events.send(new PutRuleCommand({ Name: 'events', EventPattern: JSON.stringify(pattern), State }));
  await ecs.send(new DescribeClustersCommand({ clusters: ['main'] }));
  await sandbox.advance(90_000);
  expect(await queue.drain()).toMatchObject([
    { detail: { eventName: 'DescribeClusters', readOnly: true, responseElements: null } },
  ]);
});

test('delivery: nothing without a trail that logs', async () => {
  const { sandbox, queue, calls, cloudtrail } = await start({ cloudTrail: { doubled: 0 } });
  await cloudtrail.send(new StopLoggingCommand({ Name: 'all' }));
  await calls(1);
  await sandbox.advance(90_000);
  expect(await queue.drain()).toEqual([]);
});

test('delivery: a trail of another region logs here when it is of all regions', async () => {
  const sandbox = await startSandbox({ port: 0, time: 'stepped', throttle: false, cloudTrail: { doubled: 0 } });
  open.push(sandbox);
  const elsewhere = new CloudTrailClient({ ...clientSettings(sandbox.url), region: 'us-east-1' });
  await elsewhere.send(new CreateTrailCommand({ Name: 'one', S3BucketName: 'logs' }));
  const queue = await eventQueue(sandbox.url, pattern);
  const ecs = new ECSClient(clientSettings(sandbox.url));
  await startTrail(sandbox.url, 'us-east-1');
  await ecs.send(new CreateClusterCommand({}));
  await sandbox.advance(90_000);
  expect(await queue.drain()).toHaveLength(1);
});

test.each<[string, EventSelector[], number]>([
  ['event selectors: write events only', [{ ReadWriteType: 'WriteOnly' }], 1],
  ['event selectors: read events only', [{ ReadWriteType: 'ReadOnly' }], 0],
  ['event selectors: no management events', [{ IncludeManagementEvents: false }], 0],
])('%s', async (_name, EventSelectors, expected) => {
  const { sandbox, queue, calls, cloudtrail } = await start({ cloudTrail: { doubled: 0 } });
  await cloudtrail.send(new PutEventSelectorsCommand({ TrailName: 'all', EventSelectors }));
  await calls(1);
  await sandbox.advance(90_000);
  expect(await queue.drain()).toHaveLength(expected);
});

test('advanced event selectors: fields of the event', async () => {
  const { sandbox, queue, calls, cloudtrail } = await start({ cloudTrail: { doubled: 0 } });
  const select = (eventName: string) =>
    cloudtrail.send(
      new PutEventSelectorsCommand({
        TrailName: 'all',
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Management'] },
              { Field: 'eventName', NotEquals: [eventName] },
            ],
          },
        ],
      }),
    );
  await select('CreateCluster');
  await calls(1);
  await select('DeleteCluster');
  await calls(1);
  await sandbox.advance(90_000);
  expect(await queue.drain()).toHaveLength(1);
});
