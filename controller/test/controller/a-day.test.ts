import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { manifest } from '../applications.ts';
import { ControllerWorld, HOME, minutes } from '../controller-world.ts';

const APPLICATIONS = 200;
const REPOSITORIES = 12;

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/** A clock that knows how many wait for it. */
class CountingClock implements Clock {
  sleeping = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Date {
    return this.#clock.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeping += 1;
    try {
      await this.#clock.sleep(ms, signal);
    } finally {
      this.sleeping -= 1;
    }
  }
}

function megabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 1_000_000;
}

it('24 hours with 200 Applications in 12 repositories leave no timers, no handles and no memory behind', async () => {
  const world = new ControllerWorld();
  const clock = new CountingClock(world.world.clock);
  const names = Array.from({ length: APPLICATIONS }, (_, index) => `app-${index}`);
  const repositoryOf = (index: number) => world.repository(`https://git.example.com/${index % REPOSITORIES}.git`);
  for (const [index, name] of names.entries()) {
    const source = { repoURL: repositoryOf(index).url, path: name };
    world.declare(name, {
      source,
      pollIntervalSeconds: 300,
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    });
    repositoryOf(index).commit({ [name]: [manifest('Thing/api')] });
  }
  world.deps = { clock, reloadSeconds: 60, sink: () => undefined };
  world.start();

  /** An hour of an ordinary day: a few commits, somebody's changes by hand, and events. */
  const hour = async (count: number): Promise<void> => {
    for (let part = 0; part < 4; part++) {
      const index = (count * 4 + part) % APPLICATIONS;
      repositoryOf(index).commit({ [names[index] ?? '']: [manifest('Thing/api', { version: `v${count}` })] });
      world.controller.webhook({ repoURLs: [repositoryOf(index).url] });
      const [thing] = [...world.world.cloud.things.values()].slice(index, index + 1);
      if (thing !== undefined) {
        thing.note = `by hand ${count}`;
        const at = world.world.clock.now();
        world.controller.touch({ destination: HOME, objects: [thing.id], at, receivedAt: at, event: 'UpdateService' });
      }
      await world.pass(minutes(15));
      world.world.events.length = 0;
      world.world.cloud.calls.length = 0;
    }
  };
  for (let count = 0; count < 3; count++) await hour(count);
  expect(names.map((name) => world.stateOf(name))).toEqual(names.map(() => 'Synced, Healthy'));
  const before = { sleeping: clock.sleeping, heap: megabytes(), handles: process.getActiveResourcesInfo().length };
  for (let count = 3; count < 24; count++) await hour(count);
  expect(names.map((name) => world.stateOf(name))).toEqual(names.map(() => 'Synced, Healthy'));
  // A timer for each repository and the one place, and the next look at the folder.
  expect(clock.sleeping).toBeLessThanOrEqual(REPOSITORIES + 2);
  expect(clock.sleeping).toBeLessThanOrEqual(before.sleeping + 1);
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before.handles + 2);
  // Histories fill up to their limit of ten operations; nothing else may grow.
  expect(megabytes() - before.heap).toBeLessThan(8);
  await world.stop();
  expect(clock.sleeping).toBe(0);
}, 120_000);
