import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const impatient = {
  automated: { prune: true },
  timeoutSeconds: 5,
  retry: { limit: 2, backoff: { duration: '10s', factor: 1, maxDuration: '10s' } },
};

it('point 3: a retry takes the newest commit instead of the broken one', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: impatient });
  world.world.cloud.rolloutMs = 1e9;
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(9_000);
  expect(await world.historyOf('shop')).toEqual(['commit Failed r1']);
  world.world.cloud.rolloutMs = 1;
  world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
  world.controller.webhook({ repoURLs: [world.repository().url] });
  await world.pass(minutes(2));
  expect(await world.historyOf('shop')).toEqual(['commit Failed r1', 'commit Succeeded r2']);
  await world.stop();
});

it('point 4: a revision that failed for want of a permission is tried again every ten minutes, until it is there', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { ...impatient, timeoutSeconds: 600 } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  const denied = (): Error =>
    new Error('CreateService api: AccessDenied: not authorized to perform: ecs:CreateService');
  world.world.cloud.failNext = Array.from({ length: 10_000 }, denied);
  world.start();
  await world.pass(minutes(60));
  const tries = (await world.controller.history('shop')).length;
  expect(tries).toBeGreaterThan(4);
  expect(tries).toBeLessThan(11);
  world.world.cloud.failNext = [];
  await world.pass(minutes(15));
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});

it('point 4: a revision that failed is tried again when the world that it failed in is another', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: impatient });
  world.world.cloud.rolloutMs = 1e9;
  world.repository().commit({ shop: [manifest('Thing/api'), manifest('Thing/web', { needs: ['Thing/api'] })] });
  world.start();
  await world.pass(minutes(30));
  const failed = (await world.controller.history('shop')).length;
  expect(failed).toBe(3);
  // Somebody mends by hand what it waited for.
  world.world.cloud.rolloutMs = 1;
  for (const thing of world.world.cloud.things.values()) Object.assign(thing, { readyAt: 0, note: 'mended' });
  await world.pass(minutes(5));
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});
