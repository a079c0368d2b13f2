import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const ada = { kind: 'person', name: 'ada' } as const;
const never = new AbortController().signal;

async function manual(): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: {} });
  world.repository().commit({ shop: [manifest('Base/main'), manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(1));
  return world;
}

it('a sync gives the operation as it began; meanwhile nobody else syncs, and it can be ended', async () => {
  const world = await manual();
  world.world.cloud.rolloutMs = minutes(30);
  const begun = await world.controller.sync('shop', { initiator: ada });
  expect(begun).toMatchObject({ id: '1', phase: 'Running', initiator: ada, revision: 'r1' });
  expect(world.controller.state('shop')?.operation?.id).toBe('1');
  expect(world.conditionsOf('shop')).toContain('Reconciling');
  await expect(world.controller.sync('shop', { initiator: ada })).rejects.toMatchObject({
    code: 'OperationInProgress',
  });
  await world.controller.terminate('shop', 'ada');
  await world.pass(minutes(1));
  expect(await world.controller.operation('shop', '1')).toMatchObject({
    phase: 'Failed',
    message: 'Operation terminated',
  });
  const ready = world.controller.state('shop')?.conditions.find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({ status: 'False', reason: 'SyncFailed', message: 'Operation terminated' });
  await expect(world.controller.terminate('shop', 'ada')).rejects.toMatchObject({ code: 'NoOperation' });
  await world.stop();
});

it('point 2: what a person ended is not begun again by itself', async () => {
  const world = new ControllerWorld();
  world.declare('shop');
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.world.cloud.rolloutMs = minutes(30);
  world.start();
  await world.pass(minutes(1));
  await world.controller.terminate('shop', 'ada');
  await world.pass(minutes(5));
  const ready = world.controller.state('shop')?.conditions.find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({ status: 'False', reason: 'SyncFailed', message: 'a person ended the last sync' });
  await world.pass(minutes(35));
  expect(await world.historyOf('shop')).toEqual(['commit Failed r1']);
  await world.stop();
});

it('a partial sync, another revision, a plan of it, and the manifests of an operation', async () => {
  const world = await manual();
  await world.controller.sync('shop', { initiator: ada, resources: ['Base:main'] });
  await world.pass(minutes(2));
  expect(world.world.cloud.summary()).toHaveLength(1);
  expect(world.stateOf('shop')).toContain('OutOfSync');
  world.repository().commit({ shop: [manifest('Base/main'), manifest('Thing/api', { version: 'v2' })] });
  await world.pass(minutes(2));
  const plan = await world.controller.plan('shop', { revision: 'r1' }, never);
  expect(plan.revision).toBe('r1');
  await world.controller.sync('shop', { initiator: ada, revision: 'r1' });
  await world.pass(minutes(2));
  expect(await world.historyOf('shop')).toEqual(['person Succeeded r1', 'person Succeeded r1']);
  expect(await world.controller.manifests('shop', undefined, never)).toContain('version: v2');
  expect(await world.controller.manifests('shop', '2', never)).not.toContain('version: v2');
  expect(world.controller.resources('shop')).toMatchObject([
    { ref: 'Base/main', sync: 'Synced', message: expect.any(String) },
    { ref: 'Thing/api', sync: 'OutOfSync', parts: [{ type: 'fake:Thing' }] },
  ]);
  await world.stop();
});

it('a refresh asks the source past every cache, and resolves when it was compared', async () => {
  const world = await manual();
  world.repository().commit({ shop: [manifest('Base/main', { note: 'new' })] });
  const state = await world.controller.refresh('shop', never);
  expect(state.revision).toBe('r2');
  await expect(world.controller.refresh('shpo', never)).rejects.toThrow(
    'there is no Application "shpo" (did you mean "shop"?)',
  );
  await world.stop();
});

it('deletions beyond maxDeletions are done when a person says yes to them', async () => {
  const world = new ControllerWorld();
  world.declare('shop');
  const things = ['a', 'b', 'c', 'd'].map((name) => manifest(`Thing/${name}`));
  world.repository().commit({ shop: things });
  world.start();
  await world.pass(minutes(3));
  world.repository().commit({ shop: things.slice(0, 1) });
  await world.pass(minutes(5));
  expect(world.world.cloud.summary()).toHaveLength(4);
  const resources = world.controller.resources('shop');
  expect(resources.map(({ ref, sync }) => `${ref} ${sync}`)).toEqual([
    'Thing/a Synced',
    'Thing/b OutOfSync',
    'Thing/c OutOfSync',
    'Thing/d OutOfSync',
  ]);
  expect(resources[1]).toMatchObject({ message: 'not in the source any more', parts: [{ type: 'fake:Thing' }] });
  await world.controller.sync('shop', { initiator: ada, approveDeletions: true });
  await world.pass(minutes(5));
  expect(world.world.cloud.summary()).toHaveLength(1);
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});

it('what a person asked for goes on after a restart, though automation is off', async () => {
  const world = await manual();
  world.world.cloud.rolloutMs = minutes(3);
  await world.controller.sync('shop', { initiator: ada });
  await world.pass(30_000);
  await world.stop();
  world.start();
  await world.pass(minutes(10));
  const [cut, resumed] = await world.controller.history('shop');
  expect(cut).toMatchObject({ phase: 'Error', message: 'interrupted' });
  expect(resumed).toMatchObject({ phase: 'Succeeded', initiator: ada, resumes: '1', run: cut?.run });
  await world.stop();
});

it('a rollback that was cut short is taken up as what it was', async () => {
  const world = new ControllerWorld();
  world.declare('shop');
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(3));
  world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
  await world.pass(minutes(3));
  await world.controller.rollback('shop', '1', 'ada');
  await world.pass(5_000);
  await world.stop();
  world.start();
  await world.pass(minutes(5));
  expect((await world.historyOf('shop')).slice(-2)).toEqual(['rollback Error r1', 'rollback Succeeded r1']);
  expect([...world.world.cloud.things.values()].map(({ version }) => version)).toEqual(['v1']);
  await world.stop();
});
