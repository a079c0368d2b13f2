import { expect, test } from 'vitest';
import { memoryStore } from '../../src/engine/stores/memory.ts';
import { readAccount } from '../matrix/account.ts';
import { cluster, GOOD, plainService, shop as everything } from '../matrix/manifests.ts';
import { annotated, asUser, done, job, syncs, tasksRun, users } from './shop.ts';

const never = new AbortController().signal;
const by = { kind: 'person', name: 'test' } as const;
const left = async (world: Awaited<ReturnType<typeof users>>) =>
  (await asUser(world, readAccount)).map(({ type }) => type).toSorted();

test('an Application is removed in reverse order, with its hooks around it', async () => {
  await using world = await users();
  const manifests = [
    ...everything(),
    job('drain', { hook: 'PreDelete' }),
    job('farewell', { hook: 'PostDelete' }),
    job('migrate', { hook: 'PreSync' }),
  ];
  await syncs(world, world.application(manifests));
  expect(tasksRun(world)).toBe(1);
  const operation = await world.engine.remove(world.application(manifests, 'r1', {}), { initiator: by }, never);
  expect(operation).toMatchObject({ phase: 'Succeeded', message: 'successfully removed', removal: true });
  expect(done(operation)).toEqual([
    'PreDelete hook Job/drain Synced',
    'ScalingPolicy/api Pruned',
    'Service/api Pruned',
    'ListenerRule/reports Pruned',
    'LoadBalancer/public Pruned',
    'TargetGroup/api Pruned',
    // It needs the cluster.
    'PostDelete hook Job/farewell Synced',
    'Cluster/main Pruned',
  ]);
  expect(tasksRun(world)).toBe(3);
  expect(await left(world)).toEqual([]);
  expect(await world.store.list('inventory', '', 10)).toEqual([]);
});

test('what is retained stays when its Application is removed', async () => {
  await using world = await users();
  const manifests = [annotated(cluster(), { 'sync-options': 'Delete=false' }), plainService(GOOD)];
  await syncs(world, world.application(manifests));
  const operation = await world.engine.remove(world.application(manifests), { initiator: by }, never);
  expect(done(operation)).toEqual(['Service/api Pruned', 'Cluster/main PruneSkipped']);
  expect(await left(world)).toEqual(['ecs:cluster']);
});

test('what asks for a person is asked for before anything goes, and goes when a person says yes', async () => {
  await using world = await users();
  const manifests = [annotated(cluster(), { 'sync-options': 'Delete=confirm' }), plainService(GOOD)];
  const input = world.application(manifests);
  await syncs(world, input);
  const refused = await world.engine.remove(input, { initiator: by }, never);
  expect(refused).toMatchObject({ phase: 'Failed', results: [] });
  expect(refused.message).toContain('Cluster/main: Delete=confirm: it is deleted when a person says yes');
  const approvedAt = (seconds: number) => ({
    ...input,
    annotations: {
      'longshore.dev/deletion-approved': new Date(world.clock.now().getTime() + seconds * 1000).toISOString(),
    },
  });
  expect(await world.engine.remove(approvedAt(-60), { initiator: by }, never)).toMatchObject({ phase: 'Failed' });
  await world.clock.sleep(5_000);
  expect(await world.engine.remove(approvedAt(0), { initiator: by }, never)).toMatchObject({ phase: 'Succeeded' });
  expect(await left(world)).toEqual([]);
});

test('an Application without a source is removed by its records, also when only AWS has them', async () => {
  await using world = await users();
  const input = world.application([cluster(), plainService(GOOD)]);
  await syncs(world, input);
  const engine = world.restart(memoryStore());
  const target = { name: 'shop', destinations: [input.destination] };
  const operation = await engine.remove(target, { initiator: by }, never);
  expect(done(operation)).toEqual(['Service/api Pruned', 'Cluster/main Pruned']);
  expect(await left(world)).toEqual([]);
});
