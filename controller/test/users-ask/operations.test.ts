import {
  DescribeServicesCommand,
  ListClustersCommand,
  ListServicesCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { isEmpty } from '../../src/core/plan.ts';
import { readManifests } from '../../src/engine/manifests-record.ts';
import { endInterrupted, listOperations } from '../../src/engine/operations.ts';
import { BAD, cluster, GOOD, NEXT, plainService, scalingPolicy, shop, targetGroup } from '../matrix/manifests.ts';
import { asUser, done, HANGS, job, runningTasks, syncs, tasksRun, until, users } from './shop.ts';
import type { Harness } from '../harness.ts';

const never = new AbortController().signal;

/** The one service, after somebody changed it by hand. */
function byHand(world: Harness, change?: object): Promise<Service | undefined> {
  return asUser(world, async ({ ecs }) => {
    const { clusterArns: [inCluster = ''] = [] } = await ecs.send(new ListClustersCommand({}));
    const { serviceArns: [service = ''] = [] } = await ecs.send(new ListServicesCommand({ cluster: inCluster }));
    if (change !== undefined) await ecs.send(new UpdateServiceCommand({ cluster: inCluster, service, ...change }));
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: inCluster, services: [service] }));
    return services?.[0];
  });
}

test('point 2: a sync that hangs ends at its timeout', async () => {
  await using world = await users();
  const manifests = [cluster(), job('hangs', { hook: 'PreSync' }, HANGS)];
  const operation = await syncs(world, world.application(manifests), { timeoutSeconds: 120 });
  expect(operation).toMatchObject({ phase: 'Failed' });
  expect(operation.message).toMatch(/^PreSync hook Job\/hangs: timed out after 120 s, waiting for task/);
  await world.clock.sleep(60_000);
  expect(await runningTasks(world)).toEqual([]);
});

test('point 2: a sync that hangs can be terminated, and the next one goes on', async () => {
  await using world = await users();
  const input = world.application([cluster(), job('hangs', { hook: 'PreSync' }, HANGS)]);
  const running = syncs(world, input);
  await until(world, 'the hook runs', async () => (await runningTasks(world)).length === 1);
  await expect(syncs(world, input)).rejects.toThrow('another operation of shop is in progress');
  world.engine.terminate('shop');
  expect(await running).toMatchObject({ phase: 'Failed', message: 'Operation terminated' });
  expect(await listOperations(world.store, 'shop')).toMatchObject([
    { phase: 'Failed', message: 'Operation terminated', finishedAt: expect.any(String) },
  ]);
  expect(await syncs(world, world.application([cluster()], 'r2'))).toMatchObject({ phase: 'Succeeded' });
});

test('point 6: self-heal is a recorded operation, with hooks', async () => {
  await using world = await users();
  const input = world.application([cluster(), plainService(GOOD), job('notify', { hook: 'PostSync' })]);
  await syncs(world, input);
  await byHand(world, { desiredCount: 5 });
  const healed = await syncs(world, input, { initiator: { kind: 'self-heal', name: 'longshore' } });
  expect(healed).toMatchObject({ phase: 'Succeeded', initiator: { kind: 'self-heal' } });
  expect(done(healed)).toContain('PostSync hook Job/notify Synced');
  expect(tasksRun(world)).toBe(2);
  expect((await listOperations(world.store, 'shop')).map(({ initiator }) => initiator.kind)).toEqual([
    'person',
    'self-heal',
  ]);
});

test('point 8: no premature Healthy: health is bound to the deployment of the wanted revision', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), plainService(GOOD)]));
  const next = world.application([cluster(), plainService(NEXT)], 'r2');
  const running = syncs(world, next);
  await until(world, 'the rollout is in flight', async () => (await byHand(world))?.deployments?.length === 2);
  const { status } = await world.engine.status(next, never);
  expect(status.health).toMatchObject({ status: 'Progressing' });
  expect(await running).toMatchObject({ phase: 'Succeeded' });
  expect((await world.engine.status(next, never)).status.health.status).toBe('Healthy');
  // The old revision runs well, and the new one never did.
  const bad = world.application([cluster(), plainService(BAD)], 'r3');
  expect(await syncs(world, bad)).toMatchObject({ phase: 'Failed' });
  expect((await world.engine.status(bad, never)).status.health).toMatchObject({ status: 'Degraded', reason: 'Held' });
});

