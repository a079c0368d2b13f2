/** Time, as the core and the engine see it. Injected everywhere, so that tests and rehearsals set the pace. */
export interface Clock {
  /** The time now. */
  now(): Date;
  /** Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
