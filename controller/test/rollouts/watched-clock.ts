import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '@longshore/sandbox';
import type { CallMiddleware } from '../../src/aws/calls.ts';
import type { Clock } from '../../src/core/clock.ts';

/** What looks at the world, or acts on it, again and again. It must not sleep on the clock itself. */
export type Watcher = () => Promise<void>;

/** The sandbox's time, which passes only while everybody sleeps, and never further at once than somebody wants to look. */
export interface WatchedClock extends Clock {
  /** Has `look` called each time that so much time has passed at most. Gives what ends it. */
  watch(look: Watcher): () => void;
  /** Time stands still while a person does something. */
  still<T>(work: () => Promise<T>): Promise<T>;
  /** Stands around the calls of the engine: time stands still while one is under way. */
  readonly middleware: CallMiddleware;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** How often in a row, and how long after each other in milliseconds of real time, no call may be under way. */
const QUIET = { times: 3, ms: 3 };

/** The time of a sandbox that steps. `lookMs`: how much time passes between two looks at most. */
export function watchedClock(sandbox: Sandbox, lookMs: number): WatchedClock {
  const sleepers: Sleeper[] = [];
  const watchers = new Set<Watcher>();
  let calls = 0;
  let total = 0;
  let pumping = false;

  const still = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    total += 1;
    try {
      return await work();
    } finally {
      calls -= 1;
    }
  };
  const quiet = async (): Promise<void> => {
    let seen = total;
    for (let times = 0; times < QUIET.times; times++) {
      await delay(QUIET.ms);
      if (calls > 0 || seen !== total) times = 0;
      seen = total;
    }
  };
  const passUntil = async (at: number): Promise<void> => {
    while (sandbox.now() < at) {
      const ahead = at - sandbox.now();
      await sandbox.advance(watchers.size === 0 ? ahead : Math.min(lookMs, ahead));
      for (const look of watchers) await look();
    }
  };
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    for (;;) {
      await quiet();
      const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      await passUntil(next.at);
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
        const leave = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index !== -1) sleepers.splice(index, 1);
          signal?.removeEventListener('abort', abort);
        };
        const abort = (): void => {
          leave();
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          at: sandbox.now() + ms,
          wake: () => {
            leave();
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.push(sleeper);
        void pump();
      }),
    watch: (look) => {
      watchers.add(look);
      return () => void watchers.delete(look);
    },
    still,
    middleware: (_call, send) => still(send),
  };
}
