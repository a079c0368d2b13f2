import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';
import type { ApplicationSpec } from '../src/api/application.ts';
import { connect, type ConnectOptions } from '../src/aws/connect.ts';
import type { Clock } from '../src/core/clock.ts';
import type { Event } from '../src/core/events.ts';
import type { Manifest } from '../src/core/manifest.ts';
import { createEngine } from '../src/engine/create.ts';
import type { ApplicationInput, Engine } from '../src/engine/engine.ts';
import type { StateStore } from '../src/engine/store.ts';
import { memoryStore } from '../src/engine/stores/memory.ts';
import { kinds } from '../src/kinds/registry.ts';

/** The account that scenarios live in: in the sandbox a twelve-digit access key id is an account. */
export const ACCOUNT = '123456789012';
/** The region that scenarios live in. */
export const REGION = 'eu-west-1';

/** The real engine with the real kinds on a sandbox whose time passes only when the engine sleeps. */
export interface Harness extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly store: StateStore;
  readonly events: readonly Event[];
  readonly engine: Engine;
  /** Another engine on the same sandbox, as after a restart; with an empty store when the disk was lost. */
  restart(store?: StateStore, connecting?: Partial<ConnectOptions>): Engine;
  application(
    manifests: readonly Manifest[],
    revision?: string,
    syncPolicy?: ApplicationSpec['syncPolicy'],
  ): ApplicationInput;
}

/** Starts a sandbox with stepped time and an engine on it. */
export async function harness(options: SandboxOptions = {}): Promise<Harness> {
  const sandbox = await startSandbox({ port: 0, runtime: 'simulated', seed: 1, ...options, time: 'stepped' });
  const clock = sandboxClock(sandbox);
  const store = memoryStore();
  const events: Event[] = [];
  const engines: Engine[] = [];
  const start = (on: StateStore, connecting: Partial<ConnectOptions> = {}): Engine => {
    const engine = createEngine({
      kinds,
      connect: (destination) =>
        connect(destination, {
          clock,
          endpoint: sandbox.url,
          credentials: { accessKeyId: destination.accountId, secretAccessKey: 'secret' },
          ...connecting,
        }),
      store: on,
      clock,
      sink: (event) => void events.push(event),
      instance: 'test',
    });
    engines.push(engine);
    return engine;
  };
  return {
    sandbox,
    clock,
    store,
    events,
    engine: start(store),
    restart: (on = store, connecting = {}) => start(on, connecting),
    application: (manifests, revision = 'r1', syncPolicy = { automated: { prune: true }, maxDeletions: 10 }) => ({
      name: 'shop',
      spec: { source: { repoURL: 'https://git.example.com/shop.git' }, syncPolicy },
      destination: { accountId: ACCOUNT, region: REGION },
      revision,
      manifests,
    }),
    [Symbol.asyncDispose]: async () => {
      for (const engine of engines) engine.close();
      await sandbox.close();
    },
  };
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * The sandbox's time as a clock. To sleep is to wish for a time: one pump steps the sandbox to the earliest wish, wakes
 * that sleeper, and goes on, so that sleepers side by side do not add up.
 */
export function sandboxClock(sandbox: Sandbox): Clock {
  const sleepers: Sleeper[] = [];
  let pumping = false;
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    while (sleepers.length > 0) {
      // Whoever was woken gets to say what it waits for next.
      await new Promise((resolve) => setImmediate(resolve));
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (next === undefined) break;
      const ahead = next.at - sandbox.now();
      if (ahead > 0) await sandbox.advance(ahead);
      next.wake();
    }
    pumping = false;
  };
  return {
    now: () => new Date(sandbox.now()),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index !== -1) sleepers.splice(index, 1);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          at: sandbox.now() + ms,
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.push(sleeper);
        void pump();
      }),
  };
}
