import { expect, test } from 'vitest';
import { cluster, GOOD, NEXT, plainService, targetGroup } from '../matrix/manifests.ts';
import { done, FAILS, job, syncs, tasksRun, users } from './shop.ts';

const shop = [cluster(), plainService(GOOD)];

test('point 7: hooks work on a partial sync', async () => {
  await using world = await users();
  const hooks = [job('migrate', { hook: 'PreSync' }), job('smoke', { hook: 'PostSync' })];
  await syncs(world, world.application([...shop, ...hooks]));
  const next = world.application([cluster(), plainService(NEXT), targetGroup(), ...hooks], 'r2');
  const before = tasksRun(world);
  const operation = await syncs(world, next, { resources: ['Service:api'] });
  expect(done(operation)).toEqual([
    'PreSync hook Job/migrate Synced',
    'Service/api Synced',
    'PostSync hook Job/smoke Synced',
  ]);
  expect(operation).toMatchObject({ phase: 'Succeeded', resources: ['Service:api'] });
  expect(tasksRun(world) - before).toBe(2);
});

test('hooks run in the order of phases and waves, around and between the resources', async () => {
  await using world = await users();
  const manifests = [
    ...shop,
    job('smoke', { hook: 'PostSync' }),
    job('late', { hook: 'PreSync', 'sync-wave': '2' }),
    job('early', { hook: 'PreSync', 'sync-wave': '-1' }),
    job('seed', { hook: 'Sync', 'sync-wave': '1' }),
    job('never', { hook: 'SyncFail' }),
  ];
  const operation = await syncs(world, world.application(manifests));
  expect(operation).toMatchObject({ phase: 'Succeeded' });
  expect(done(operation)).toEqual([
    // The first sync makes the cluster that the first hook runs in.
    'Cluster/main Synced',
    'PreSync hook Job/early Synced',
    'PreSync hook Job/late Synced',
    'Service/api Synced',
    'Sync hook Job/seed Synced',
    'PostSync hook Job/smoke Synced',
  ]);
  expect(operation.plan.hooks?.map(({ phase, ref }) => `${phase} ${ref}`)).toEqual([
    'PreSync Job/early',
    'PreSync Job/late',
    'Sync Job/seed',
    'PostSync Job/smoke',
    'SyncFail Job/never',
  ]);
  const { status } = await world.engine.status(world.application(manifests), new AbortController().signal);
  expect(status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
  expect(status.resources.map(({ ref }) => ref)).toEqual(['Cluster/main', 'Service/api']);
});

test('a hook that fails ends the sync before it changes anything, and SyncFail hooks run', async () => {
  await using world = await users();
  await syncs(world, world.application(shop));
  const hooks = [job('migrate', { hook: 'PreSync' }, FAILS), job('alarm', { hook: 'SyncFail' })];
  const operation = await syncs(world, world.application([cluster(), plainService(NEXT), ...hooks], 'r2'));
  expect(operation.phase).toBe('Failed');
  expect(operation.message).toMatch(/^PreSync hook Job\/migrate: .*3/);
  expect(done(operation)).toEqual(['PreSync hook Job/migrate SyncFailed', 'SyncFail hook Job/alarm Synced']);
});

test('a sync runs its hooks again, and a sync that takes up an interrupted one does not', async () => {
  await using world = await users();
  const manifests = [...shop, job('migrate', { hook: 'PreSync,PostSync' })];
  const first = await syncs(world, world.application(manifests));
  expect(tasksRun(world)).toBe(2);
  await syncs(world, world.application(manifests));
  expect(tasksRun(world)).toBe(4);
  const again = await syncs(world, world.application(manifests), { resumes: first.id });
  expect(again).toMatchObject({ run: first.run, resumes: first.id });
  expect(tasksRun(world)).toBe(4);
});

test('a dry run runs no hook and leaves no record', async () => {
  await using world = await users();
  const manifests = [...shop, job('migrate', { hook: 'PreSync' })];
  const operation = await syncs(world, world.application(manifests), { dryRun: true });
  expect(operation).toMatchObject({ phase: 'Succeeded', dryRun: true, results: [] });
  expect(operation.plan.hooks).toHaveLength(1);
  expect(await world.store.list('operation', '', 10)).toEqual([]);
  expect(Object.keys(world.sandbox.calls()).filter((call) => /Create|Register|Put|Run/.test(call))).toEqual([]);
});

test('a hook of a newer commit runs, also where it takes up an interrupted sync', async () => {
  await using world = await users();
  const at = (version: string) => [...shop, job('migrate', { hook: 'PreSync' }, `example/migrate:${version}`)];
  const first = await syncs(world, world.application(at('1')));
  const second = await syncs(world, world.application(at('2'), 'r2'), { resumes: first.id });
  expect(second.run).toBe(first.run);
  expect(tasksRun(world)).toBe(2);
  await syncs(world, world.application(at('2'), 'r3'), { resumes: second.id });
  expect(tasksRun(world)).toBe(2);
});
