import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

it('point 1: an Application is synced after those that it depends on are Synced and Healthy', async () => {
  const world = new ControllerWorld();
  world.declare('network');
  world.declare('shop', { dependsOn: ['network'] });
  world.repository().commit({ network: [manifest('Base/main')], shop: [manifest('Thing/api')] });
  world.world.cloud.rolloutMs = minutes(3);
  world.start();
  await world.pass(minutes(1));
  expect(world.world.cloud.summary()).toHaveLength(1);
  const condition = world.controller.state('shop')?.conditions.find(({ type }) => type === 'DependencyNotReady');
  expect(condition).toMatchObject({ status: 'True', reason: 'DependencyNotReady' });
  await world.pass(minutes(10));
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  expect(world.conditionsOf('shop')).toEqual(['Ready', 'Healthy']);
  const [network] = await world.controller.history('network');
  const [shop] = await world.controller.history('shop');
  expect(Date.parse(shop?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(network?.finishedAt ?? ''));
  await world.stop();
});

it('point 1: of one commit to both, the dependent waits for what the other makes of it', async () => {
  const world = new ControllerWorld();
  world.declare('network');
  world.declare('shop', { dependsOn: ['network'] });
  world.repository().commit({ network: [manifest('Base/main')], shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(10));
  world.repository().commit({
    network: [manifest('Base/main', { version: 'v2' })],
    shop: [manifest('Thing/api', { version: 'v2' })],
  });
  await world.pass(minutes(10));
  const network = (await world.controller.history('network')).at(-1);
  const shop = (await world.controller.history('shop')).at(-1);
  expect([network?.revision, shop?.revision]).toEqual(['r2', 'r2']);
  expect(Date.parse(shop?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(network?.finishedAt ?? ''));
  await world.stop();
});

it('point 1: a circle and a name that is not there are said, and nothing is synced', async () => {
  const world = new ControllerWorld();
  world.declare('a', { dependsOn: ['b'] });
  world.declare('b', { dependsOn: ['c'] });
  world.declare('c', { dependsOn: ['a'] });
  world.declare('lonely', { dependsOn: ['netwrok'] });
  world.declare('network');
  world.repository().commit({
    ...Object.fromEntries(['a', 'b', 'c', 'lonely'].map((name) => [name, [manifest('Thing/api')]])),
    network: [manifest('Base/main')],
  });
  world.start();
  await world.pass(minutes(5));
  const words = (name: string) =>
    world.controller.state(name)?.conditions.find(({ type }) => type === 'DependencyNotReady')?.message;
  expect(words('a')).toBe('dependsOn goes round in a circle: a -> b -> c -> a');
  expect(words('lonely')).toBe('dependsOn: there is no Application "netwrok" (did you mean "network"?)');
  expect(world.world.cloud.summary()).toHaveLength(1);
  await world.stop();
});
