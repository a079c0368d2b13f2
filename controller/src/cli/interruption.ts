/** Ctrl-C or SIGTERM, as a command sees it. */
export interface Interruption {
  /** Aborts at the first signal; `reason` is an InterruptedError. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the process. */
  dispose(): void;
}

/** The command was ended by a signal. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly by: NodeJS.Signals;

  constructor(by: NodeJS.Signals) {
    super(`interrupted by ${by}`);
    this.by = by;
  }
}

/**
 * npm passes on the Ctrl-C that the terminal has already sent to the whole group, so one press arrives as two signals
 * a few milliseconds apart. Only one that comes later than this is a person who insists.
 */
const DOUBLED_WITHIN_MS = 1000;

/** Takes over SIGINT and SIGTERM: the first one aborts, a second one of a person who insists ends the process. */
export function interruption(say: (text: string) => void): Interruption {
  const controller = new AbortController();
  let first: number | undefined;
  const handle = (by: NodeJS.Signals): void => {
    if (first === undefined) {
      first = performance.now();
      controller.abort(new InterruptedError(by));
      return;
    }
    if (performance.now() - first < DOUBLED_WITHIN_MS) return;
    say('\nended at once, without waiting\n');
    process.exit(130);
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    dispose: () => {
      const giveBack = (): void => {
        process.off('SIGINT', handle);
        process.off('SIGTERM', handle);
      };
      // The second half of a doubled signal may still be on its way: it must not kill what follows.
      if (controller.signal.aborted) setTimeout(giveBack, DOUBLED_WITHIN_MS).unref();
      else giveBack();
    },
  };
}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
