import type { Clock } from '../core/clock.ts';
import { contentHash } from '../core/canonical.ts';
import { TerminalError, WaitError } from '../core/errors.ts';

/**
 * How long an error that may pass is borne when it comes again and again: IAM changes, PassRole and quotas take up to two
 * minutes to spread.
 */
const BEAR_MS = 120_000;

/** The operation ran out of time. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** True when an operation ran out of time. */
export function isDeadline(error: unknown): boolean {
  return error instanceof DeadlineError;
}

/** The clock of one operation: nobody sleeps past its end. */
export interface OperationClock extends Clock {
  readonly signal: AbortSignal;
  /** Sleeps. @throws DeadlineError when the operation has no time left, naming what it waited for. */
  wait(ms: number, what: string): Promise<void>;
}

/** A clock for an operation that began at `startedAt` and may take `timeoutSeconds`. */
export function operationClock(
  clock: Clock,
  signal: AbortSignal,
  startedAt: Date,
  timeoutSeconds: number,
): OperationClock {
  const end = startedAt.getTime() + timeoutSeconds * 1000;
  return {
    signal,
    now: () => clock.now(),
    sleep: (ms, inner) => clock.sleep(ms, inner ?? signal),
    wait: async (ms, what) => {
      const left = end - clock.now().getTime();
      if (left <= 0) throw new DeadlineError(`timed out after ${timeoutSeconds} s, waiting for ${what}`);
      await clock.sleep(Math.min(ms, left), signal);
    },
  };
}

/** What an error means for who got it: come back after a while. */
export interface Bearing {
  readonly afterMs: number;
  readonly message: string;
}

/** Bears errors of one thing that is tried again and again. */
export interface Patience {
  /** How long to wait before the next try. @throws the error itself when trying again is of no use. */
  bear(error: unknown, now: Date): Bearing;
  /** A try that succeeded: the next error is the first again. */
  reset(): void;
}

/**
 * The only place that reads error classes. TerminalError: gives up at once. WaitError: comes back when it says. Anything
 * else: exponential backoff with jitter, for two minutes.
 */
export function patience(key: string): Patience {
  let since: number | undefined;
  let tries = 0;
  return {
    bear(error, now) {
      if (error instanceof WaitError) return { afterMs: error.retryAfterMs, message: error.message };
      if (error instanceof TerminalError || error instanceof DeadlineError || isAbort(error)) throw error;
      since ??= now.getTime();
      if (now.getTime() - since >= BEAR_MS) throw error;
      tries += 1;
      const message = error instanceof Error ? error.message : String(error);
      return {
        afterMs: backoffMs({ baseMs: 1_000, factor: 2, maxMs: 20_000 }, tries, key),
        message: `retrying: ${message}`,
      };
    },
    reset() {
      since = undefined;
      tries = 0;
    },
  };
}

/** Times between tries, in milliseconds: base, base x factor, ... up to max. */
export interface BackoffMs {
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/**
 * The wait before the n-th retry (from 1), in milliseconds, spread over the upper half of the full wait. The spread is a
 * function of key and n, so that a rehearsal runs the same way twice.
 */
export function backoffMs(backoff: BackoffMs, n: number, key: string): number {
  const full = Math.min(backoff.baseMs * backoff.factor ** (n - 1), backoff.maxMs);
  return Math.round(full * (0.5 + spread(`${key}\n${n}`) / 2));
}

/** A number from 0 to 1 that is the same for the same text. */
export function spread(text: string): number {
  return Number.parseInt(contentHash(text).slice(0, 8), 16) / 0x1_0000_0000;
}

/**
 * Reads of one look, each tried again by itself: what one of a thousand reads does not get must not cost the answers of all
 * the others.
 */
export type Bear = <T>(what: string, read: () => Promise<T>) => Promise<T>;

/** For a look that nobody waits for: the next one comes soon enough. */
export const bearNothing: Bear = (_what, read) => read();

/** Bears failed reads within the patience that one step has for everything it does. */
export function bearWith(calm: Patience, clock: OperationClock, waiting: (bearing: Bearing) => void): Bear {
  return async (_what, read) => {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        clock.signal.throwIfAborted();
        const bearing = calm.bear(error, clock.now());
        waiting(bearing);
        await clock.wait(bearing.afterMs, bearing.message);
      }
    }
  };
}

/** Bears failed reads as steps do, on the clock of an operation. */
export function bearReads(clock: OperationClock, waiting: (bearing: Bearing) => void): Bear {
  return (what, read) => untilDone(what, clock, read, waiting);
}

/** Tries until it succeeds. */
export async function untilDone<T>(
  key: string,
  clock: OperationClock,
  attempt: () => Promise<T>,
  waiting: (bearing: Bearing) => void,
): Promise<T> {
  const calm = patience(key);
  for (;;) {
    clock.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      clock.signal.throwIfAborted();
      const bearing = calm.bear(error, clock.now());
      waiting(bearing);
      await clock.wait(bearing.afterMs, bearing.message);
    }
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