test('point 9: self-heal never fights the autoscaler', async () => {
  await using world = await users();
  const input = world.application([cluster(), plainService(GOOD, { desiredCount: 2 }), scalingPolicy()]);
  await syncs(world, input);
  await byHand(world, { desiredCount: 5 });
  expect(isEmpty((await world.engine.status(input, never)).status.plan)).toBe(true);
  await syncs(world, input, { initiator: { kind: 'self-heal', name: 'longshore' } });
  expect(await byHand(world)).toMatchObject({ desiredCount: 5 });
  // Beyond its limits it is drift: back to the nearest of them.
  await byHand(world, { desiredCount: 9 });
  const { plan } = (await world.engine.status(input, never)).status;
  expect(plan.waves.flat().flatMap(({ changes }) => changes)).toMatchObject([
    { path: '/desiredCount', from: 9, to: 6 },
  ]);
});

test('point 10: no perpetual OutOfSync from defaults', async () => {
  await using world = await users();
  const input = world.application(shop());
  await syncs(world, input);
  for (let look = 0; look < 3; look++) {
    const { status } = await world.engine.status(input, never);
    expect({ sync: status.sync, empty: isEmpty(status.plan) }).toEqual({ sync: 'Synced', empty: true });
    await world.clock.sleep(600_000);
  }
});

test('point 14: more deletions than maxDeletions stop and ask', async () => {
  await using world = await users();
  const groups = Array.from({ length: 20 }, (_, n) => targetGroup({}, `g${n}`));
  const policy = { automated: { prune: true }, maxDeletions: '10%' };
  await syncs(world, world.application(groups, 'r1', policy));
  const less = world.application(groups.slice(3), 'r2', policy);
  const stopped = await syncs(world, less);
  expect(stopped).toMatchObject({ phase: 'Failed', results: [] });
  expect(stopped.message).toMatch(/^3 resources would be deleted .*, more than maxDeletions allows \(2\)/);
  expect(await syncs(world, world.application(groups.slice(2), 'r3', policy))).toMatchObject({ phase: 'Succeeded' });
  expect(await syncs(world, less, { approveDeletions: true })).toMatchObject({ phase: 'Succeeded' });
});

test('point 14: an empty source deletes nothing', async () => {
  await using world = await users();
  await syncs(world, world.application([cluster(), targetGroup()]));
  const emptied = await syncs(world, world.application([], 'r2'), { approved: true });
  expect(emptied).toMatchObject({ phase: 'Failed', results: [] });
  expect(emptied.message).toContain('this would delete all 2 resources');
});

test('point 17: failed syncs are in the history, with manifests and initiator', async () => {
  await using world = await users();
  const bad = [cluster(), plainService(BAD)];
  await syncs(world, world.application(bad, 'bad'), { initiator: { kind: 'commit', name: 'ada' } });
  const unplanned = [plainService(GOOD)];
  await syncs(world, world.application(unplanned, 'broken'), { initiator: { kind: 'webhook', name: 'github' } });
  const history = await listOperations(world.store, 'shop');
  expect(history).toMatchObject([
    { phase: 'Failed', revision: 'bad', initiator: { kind: 'commit', name: 'ada' }, manifestsKept: true },
    { phase: 'Error', revision: 'broken', initiator: { kind: 'webhook', name: 'github' }, manifestsKept: true },
  ]);
  const kept = await Promise.all(history.map(({ digest }) => readManifests(world.store, 'shop', digest)));
  expect(kept.map((manifests) => manifests?.map(({ spec }) => spec))).toEqual([
    bad.map(({ spec }) => spec),
    unplanned.map(({ spec }) => spec),
  ]);
});

test('an operation that a killed process left is ended with the reason', async () => {
  await using world = await users();
  const input = world.application([cluster(), job('hangs', { hook: 'PreSync' }, HANGS)]);
  const dead = syncs(world, input, {}, world.restart(world.store));
  await until(world, 'the hook runs', async () => (await runningTasks(world)).length === 1);
  expect(await endInterrupted(world.store, world.clock.now())).toEqual(['shop']);
  expect(await listOperations(world.store, 'shop')).toMatchObject([{ phase: 'Error', message: 'interrupted' }]);
  const event = (code: string) => (one: Event) => one.code === code;
  expect(world.events.filter(event('operation.finished'))).toEqual([]);
  void dead;
});

test('point 21: waiting for what is done already returns at once', async () => {
  await using world = await users();
  const input = world.application([cluster(), plainService(GOOD)]);
  await syncs(world, input);
  await world.clock.sleep(60_000);
  const began = world.clock.now().getTime();
  const again = await syncs(world, input);
  expect(again).toMatchObject({ phase: 'Succeeded' });
  expect(world.clock.now().getTime()).toBe(began);
});
