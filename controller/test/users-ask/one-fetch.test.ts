import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `app-${index}`);

it('point 12: one fetch for a repository serves all of its Applications; only those whose path changed are looked at', async () => {
  const looks: string[] = [];
  const world = new ControllerWorld();
  world.deps = {
    observer: {
      added: () => undefined,
      retried: () => undefined,
      begun: () => undefined,
      ended: () => undefined,
      reconciled: (_ms, { application, kind }) => void looks.push(`${application} ${kind}`),
    },
  };
  const all = names(150);
  for (const name of all) world.declare(name, { pollIntervalSeconds: 3600 });
  world.repository().commit(Object.fromEntries(all.map((name) => [name, [manifest('Thing/api')]])));
  world.start();
  await world.pass(minutes(5));
  expect(all.map((name) => world.stateOf(name))).toEqual(all.map(() => 'Synced, Healthy'));

  const { asked } = world.repository();
  const before = { ...asked };
  looks.length = 0;
  const at = world.world.clock.now().getTime();
  world.repository().commit({ 'app-7': [manifest('Thing/api', { size: 2 })] });
  world.controller.webhook({ repoURLs: [world.repository().url] });
  await world.pass(minutes(2));
  expect(asked).toEqual({ listings: before.listings + 1, readings: before.readings + 1 });
  // Once for the commit, once to see what became of it.
  expect(looks).toEqual(['app-7 source', 'app-7 sweep']);
  const operation = (await world.controller.history('app-7')).at(-1);
  expect(operation?.revision).toBe('r2');
  expect(Date.parse(operation?.startedAt ?? '') - at).toBeLessThan(1_000);
  await world.stop();
});

it('point 12: what did not change is neither read nor rendered, poll after poll', async () => {
  const world = new ControllerWorld();
  for (const name of names(20)) world.declare(name);
  world.repository().commit(Object.fromEntries(names(20).map((name) => [name, [manifest('Thing/api')]])));
  world.start();
  await world.pass(minutes(5));
  const { readings, listings } = world.repository().asked;
  await world.pass(minutes(60));
  expect(world.repository().asked.readings).toBe(readings);
  expect(world.repository().asked.listings - listings).toBeLessThanOrEqual(60);
  await world.stop();
});

it('point 18: an Application has a poll interval of its own', async () => {
  const world = new ControllerWorld();
  const often = world.repository('https://git.example.com/often.git');
  const seldom = world.repository('https://git.example.com/seldom.git');
  world.declare('often', { source: { repoURL: often.url, path: 'often' }, pollIntervalSeconds: 10 });
  world.declare('seldom', { source: { repoURL: seldom.url, path: 'seldom' }, pollIntervalSeconds: 1800 });
  often.commit({ often: [manifest('Thing/a')] });
  seldom.commit({ seldom: [manifest('Thing/b')] });
  world.start();
  await world.pass(minutes(60));
  expect(often.asked.listings).toBeGreaterThan(200);
  expect(seldom.asked.listings).toBeLessThanOrEqual(3);
  await world.stop();
});

it('point 13: a page of thousands of Applications costs as much as the page is long', async () => {
  const world = new ControllerWorld();
  const all = Array.from({ length: 5_000 }, (_, index) => `app-${String(index).padStart(4, '0')}`);
  for (const name of all) world.declare(name, { syncPolicy: {}, pollIntervalSeconds: 86_400 });
  world.repository().commit({});
  world.deps = { reloadSeconds: 86_400 };
  world.start();
  await world.pass(minutes(1));
  const { controller } = world;
  expect(controller.names()).toEqual(all);
  // Sorted once, however often it is asked for.
  expect(controller.names()).toBe(controller.names());
  const page = controller
    .names()
    .slice(4_000, 4_050)
    .map((name) => controller.state(name)?.name);
  expect(page).toHaveLength(50);
  expect(page[0]).toBe('app-4000');
  await world.stop();
});
