import type { Clock } from '../core/clock.ts';
import { TerminalError, WaitError } from '../core/errors.ts';
import { backoffMs, type BackoffMs } from './retry.ts';

/** Makes one key so. Knows nothing of why it is called: it looks, compares and acts. */
export type Reconcile<Key extends string> = (
  key: Key,
  signal: AbortSignal,
) => Promise<{ readonly requeueAfterMs?: number }>;

/** Hears what a queue does; for metrics, as client-go's. Times in milliseconds. Must not throw. */
export interface QueueObserver {
  /** A key was taken up that did not wait already. */
  added(): void;
  /** A key failed and comes again. */
  retried(): void;
  /** A worker took a key, which had waited so long. */
  begun(waitedMs: number): void;
  /** A worker is done with a key. */
  ended(workedMs: number): void;
}

/** How a queue works. */
export interface QueueOptions<Key extends string> {
  readonly reconcile: Reconcile<Key>;
  readonly clock: Clock;
  /** How many keys are worked on at once. */
  readonly workers: number;
  /** Between tries of a key that keeps failing. Default: 1 s, doubled, up to 5 min. */
  readonly backoff?: BackoffMs;
  readonly observer?: QueueObserver;
  /** Hears of every error. Must not throw. */
  readonly onError: (key: Key, error: unknown, retryAfterMs: number | undefined) => void;
}

/**
 * A queue of keys, as in Kubernetes' client-go: a key that is added while it waits is one key, and one that is added while
 * it is worked on is worked on once more afterwards, never twice at the same time.
 */
export interface WorkQueue<Key extends string> {
  /** As soon as a worker is free. */
  add(key: Key): void;
  /** Not before `ms` milliseconds; an earlier wish for the same key stands. */
  addAfter(key: Key, ms: number): void;
  /** Forgets a key: it is not begun any more, and what runs is not repeated. */
  drop(key: Key): void;
  /** Keys that wait for a worker. */
  readonly depth: number;
  /** Takes no more keys, aborts what runs, and resolves when everything has come to rest. */
  stop(reason: Error): Promise<void>;
}

const DEFAULT_BACKOFF: BackoffMs = { baseMs: 1_000, factor: 2, maxMs: 300_000 };

interface Delayed {
  readonly at: number;
  readonly cancel: AbortController;
}

/** Starts a queue. Workers take keys in the order in which they were added. */
export function startQueue<Key extends string>(options: QueueOptions<Key>): WorkQueue<Key> {
  const { clock, observer } = options;
  const backoff = options.backoff ?? DEFAULT_BACKOFF;
  const waiting: Key[] = [];
  /** Keys that somebody wants worked on: those in `waiting`, and those that were added while they were processed. */
  const dirty = new Set<Key>();
  const processing = new Map<Key, Promise<void>>();
  const failures = new Map<Key, number>();
  const delayed = new Map<Key, Delayed>();
  const addedAt = new Map<Key, number>();
  const stopping = new AbortController();
  const now = (): number => clock.now().getTime();

  const add = (key: Key): void => {
    if (stopping.signal.aborted || dirty.has(key)) return;
    dirty.add(key);
    addedAt.set(key, now());
    observer?.added();
    if (processing.has(key)) return;
    waiting.push(key);
    assign();
  };

  const assign = (): void => {
    while (!stopping.signal.aborted && processing.size < options.workers) {
      const key = waiting.shift();
      if (key === undefined) return;
      dirty.delete(key);
      cancelDelay(key);
      const began = now();
      observer?.begun(began - (addedAt.get(key) ?? began));
      addedAt.delete(key);
      processing.set(key, work(key));
    }
  };

  const work = async (key: Key): Promise<void> => {
    // The caller of add() must not find itself inside reconcile().
    await Promise.resolve();
    const began = now();
    let again: number | undefined;
    try {
      again = (await options.reconcile(key, stopping.signal)).requeueAfterMs;
      failures.delete(key);
    } catch (error) {
      again = stopping.signal.aborted ? undefined : retryAfter(key, error);
      if (!stopping.signal.aborted) options.onError(key, error, again);
      if (again !== undefined) observer?.retried();
    }
    observer?.ended(now() - began);
    processing.delete(key);
    if (dirty.has(key) && !stopping.signal.aborted) waiting.push(key);
    else if (again !== undefined) addAfter(key, again);
    assign();
  };

  const retryAfter = (key: Key, error: unknown): number | undefined => {
    if (error instanceof TerminalError) {
      failures.delete(key);
      return undefined;
    }
    if (error instanceof WaitError) return error.retryAfterMs;
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    return backoffMs(backoff, count, key);
  };

  const addAfter = (key: Key, ms: number): void => {
    if (stopping.signal.aborted) return;
    const at = now() + ms;
    const known = delayed.get(key);
    if (known !== undefined && known.at <= at) return;
    cancelDelay(key);
    const cancel = new AbortController();
    delayed.set(key, { at, cancel });
    void wake(key, ms, cancel);
  };

  const wake = async (key: Key, ms: number, cancel: AbortController): Promise<void> => {
    try {
      await clock.sleep(ms, AbortSignal.any([cancel.signal, stopping.signal]));
    } catch {
      // Somebody wished for an earlier time, or the queue stops.
      return;
    }
    if (delayed.get(key)?.cancel !== cancel) return;
    delayed.delete(key);
    add(key);
  };

  const cancelDelay = (key: Key): void => {
    delayed.get(key)?.cancel.abort();
    delayed.delete(key);
  };

  return {
    add,
    addAfter,
    drop: (key) => {
      cancelDelay(key);
      failures.delete(key);
      dirty.delete(key);
      addedAt.delete(key);
      const index = waiting.indexOf(key);
      if (index !== -1) waiting.splice(index, 1);
    },
    get depth() {
      return waiting.length;
    },
    stop: async (reason) => {
      stopping.abort(reason);
      waiting.length = 0;
      dirty.clear();
      delayed.clear();
      await Promise.all(processing.values());
    },
  };
}
