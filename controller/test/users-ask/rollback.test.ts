import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

async function twoVersions(): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: { prune: true, selfHeal: true } } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(3));
  world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
  await world.pass(minutes(3));
  return world;
}

const versions = (world: ControllerWorld): readonly string[] =>
  [...world.world.cloud.things.values()].map((thing) => thing.version);

it('point 5: what a rollback takes back is held until Git moves, also after a restart', async () => {
  const world = await twoVersions();
  const operation = await world.controller.rollback('shop', undefined, 'ada');
  expect(operation).toMatchObject({ phase: 'Running', initiator: { kind: 'rollback', name: 'ada' }, revision: 'r1' });
  await world.pass(minutes(5));
  expect(versions(world)).toEqual(['v1']);
  await world.stop();
  world.start();
  await world.pass(minutes(10));
  expect(versions(world)).toEqual(['v1']);
  expect(world.stateOf('shop')).toBe('OutOfSync, Degraded');
  expect(world.controller.state('shop')?.status?.health).toMatchObject({
    reason: 'Held',
    message: expect.stringContaining('ada rolled back to operation 1'),
  });
  expect(world.conditionsOf('shop')).toContain('Held');
  world.repository().commit({ shop: [manifest('Thing/api', { version: 'v3' })] });
  await world.pass(minutes(5));
  expect(versions(world)).toEqual(['v3']);
  expect(world.conditionsOf('shop')).not.toContain('Held');
  await world.stop();
});

it('point 5: a commit that does not change what was taken back does not end the hold; a person may', async () => {
  const world = await twoVersions();
  await world.controller.rollback('shop', '1', 'ada');
  await world.pass(minutes(5));
  world.repository().commit({ other: [manifest('Thing/other')] });
  await world.pass(minutes(5));
  expect(versions(world)).toEqual(['v1']);
  await world.controller.release('shop', 'ada');
  await world.pass(minutes(5));
  expect(versions(world)).toEqual(['v2']);
  await world.stop();
});

it('point 5: an operation is rolled back to also after Git lost its commit', async () => {
  const world = await twoVersions();
  world.repository().forget();
  await world.controller.rollback('shop', '1', 'ada');
  await world.pass(minutes(5));
  expect(versions(world)).toEqual(['v1']);
  await world.stop();
});

it('point 5: there has to be something to roll back to', async () => {
  const world = new ControllerWorld();
  world.declare('shop');
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(3));
  await expect(world.controller.rollback('shop', undefined, 'ada')).rejects.toMatchObject({ code: 'NoHistory' });
  await expect(world.controller.rollback('shop', '7', 'ada')).rejects.toThrow(
    'shop has no operation 7, expected one of 1',
  );
  await world.stop();
});

it('point 6: a correction by hand or by the controller is an operation like any other', async () => {
  const world = await twoVersions();
  const [thing] = [...world.world.cloud.things.values()];
  if (thing !== undefined) thing.size = 7;
  await world.pass(minutes(3));
  const healed = (await world.controller.history('shop')).at(-1);
  expect(healed).toMatchObject({ phase: 'Succeeded', initiator: { kind: 'self-heal' }, revision: 'r2' });
  expect(healed?.results).toHaveLength(1);
  expect(await world.controller.manifests('shop', healed?.id, new AbortController().signal)).toContain('version: v2');
  await world.stop();
});
