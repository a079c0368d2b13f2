import type { Event } from '../src/core/events.ts';
import type { Plan } from '../src/core/plan.ts';
import type { ApplicationInput, Engine, Operation, SyncOptions } from '../src/engine/engine.ts';
import { createEngine } from '../src/engine/create.ts';
import { memoryStore } from '../src/engine/stores/memory.ts';
import type { StateStore } from '../src/engine/store.ts';
import { FakeCloud, fakeKinds, type FakeProcess } from './fake-cloud.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

/** An engine on a fake cloud, with everything that a test wants to look at. */
export interface EngineWorld {
  readonly clock: VirtualClock;
  readonly cloud: FakeCloud;
  readonly store: StateStore;
  readonly events: Event[];
  readonly engine: Engine;
  /** Another engine on the same cloud, as after a restart; with an empty store when the disk was lost. */
  restart(store?: StateStore, process?: FakeProcess): Engine;
}

/** A new world. */
export function engineWorld(): EngineWorld {
  const clock = virtualClock();
  const cloud = new FakeCloud(clock);
  const store = memoryStore();
  const events: Event[] = [];
  const start = (on: StateStore, process = cloud.process()): Engine =>
    createEngine({
      kinds: fakeKinds(process),
      connect: async () => process.context(),
      store: on,
      clock,
      sink: (event) => void events.push(event),
      instance: 'test',
    });
  return {
    clock,
    cloud,
    store,
    events,
    engine: start(store),
    restart: (on = store, process = cloud.process()) => start(on, process),
  };
}

/** A signal that nobody aborts. */
export const never = new AbortController().signal;

/** The initiator of syncs in tests. */
export const personally = { kind: 'person', name: 'test' } as const;

/** Syncs once, in person. */
export function sync(
  world: EngineWorld,
  input: ApplicationInput,
  options: Partial<SyncOptions> = {},
  engine: Engine = world.engine,
): Promise<Operation> {
  return engine.sync(input, { initiator: personally, ...options }, never);
}

/** What a plan does, wave by wave: `create Service/api`. */
export function actions(plan: Plan): readonly string[][] {
  return plan.waves.map((wave) => wave.map((step) => `${step.action} ${step.ref}`));
}
