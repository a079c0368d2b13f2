import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '@longshore/sandbox';
import type { Clock } from '../src/core/clock.ts';

/** A clock for tests with real I/O beside the sandbox: its time passes only while a test lets it. */
export interface PacedClock extends Clock {
  /** Lets so much time pass, in small steps with real time between: processes and sockets keep up. */
  pass(ms: number): Promise<void>;
  /** Sleepers that wait now. */
  readonly sleeping: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const STEP_MS = 500;
const REAL_MS = 10;

/** The time of a sandbox that steps, fifty times as fast as real time. */
export function pacedClock(sandbox: Sandbox): PacedClock {
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(sandbox.now()),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          at: sandbox.now() + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.add(sleeper);
      }),
    pass: async (ms) => {
      const end = sandbox.now() + ms;
      while (sandbox.now() < end) {
        await sandbox.advance(Math.min(STEP_MS, end - sandbox.now()));
        const due = [...sleepers].filter((sleeper) => sleeper.at <= sandbox.now()).toSorted((a, b) => a.at - b.at);
        for (const sleeper of due) sleeper.wake();
        await delay(REAL_MS);
      }
    },
    get sleeping() {
      return sleepers.size;
    },
  };
}
