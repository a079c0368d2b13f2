import { expect, test } from 'vitest';
import { cluster, GOOD, plainService } from '../matrix/manifests.ts';
import { annotated, done, FAILS, HANGS, job, revisions, runningTasks, syncs, tasksRun, until, users } from './shop.ts';

const shop = [cluster(), plainService(GOOD)];
const FAMILY = 'shop-migrate';

test('what a hook leaves in AWS goes by its hook-delete-policy, and stays without one', async () => {
  await using world = await users();
  const hook = (image?: string, policy?: string) =>
    job('migrate', { hook: 'PreSync', ...(policy === undefined ? {} : { 'hook-delete-policy': policy }) }, image);
  await syncs(world, world.application([...shop, hook()]));
  expect(await revisions(world, FAMILY)).toHaveLength(1);
  expect(await syncs(world, world.application([...shop, hook(undefined, 'HookSucceeded')]))).toMatchObject({
    phase: 'Succeeded',
  });
  expect(await revisions(world, FAMILY)).toEqual([]);
  await syncs(world, world.application([...shop, hook(FAILS, 'HookSucceeded')]));
  expect(await revisions(world, FAMILY)).toHaveLength(1);
  await syncs(world, world.application([...shop, hook(FAILS, 'HookFailed')]));
  expect(await revisions(world, FAMILY)).toEqual([]);
});

test('BeforeHookCreation takes away what the run before left', async () => {
  await using world = await users();
  const manifests = [...shop, job('migrate', { hook: 'PreSync', 'hook-delete-policy': 'BeforeHookCreation' })];
  await syncs(world, world.application(manifests));
  const [first] = await revisions(world, FAMILY);
  await syncs(world, world.application(manifests));
  const left = await revisions(world, FAMILY);
  expect(left).toHaveLength(1);
  expect(left).not.toContain(first);
  expect(tasksRun(world)).toBe(2);
});

test('a hook that is not in the source any more leaves nothing behind, also with pruning off', async () => {
  await using world = await users();
  const off = { automated: { prune: false } };
  await syncs(world, world.application([...shop, job('migrate', { hook: 'PreSync' })], 'r1', off));
  const input = world.application(shop, 'r2', off);
  const operation = await syncs(world, input);
  expect(operation.phase).toBe('Succeeded');
  expect(done(operation)).toEqual(['Cluster/main Synced', 'Service/api Synced']);
  expect(await revisions(world, FAMILY)).toEqual([]);
  const records = await world.store.list('inventory', '', 10);
  expect(records.map(({ key }) => key.split('/').slice(-2).join('/'))).toEqual(['Cluster/main', 'Service/api']);
});

test('a hook whose operation is terminated is stopped', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster()]));
  const running = syncs(world, world.application([cluster(), job('hangs', { hook: 'PreSync' }, HANGS)], 'r2'));
  await until(world, 'the hook runs', async () => (await runningTasks(world)).length === 1);
  expect(world.engine.terminate('shop')).toBe(true);
  expect(await running).toMatchObject({ phase: 'Failed', message: 'Operation terminated' });
  await world.clock.sleep(60_000);
  expect(await runningTasks(world)).toEqual([]);
  expect(world.engine.terminate('shop')).toBe(false);
});

test('hook annotations that mean nothing, and hooks of other kinds, are errors with their place', async () => {
  await using world = await users();
  const plan = (manifest: ReturnType<typeof job>) =>
    world.engine.plan(world.application([...shop.slice(0, 1), manifest]), {}, new AbortController().signal);
  await expect(plan(job('migrate', { hook: 'PreSnyc' }))).rejects.toThrow(
    'migrate.yaml:1:1: /metadata/annotations/longshore.dev~1hook: "PreSnyc" is no hook, expected one of PreSync, Sync, PostSync, SyncFail, PreDelete, PostDelete, Skip (did you mean "PreSync"?)',
  );
  await expect(plan(annotated(plainService(), { hook: 'PostSync' }))).rejects.toThrow(
    'a Service cannot be a hook, expected kind Job',
  );
  await expect(plan(job('migrate', { hook: 'Sync', 'hook-delete-policy': 'HookSucceded' }))).rejects.toThrow(
    '(did you mean "HookSucceeded"?)',
  );
});

test('a manifest with hook Skip is left as it is', async () => {
  await using world = await users();
  await syncs(world, world.application(shop));
  const skipped = annotated(plainService('example/web:2'), { hook: 'Skip' });
  const input = world.application([cluster(), skipped], 'r2');
  const operation = await syncs(world, input);
  expect(done(operation)).toEqual(['Cluster/main Synced']);
  const { status } = await world.engine.status(input, new AbortController().signal);
  expect(status.sync).toBe('Synced');
});
