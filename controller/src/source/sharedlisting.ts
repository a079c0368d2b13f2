import type { Freshness } from './source.ts';
import { SharedWork } from './sharedwork.ts';

/** One attempt, which those who come while it runs join. */
interface Attempt<T> {
  readonly beganMs: number;
  readonly work: SharedWork<T>;
}

/**
 * Something that is asked of a server, for many at once: whoever asks while an answer is under way waits for that one,
 * and whoever takes an older answer gets the last one. A failure is never kept.
 */
export class SharedListing<T> {
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  readonly #nowMs: () => number;
  #running: Attempt<T> | undefined;
  #last: { readonly beganMs: number; readonly answer: T } | undefined;

  /** `nowMs` is the time in milliseconds, from any fixed point. */
  constructor(ask: (signal: AbortSignal) => Promise<T>, nowMs: () => number) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  /** The answer. Rejects with the signal's reason when it aborts first. */
  async get(signal: AbortSignal, { maxAgeMs = 0 }: Freshness = {}): Promise<T> {
    signal.throwIfAborted();
    const last = this.#last;
    // The age counts from the beginning: what the server learned after that need not be in the answer.
    if (maxAgeMs > 0 && last !== undefined && this.#nowMs() - last.beganMs <= maxAgeMs) return last.answer;
    const attempt = this.#running ?? this.#start();
    return await attempt.work.join(signal);
  }

  /** From now on nothing that began before is given to anybody who asks, however old an answer he takes. */
  invalidate(): void {
    this.#last = undefined;
    this.#running = undefined;
  }

  #start(): Attempt<T> {
    const beganMs = this.#nowMs();
    const attempt: Attempt<T> = {
      beganMs,
      work: new SharedWork(async (signal) => {
        try {
          const answer = await this.#ask(signal);
          if (this.#running === attempt) this.#last = { beganMs, answer };
          return answer;
        } finally {
          if (this.#running === attempt) this.#running = undefined;
        }
      }),
    };
    this.#running = attempt;
    return attempt;
  }
}
