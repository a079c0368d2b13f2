import type { Io } from '../io.ts';
import { TerminalError } from '../../core/errors.ts';

const AGAIN_MS = 1_000;

/**
 * Does something until the controller answers: one that is restarted, or rolled out anew, is away for some seconds. Says so once.
 * What it refuses is thrown at once. @throws the signal's reason when that aborts first
 */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, io: Io): Promise<T> {
  for (let hasSaid = false; ; hasSaid = true) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error)) throw error;
      if (!hasSaid) io.stderr(`${error.message}; asks again until it answers\n`);
    }
    await pause(AGAIN_MS, signal);
  }
}

/** So much time, or less when the signal aborts. @throws its reason */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** Whether it may answer soon: nothing listens, or what stands in front of it says so. */
export function isAway(error: unknown): error is TerminalError {
  return error instanceof TerminalError && (error.code === 'Unreachable' || error.code === 'Unavailable');
}
