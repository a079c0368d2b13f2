import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

it('point 9: self-heal never fights the autoscaler, and still corrects what is beyond its bounds', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: { selfHeal: true } } });
  world.repository().commit({
    shop: [
      manifest('Thing/api', { size: 2 }),
      manifest('Scaler/api', { scales: { on: 'Thing/api', min: 1, max: 10 } }),
    ],
  });
  world.start();
  await world.pass(minutes(5));
  const thing = [...world.world.cloud.things.values()].find(({ kind }) => kind === 'Thing');
  if (thing === undefined) throw new Error('there is no thing');
  for (const size of [3, 7, 10, 4]) {
    thing.size = size;
    await world.pass(minutes(5));
    expect(thing.size).toBe(size);
    expect(world.stateOf('shop')).toBe('Synced, Healthy');
  }
  expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1']);
  expect(world.told('application.drift')).toEqual([]);
  thing.size = 50;
  await world.pass(minutes(5));
  expect(thing.size).toBeLessThanOrEqual(10);
  expect((await world.historyOf('shop')).at(-1)).toBe('self-heal Succeeded r1');
  await world.stop();
});
