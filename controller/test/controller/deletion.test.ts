import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

async function two(deletionPolicy: 'Delete' | 'Retain'): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.declare('shop', { deletionPolicy });
  world.declare('other');
  world.repository().commit({ shop: [manifest('Base/main'), manifest('Thing/api')], other: [manifest('Thing/x')] });
  world.start();
  await world.pass(minutes(3));
  return world;
}

it('with deletionPolicy Delete everything goes with the Application, as a recorded operation', async () => {
  const world = await two('Delete');
  world.applications.delete('shop');
  await world.pass(minutes(3));
  expect(world.controller.state('shop')).toBeUndefined();
  expect(world.world.cloud.summary()).toHaveLength(1);
  expect(world.told('application.deleted')).toEqual(['shop is deleted with everything that it owned']);
  const { listOperations } = await import('../../src/engine/operations.ts');
  expect((await listOperations(world.world.store, 'shop')).at(-1)).toMatchObject({ removal: true, phase: 'Succeeded' });
  await world.stop();
});

it('with deletionPolicy Retain it is forgotten, and that is said', async () => {
  const world = await two('Retain');
  world.applications.delete('shop');
  await world.pass(minutes(3));
  expect(world.controller.state('shop')).toBeUndefined();
  expect(world.world.cloud.summary()).toHaveLength(3);
  expect(world.told('application.dropped')).toEqual(['shop is not declared any more; what it owns in AWS stays']);
  await world.stop();
});

it('a deletion goes on after a restart in the middle of it, and after one before it was seen', async () => {
  const world = await two('Delete');
  world.world.cloud.drainMs = minutes(5);
  world.applications.delete('shop');
  await world.pass(5_000);
  expect(world.controller.state('shop')?.deleting).toBe(true);
  await world.stop();
  world.start();
  await world.pass(minutes(20));
  expect(world.controller.state('shop')).toBeUndefined();
  expect(world.world.cloud.summary()).toHaveLength(1);

  world.declare('late', { deletionPolicy: 'Delete' });
  world.repository().commit({ late: [manifest('Thing/late')] });
  await world.pass(minutes(3));
  expect(world.world.cloud.summary()).toHaveLength(2);
  await world.stop();
  // Taken away while nobody looked.
  world.applications.delete('late');
  world.start();
  await world.pass(minutes(20));
  expect(world.world.cloud.summary()).toHaveLength(1);
  await world.stop();
});

it('a folder that is empty all of a sudden, or has a file that cannot be read, deletes nothing', async () => {
  const world = await two('Delete');
  const all = new Map(world.applications);
  world.applications.clear();
  await world.pass(minutes(3));
  expect(world.world.cloud.summary()).toHaveLength(2 + 1);
  expect(world.told('applications.empty')).toHaveLength(1);
  for (const [name, application] of all) world.applications.set(name, application);
  await world.pass(minutes(3));
  world.complete = false;
  world.applications.delete('shop');
  await world.pass(minutes(3));
  expect(world.controller.state('shop')?.deleting).toBe(false);
  expect(world.world.cloud.summary()).toHaveLength(3);
  await world.stop();
});

it('an Application that comes back after its deletion is made anew', async () => {
  const world = await two('Delete');
  const shop = world.applications.get('shop');
  world.applications.delete('shop');
  await world.pass(minutes(3));
  if (shop !== undefined) world.applications.set('shop', shop);
  await world.pass(minutes(3));
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  expect(world.world.cloud.summary()).toHaveLength(3);
  await world.stop();
});

it('what is still declared cannot be deleted by name', async () => {
  const world = await two('Delete');
  const deleting = world.controller.delete('shop', { cascade: true, by: 'ada' });
  await expect(deleting).rejects.toMatchObject({ code: 'StillDeclared' });
  await world.stop();
});

it('a repository that cannot be read any more does not keep an Application from being deleted', async () => {
  const world = await two('Delete');
  world.repository().broken = new Error('repository not found');
  world.applications.delete('shop');
  await world.pass(minutes(3));
  expect(world.controller.state('shop')).toBeUndefined();
  expect(world.world.cloud.summary()).toHaveLength(1);
  await world.stop();
});

it('what asks for a person before it goes waits for one, who says yes by asking once more', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { deletionPolicy: 'Delete' });
  world.declare('other');
  const precious = manifest('Base/precious', {}, { 'longshore.dev/sync-options': 'Delete=confirm' });
  world.repository().commit({ shop: [precious, manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(3));
  world.applications.delete('shop');
  await world.pass(minutes(30));
  expect(world.controller.state('shop')?.deleting).toBe(true);
  expect(world.world.cloud.summary().join()).toContain('precious');
  expect(world.conditionsOf('shop')).toContain('Deleting');
  await world.controller.delete('shop', { cascade: true, by: 'ada' });
  await world.pass(minutes(5));
  expect(world.controller.state('shop')).toBeUndefined();
  expect(world.world.cloud.summary()).toEqual([]);
  await world.stop();
});
