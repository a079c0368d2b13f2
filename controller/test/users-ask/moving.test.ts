import { expect, test } from 'vitest';
import { isEmpty } from '../../src/core/plan.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { renderText } from '../../src/core/render/text.ts';
import { memoryStore } from '../../src/engine/stores/memory.ts';
import { manifest } from '../applications.ts';
import { readAccount, type AccountObject } from '../matrix/account.ts';
import {
  cluster,
  GOOD,
  loadBalancer,
  plainService,
  renamed,
  renamedShop,
  service,
  shop,
  targetGroup,
} from '../matrix/manifests.ts';
import { annotated, asUser, syncs, users } from './shop.ts';

const never = new AbortController().signal;

const ids = (account: readonly AccountObject[]) =>
  account
    .filter(({ type }) => type !== 'ssm:parameter')
    .map(({ type, id }) => `${type} ${id}`)
    .toSorted();

test('point 15: a rename by moved-from makes nothing anew and leaves nothing behind', async () => {
  await using world = await users();
  await syncs(world, world.application(shop()));
  const before = await asUser(world, readAccount);
  const input = world.application(renamedShop(), 'r2');

  const plan = await world.engine.plan(input, {}, never);
  expect(plan.refusals).toBeUndefined();
  const steps = plan.waves.flat();
  expect(steps.map(({ action, ref, movedFrom }) => `${action} ${ref} from ${movedFrom}`).toSorted()).toEqual([
    'update Cluster/prod from Cluster/main',
    'update ListenerRule/charts from ListenerRule/reports',
    'update LoadBalancer/edge from LoadBalancer/public',
    'update ScalingPolicy/orders from ScalingPolicy/api',
    'update Service/orders from Service/api',
    'update TargetGroup/orders from TargetGroup/api',
  ]);
  expect(steps.flatMap(({ changes }) => changes.map(({ path }) => path))).toEqual(
    Array.from({ length: 6 }, () => '/tags/longshore.dev~1resource'),
  );
  expect(renderText(plan)).toContain('moved from Service/api: it is renamed, and stays what it is in AWS');

  const operation = await syncs(world, input);
  expect(operation).toMatchObject({ phase: 'Succeeded' });
  const after = await asUser(world, readAccount);
  expect(ids(after)).toEqual(ids(before));
  expect(
    after
      .flatMap(({ tags }) => tags['longshore.dev/resource'] ?? [])
      .filter((ref) => /main|api|public|reports/.test(ref)),
  ).toEqual([]);
  const records = await world.store.list('inventory', '', 20);
  expect(records.map(({ key }) => key.split('/').slice(-2).join('/'))).toEqual(steps.map(({ ref }) => ref).toSorted());
  expect(isEmpty(await world.engine.plan(input, {}, never))).toBe(true);
  // Another one that has lost its disk knows it as well, and so does Git without the annotation.
  const plain = renamedShop().map((one): Manifest => ({ ...one, metadata: { name: one.metadata.name } }));
  const elsewhere = world.restart(memoryStore());
  expect(isEmpty(await elsewhere.plan(world.application(plain, 'r3'), {}, never))).toBe(true);
});

test('a rename together with other changes changes those alone', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), plainService(GOOD)]));
  const next = renamed(plainService(GOOD, { desiredCount: 3 }), 'orders');
  const operation = await syncs(world, world.application([cluster(), next], 'r2'));
  expect(operation).toMatchObject({ phase: 'Succeeded' });
  expect(world.sandbox.calls()['ecs:CreateService']).toBe(1);
  expect(world.sandbox.calls()['ecs:RegisterTaskDefinition']).toBe(1);
  const services = (await asUser(world, readAccount)).filter(({ type }) => type === 'ecs:service');
  expect(services).toHaveLength(1);
  expect(services[0]?.state).toMatchObject({ desiredCount: 3, rollouts: ['SUCCESSFUL'] });
});

test('the history of a renamed service is trimmed with it, and goes with it', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), plainService('example/web:1')]));
  await syncs(world, world.application([cluster(), plainService('example/web:2')], 'r2'));
  await syncs(world, world.application([cluster(), renamed(plainService('example/web:2'), 'orders')], 'r3'));
  await syncs(world, world.application([cluster()], 'r4'));
  const left = (await asUser(world, readAccount)).map(({ type }) => type);
  expect(left).not.toContain('ecs:service');
  expect(left).not.toContain('ecs:task-definition');
});

test('moved from what is not there is a name like any other', async () => {
  await using world = await users();
  const group = annotated(targetGroup({}, 'orders'), { 'moved-from': 'TargetGroup/gone' });
  const input = world.application([group]);
  expect((await world.engine.plan(input, {}, never)).waves.flat()).toMatchObject([{ action: 'create' }]);
  expect(await syncs(world, input)).toMatchObject({ phase: 'Succeeded' });
  expect(isEmpty(await world.engine.plan(input, {}, never))).toBe(true);
});

test('annotations that cannot be a rename are errors with their place', async () => {
  await using world = await users();
  const plan = (...manifests: readonly Manifest[]) => world.engine.plan(world.application(manifests), {}, never);
  const from = (name: string) => annotated(targetGroup({}, 'orders'), { 'moved-from': name });
  await expect(plan(from('Cluster/main'))).rejects.toThrow(
    'a Cluster cannot become a TargetGroup, expected TargetGroup/main',
  );
  await expect(plan(from('TargetGroup/api'), targetGroup())).rejects.toThrow('TargetGroup/api is declared still');
  await expect(plan(from('orders'))).rejects.toThrow(
    'orders.yaml:1:1: /metadata/annotations/longshore.dev~1moved-from: "orders" is no reference',
  );
});

test('what another Application has is not taken over, and it says how to', async () => {
  await using world = await users();
  const named = manifest('Cluster/main', { nameOverride: 'prod' });
  await syncs(world, world.application([named]));
  const other = { ...world.application([annotated(named, { adopt: 'true' })]), name: 'other' };
  const refused = await syncs(world, other, { approved: true });
  expect(refused.phase).toBe('Failed');
  expect(refused.message).toContain(
    'it is not taken over while Application shop has it: give it deletionPolicy: Retain there',
  );
  // The way that it names.
  const kept = manifest('Cluster/main', { nameOverride: 'prod', deletionPolicy: 'Retain' });
  await syncs(world, world.application([kept], 'r2'));
  const allowEmpty = { automated: { prune: true, allowEmpty: true } };
  expect(await syncs(world, world.application([], 'r3', allowEmpty))).toMatchObject({ phase: 'Succeeded' });
  expect(await syncs(world, other, { approved: true })).toMatchObject({ phase: 'Succeeded' });
  expect(isEmpty(await world.engine.plan(other, {}, never))).toBe(true);
});

test('point 16: a changed destination does not orphan the old resources', async () => {
  await using world = await users();
  const here = world.application([cluster(), targetGroup(), loadBalancer(), service()]);
  await syncs(world, here);
  const there = { ...here, destination: { ...here.destination, region: 'us-east-1' } };
  expect(await syncs(world, there, { approved: true })).toMatchObject({ phase: 'Succeeded' });
  const old = (await asUser(world, readAccount)).map(({ type }) => type);
  expect(old).toEqual([]);
  const { status } = await world.engine.status(there, never);
  expect(status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
});
