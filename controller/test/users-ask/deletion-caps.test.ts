import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const things = (count: number) => Array.from({ length: count }, (_, n) => manifest(`Thing/t${n}`));

/** An Application of so many resources, synced; then so many of them are taken out of Git. */
async function afterRemoving(removed: number, of: number): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: { prune: true }, maxDeletions: '10%' } });
  world.repository().commit({ shop: things(of) });
  world.start();
  await world.pass(minutes(5));
  expect(world.world.cloud.things.size).toBe(of);
  world.repository().commit({ shop: things(of - removed) });
  await world.pass(minutes(10));
  return world;
}

it('point 14: 11 of 100 deletions with maxDeletions 10% stop and ask, and nothing is deleted', async () => {
  const world = await afterRemoving(11, 100);
  expect(world.world.cloud.things.size).toBe(100);
  expect(world.conditionsOf('shop')).toContain('ApprovalNeeded');
  await world.controller.sync('shop', { initiator: { kind: 'person', name: 'ada' }, approveDeletions: true });
  await world.pass(minutes(5));
  expect(world.world.cloud.things.size).toBe(89);
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});

it.each([
  [10, 100],
  [1, 5],
])('point 14: %i of %i go on without a person', async (removed, of) => {
  const world = await afterRemoving(removed, of);
  expect(world.world.cloud.things.size).toBe(of - removed);
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});
