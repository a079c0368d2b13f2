/** One piece of work that several callers wait for together. */
interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Work that is done once for everybody who asks while it runs. A caller that aborts leaves alone; when the last one
 * has left, the work is aborted.
 */
export class SharedWork<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #flight: Flight<T> | undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  /** True while somebody waits for it. */
  get busy(): boolean {
    return this.#flight !== undefined;
  }

  /** Joins the work under way, or starts it. Rejects with the signal's reason when it aborts first. */
  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flight ?? this.#start();
    flight.waiting += 1;
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#end(flight);
    }
  }

  #start(): Flight<T> {
    const abort = new AbortController();
    const flight: Flight<T> = { abort, waiting: 0, result: this.#work(abort.signal) };
    this.#flight = flight;
    // Whoever comes after the end starts anew. Nobody may be waiting any more, so a failure is taken here as well.
    const over = (): void => {
      if (this.#flight === flight) this.#flight = undefined;
    };
    flight.result.then(over, over);
    return flight;
  }

  #end(flight: Flight<T>): void {
    if (this.#flight === flight) this.#flight = undefined;
    flight.abort.abort(new Error('nobody waits for it any more'));
  }
}
