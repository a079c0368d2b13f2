import { SharedWork } from './sharedwork.ts';

/**
 * Results that stay true for ever, by key: each is worked out once, also for those who ask while it is under way. The
 * ones used last are kept. A failure is not kept.
 */
export class CachedWork<T> {
  readonly #most: number;
  readonly #known = new Map<string, T>();
  readonly #running = new Map<string, SharedWork<T>>();

  /** Keeps at most `most` results. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The result for `key`; `work` is called when it is neither known nor under way. */
  async get(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#keep(key, known);
      return known;
    }
    let running = this.#running.get(key);
    if (running === undefined) {
      running = new SharedWork(work);
      this.#running.set(key, running);
    }
    try {
      const result = await running.join(signal);
      this.#keep(key, result);
      return result;
    } finally {
      if (!running.busy && this.#running.get(key) === running) this.#running.delete(key);
    }
  }

  #keep(key: string, value: T): void {
    this.#known.delete(key);
    this.#known.set(key, value);
    if (this.#known.size <= this.#most) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
