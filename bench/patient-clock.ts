import type { Clock } from '../controller/src/core/clock.ts';
import type { Traffic } from './traffic.ts';

/** Whose time is stepped. */
export interface Stepped {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Steps time, running everything that becomes due. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** No call for so long, in real milliseconds: nobody has anything to do. Reads wait up to 5 ms for others to share a call. */
const QUIET_MS = 8;

/**
 * A clock for measuring how long things take on AWS's clock: time stands still while anybody works, and leaps to the earliest
 * sleeper when all have come to rest, so that neither this machine nor the calls take any of it. Sleepers that are due
 * within `togetherMs` of each other wake together.
 */
export function patientClock(world: Stepped, calls: Traffic, togetherMs = 0): Clock {
  const sleepers: Sleeper[] = [];
  let pumping = false;

  const rest = async (): Promise<void> => {
    for (let since = performance.now(); ; ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (calls.open === 0 && performance.now() - Math.max(since, calls.movedAt) >= QUIET_MS) return;
    }
  };
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    while (sleepers.length > 0) {
      await rest();
      sleepers.sort((a, b) => a.at - b.at);
      const first = sleepers[0];
      if (first === undefined) break;
      const due = sleepers.splice(0, sleepers.filter(({ at }) => at <= first.at + togetherMs).length);
      const ahead = Math.max(...due.map(({ at }) => at)) - world.now();
      if (ahead > 0) await world.advance(ahead);
      for (const { wake } of due) wake();
    }
    pumping = false;
  };

  return {
    now: () => new Date(world.now()),
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
          at: world.now() + ms,
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
