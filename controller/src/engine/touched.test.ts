import { expect, test } from 'vitest';
import { asUser, syncs, users } from '../../test/users-ask/shop.ts';
import { cluster, GOOD, plainService, shop, targetGroup } from '../../test/matrix/manifests.ts';
import { DeleteTargetGroupCommand, ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Ref } from '../core/manifest.ts';
import type { Harness } from '../../test/harness.ts';
import type { Looked } from './engine.ts';

const never = new AbortController().signal;

/** Calls to AWS that somebody's work took, by service. */
async function callsOf(world: Harness, work: () => Promise<unknown>): Promise<number> {
  const count = () => Object.values(world.sandbox.calls()).reduce((sum, calls) => sum + calls, 0);
  const before = count();
  await work();
  return count() - before;
}

const arnOf = (looked: Looked, ref: Ref) => looked.parts.get(ref)?.[0]?.id ?? '';

test('a look tells which objects of AWS belong to which resource', async () => {
  await using world = await users();
  const input = world.application(shop());
  await syncs(world, input);
  const { parts } = await world.engine.status(input, never);
  expect([...parts].map(([ref, of]) => `${ref}: ${of.map(({ type }) => type).join(', ')}`)).toEqual(
    expect.arrayContaining([
      'Cluster/main: ecs:cluster',
      'Service/api: ecs:service, ecs:task-definition',
      'LoadBalancer/public: elbv2:load-balancer, elbv2:listener',
    ]),
  );
  // What is not declared any more belongs to its record.
  const less = world.application([cluster()], 'r2', { automated: { prune: false } });
  expect([...(await world.engine.status(less, never)).parts.keys()]).toContain('Service/api');
});

test('an event on one resource reads that one, and shows what changed', async () => {
  await using world = await users();
  const groups = Array.from({ length: 10 }, (_, n) => targetGroup({}, `g${n}`));
  const input = world.application([cluster(), plainService(GOOD), ...groups]);
  await syncs(world, input);
  const before = await world.engine.status(input, never);
  const TargetGroupArn = arnOf(before, 'TargetGroup/g3');
  await asUser(world, ({ elbv2 }) =>
    elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/by-hand' })),
  );
  const touched = new Set<Ref>(['TargetGroup/g3']);
  let looked = before;
  const reads = await callsOf(world, async () => {
    looked = await world.engine.status(input, never, { before, touched });
  });
  expect(reads).toBeLessThanOrEqual(4);
  expect(looked.status.sync).toBe('OutOfSync');
  expect(looked.status.resources.filter(({ sync }) => sync === 'OutOfSync').map(({ ref }) => ref)).toEqual([
    'TargetGroup/g3',
  ]);
  // Nothing is touched: nothing is read, and what was seen last stands.
  const none = await callsOf(world, async () => {
    looked = await world.engine.status(input, never, { before: looked, touched: new Set() });
  });
  expect({ none, sync: looked.status.sync }).toEqual({ none: 0, sync: 'OutOfSync' });
});

test('whoever reads what a touched resource gives is looked at with it', async () => {
  await using world = await users();
  const input = world.application(shop());
  await syncs(world, input);
  const before = await world.engine.status(input, never);
  const balancer = world.application([targetGroup()]);
  const lone = await world.engine.status({ ...balancer, name: 'lone' }, never);
  expect(lone.status.sync).toBe('OutOfSync');
  const looked = await world.engine.status(input, never, { before, touched: new Set<Ref>(['Cluster/main']) });
  expect(looked.status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
});

test('a look before is not used for other manifests, nor after a sync', async () => {
  await using world = await users();
  const input = world.application([cluster(), targetGroup()]);
  await syncs(world, input);
  const before = await world.engine.status(input, never);
  await asUser(world, ({ elbv2 }) =>
    elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arnOf(before, 'TargetGroup/api') })),
  );
  const touched = new Set<Ref>();
  expect((await world.engine.status(input, never, { before, touched })).status.sync).toBe('Synced');
  const next = world.application([cluster(), targetGroup({ tags: { a: 'b' } })], 'r2');
  expect((await world.engine.status(next, never, { before, touched })).status.sync).toBe('OutOfSync');
  await syncs(world, next);
  const healed = await world.engine.status(next, never, { before, touched });
  expect(healed.status.sync).toBe('Synced');
});

test('a pass is shared by all Applications that are given it', async () => {
  await using world = await users();
  const one = world.application([cluster(), plainService(GOOD)]);
  const other = { ...one, name: 'other' };
  await syncs(world, one);
  await syncs(world, other);
  await asUser(world, async (aws) => {
    const pass = () => aws.pass(world.clock.now(), never);
    const look = (passes: readonly ReturnType<typeof pass>[]) =>
      Promise.all([one, other].map((input, n) => world.engine.status(input, never, { pass: passes[n] ?? pass() })));
    // Task definitions never change: whoever has read them once does not read them again.
    await look([pass(), pass()]);
    const alone = await callsOf(world, () => look([pass(), pass()]));
    const shared = pass();
    expect(await callsOf(world, () => look([shared, shared]))).toBeLessThan(alone);
  });
});
