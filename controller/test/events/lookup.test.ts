import {
  DescribeServicesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AwsContext } from '../../src/aws/context.ts';
import type { Event } from '../../src/core/events.ts';
import { type Feeds, startFeeds } from '../../src/engine/events/feeds.ts';
import { ACCOUNT, REGION } from '../sandboxed.ts';
import { makeShop, type Shop } from './shop.ts';
import { AGENT, eventWorld, type EventWorld, never } from './world.ts';

const destination = { accountId: ACCOUNT, region: REGION };
const session = (role: string, name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;

let world: EventWorld;
let alice: AwsContext;
let controller: AwsContext;
let shop: Shop;
let feeds: Feeds;
let events: Event[];
beforeEach(async () => {
  // Event history needs no trail.
  world = await eventWorld();
  alice = await world.as('Admin', 'alice');
  controller = await world.as('longshore', 'replica-1', { agent: AGENT });
  shop = await makeShop(alice);
  events = [];
  feeds = startFeeds([], {
    connect: async () => controller,
    clock: world.clock,
    sink: (event) => void events.push(event),
    instance: AGENT.instance,
    touch: () => undefined,
  });
  await world.sandbox.advance(60_000);
});
afterEach(async () => {
  await feeds.close();
  await world[Symbol.asyncDispose]();
});

const scale = (aws: AwsContext, desiredCount: number) =>
  aws.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'api', desiredCount }));
const lookups = (): number => world.sandbox.calls()['cloudtrail:LookupEvents'] ?? 0;

/** Who changed these since `ago` milliseconds ago. */
function whoChanged(objects: readonly string[], ago = 30_000, signal = never) {
  return feeds.whoChanged(destination, objects, new Date(world.sandbox.now() - ago), signal);
}

it('names who changed an object last, and nobody for what nobody changed', async () => {
  await scale(alice, 1);
  await world.sandbox.advance(2_000);
  await scale(await world.as('Admin', 'bob'), 2);
  const at = world.sandbox.now();
  await world.sandbox.advance(2_000);
  const found = await whoChanged([shop.service, shop.targetGroup]);
  expect([...found]).toEqual([
    [shop.service, { principal: session('Admin', 'bob'), at: new Date(at - (at % 1000)), event: 'UpdateService' }],
  ]);
});

it('does not name ourselves, nor who only looked, nor who failed', async () => {
  await scale(alice, 1);
  await world.sandbox.advance(2_000);
  const bob = await world.as('Admin', 'bob');
  await scale(controller, 3);
  await bob.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['api'] }));
  await bob.ecs.send(new ListTagsForResourceCommand({ resourceArn: shop.service }));
  const nonsense = new UpdateServiceCommand({ cluster: 'main', service: 'api', taskDefinition: 'nonsense:9' });
  await expect(bob.ecs.send(nonsense)).rejects.toThrow();
  expect((await whoChanged([shop.service])).get(shop.service)?.principal).toBe(session('Admin', 'alice'));
});

it('does not name who changed it before', async () => {
  await scale(alice, 1);
  await world.sandbox.advance(60_000);
  expect(await whoChanged([shop.service], 30_000)).toEqual(new Map());
  expect((await whoChanged([shop.service], 90_000)).size).toBe(1);
});

it('names who tagged, and who changed what is not of ECS', async () => {
  await alice.ecs.send(new TagResourceCommand({ resourceArn: shop.cluster, tags: [{ key: 'a', value: 'b' }] }));
  const modify = new ModifyTargetGroupCommand({ TargetGroupArn: shop.targetGroup, HealthCheckPath: '/x' });
  await alice.elbv2.send(modify);
  const found = await whoChanged([shop.cluster, shop.targetGroup]);
  expect(found.get(shop.cluster)?.event).toBe('TagResource');
  expect(found.get(shop.targetGroup)?.event).toBe('ModifyTargetGroup');
  expect(found.size).toBe(2);
});

it('asks once for all who ask at the same time, and anew for who asks later', async () => {
  await scale(alice, 1);
  await world.sandbox.advance(2_000);
  const since = new Date(world.sandbox.now() - 30_000);
  const others = Array.from({ length: 200 }, (_, n) => `arn:aws:ecs:${REGION}:${ACCOUNT}:service/main/other-${n}`);
  const asked = [shop.service, ...others].map((id) => feeds.whoChanged(destination, [id], since, never));
  const found = await Promise.all(asked);
  const once = lookups();
  expect(found.filter(({ size }) => size === 1)).toHaveLength(1);
  // One for each call that can touch a service.
  expect(once).toBeLessThanOrEqual(15);
  await world.sandbox.advance(2_000);
  await feeds.whoChanged(destination, [shop.service], since, never);
  expect(lookups()).toBeGreaterThan(once);
});

it('asks no more than twice a second', async () => {
  const began = world.sandbox.now();
  const before = lookups();
  await whoChanged([shop.service, shop.targetGroup, shop.cluster, shop.taskDefinition, 'service/main/api']);
  const made = lookups() - before;
  expect(made).toBeGreaterThan(10);
  // Two at once, then two a second.
  expect(world.sandbox.now() - began).toBeGreaterThanOrEqual(((made - 2) / 2) * 1000);
});

it('turns pages: what one object was changed by is found behind many changes of another', async () => {
  await scale(alice, 1);
  await world.sandbox.advance(1_000);
  const bob = await world.as('Admin', 'bob');
  const tags = (n: number) => [{ key: 'n', value: String(n) }];
  await bob.ecs.send(new TagResourceCommand({ resourceArn: shop.service, tags: tags(0) }));
  await world.sandbox.advance(1_000);
  for (let n = 0; n < 60; n += 1) {
    await alice.ecs.send(new TagResourceCommand({ resourceArn: shop.cluster, tags: tags(n) }));
  }
  const changer = (await whoChanged([shop.service])).get(shop.service);
  expect(changer).toMatchObject({ principal: session('Admin', 'bob'), event: 'TagResource' });
});

it('names nobody, and says why once, when the history cannot be read', async () => {
  world.sandbox.fault({ effect: 'expiredCredentials', service: 'cloudtrail', operation: 'LookupEvents' });
  const since = new Date(world.sandbox.now());
  const ask = () => feeds.whoChanged(destination, [shop.service], since, never);
  await scale(alice, 1);
  expect(await ask()).toEqual(new Map());
  expect(await ask()).toEqual(new Map());
  expect(events.map(({ code }) => code)).toEqual(['events.no-history']);
  world.sandbox.clearFaults();
  expect((await ask()).size).toBe(1);
});

it('gives one who gave up nobody, and the others their answer', async () => {
  await scale(alice, 1);
  const giveUp = new AbortController();
  const impatient = whoChanged([shop.service], 30_000, giveUp.signal);
  const patient = whoChanged([shop.service], 30_000);
  giveUp.abort();
  expect(await impatient).toEqual(new Map());
  expect((await patient).size).toBe(1);
});
