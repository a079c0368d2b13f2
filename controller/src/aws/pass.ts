import type { AsyncLocalStorage } from 'node:async_hooks';
import DataLoader from 'dataloader';
import type { Note, Pass } from '../core/driver.ts';
import type { Priority } from './buckets.ts';
import { autoscalingReaders } from './readers/autoscaling.ts';
import { codeDeployReaders } from './readers/codedeploy.ts';
import { ecsReaders } from './readers/ecs.ts';
import { elbReaders } from './readers/elbv2.ts';
import { preflightReaders } from './readers/preflight.ts';
import type { Batch, ReadClients, Reader } from './readers/reader.ts';
import { watchedReaders } from './readers/watched.ts';

/** Reads that come within this time share calls, in real milliseconds: the default of dataloader splits batches. */
const BATCH_WINDOW_MS = 5;

/** How a pass looks. */
export interface PassOptions {
  /** What is kept between passes is read anew: an event said that it changed. */
  readonly recheck?: boolean;
  /** See `Pass.closely`. */
  readonly closely?: boolean;
  /** Hears of what drivers find on the way. */
  readonly note?: (note: Note) => void;
}

/** Makes passes over one account and region. What never changes is kept between them. */
export function passes(
  clients: ReadClients,
  priorities: AsyncLocalStorage<Priority>,
): (now: Date, signal: AbortSignal, options?: PassOptions) => Pass {
  const readers = new Map<string, Reader>();
  for (const reader of [
    ...ecsReaders(),
    ...elbReaders(),
    ...autoscalingReaders(),
    ...codeDeployReaders(),
    ...watchedReaders(),
    ...preflightReaders(),
  ])
    readers.set(reader.type, reader);
  return (now, signal, options = {}) => new BatchingPass(now, signal, clients, readers, priorities, options);
}

type Loader = DataLoader<string, unknown>;

/** A pass whose reads share AWS calls. Every key is read once, until someone asks for it fresh. */
class BatchingPass implements Pass {
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly note?: (note: Note) => void;
  readonly closely: boolean;
  readonly #clients: ReadClients;
  readonly #readers: ReadonlyMap<string, Reader>;
  readonly #priorities: AsyncLocalStorage<Priority>;
  readonly #loaders = new Map<string, Loader>();
  readonly #shared = new Map<string, Promise<unknown>>();
  readonly #recheck: boolean;

  constructor(
    now: Date,
    signal: AbortSignal,
    clients: ReadClients,
    readers: ReadonlyMap<string, Reader>,
    priorities: AsyncLocalStorage<Priority>,
    { recheck = false, closely = false, note }: PassOptions,
  ) {
    this.#recheck = recheck;
    this.closely = closely;
    if (note !== undefined) this.note = note;
    this.now = now;
    this.signal = signal;
    this.#clients = clients;
    this.#readers = readers;
    this.#priorities = priorities;
  }

  async read<T>(type: string, key: string, options?: { readonly fresh?: boolean }): Promise<T | undefined> {
    const reader = this.#readers.get(type);
    if (reader === undefined) {
      throw new Error(`unknown read "${type}"; there are ${[...this.#readers.keys()].join(', ')}`);
    }
    const usual = this.#loader(reader, key, false);
    if (options?.fresh !== true) {
      const loading = usual.load(key);
      // Whoever asks after a failure tries again.
      loading.catch(() => usual.clear(key));
      return (await loading) as T | undefined;
    }
    const value = this.#loader(reader, key, true).load(key);
    usual.clear(key).prime(key, value);
    value.catch(() => usual.clear(key));
    return (await value) as T | undefined;
  }

  /** Keys of different groups never share a call, and fresh reads never wait for those of a sweep. */
  #loader(reader: Reader, key: string, fresh: boolean): Loader {
    const name = `${reader.type}\n${fresh ? 'fresh' : ''}\n${reader.group?.(key) ?? ''}`;
    const known = this.#loaders.get(name);
    if (known !== undefined) return known;
    const loader: Loader = new DataLoader((keys) => this.#load(reader, keys, fresh), {
      maxBatchSize: reader.maxBatch,
      batchScheduleFn: (callback) => void setTimeout(callback, BATCH_WINDOW_MS),
      cache: !fresh,
    });
    this.#loaders.set(name, loader);
    return loader;
  }

  async #load(reader: Reader, keys: readonly string[], fresh: boolean): Promise<readonly unknown[]> {
    const batch: Batch = {
      clients: this.#clients,
      fresh,
      now: this.now,
      recheck: this.#recheck,
      abort: { abortSignal: this.signal },
      shared: (name, load) => {
        const known = this.#shared.get(name) as ReturnType<typeof load> | undefined;
        if (known !== undefined) return known;
        const loading = load();
        this.#shared.set(name, loading);
        // Everybody who asked sees the error; who asks later tries again.
        loading.catch(() => this.#shared.delete(name));
        return loading;
      },
    };
    const found = await this.#priorities.run(fresh ? 'sync' : 'sweep', () => reader.load([...new Set(keys)], batch));
    return keys.map((key) => found.get(key));
  }
}
