import { equalJson } from '../core/canonical.ts';
import { ConflictError } from '../core/errors.ts';
import { isObject, type Json } from '../core/json.ts';
import type { Operation } from './engine.ts';
import type { StateRecord, StateStore } from './store.ts';

/** How many operations of an Application are kept unless it says otherwise. */
export const DEFAULT_HISTORY_LIMIT = 10;

/** Message of an operation that the end of its process cut short; it is synced anew at the next start. */
export const INTERRUPTED = 'interrupted';

/** Message of an operation that was told to end, as Argo CD's. Its phase is Failed; nothing tries it again by itself. */
export const TERMINATED = 'Operation terminated';

const DIGITS = 10;
const PAGE = 500;

/** The operations of an Application, oldest first. */
export async function listOperations(store: StateStore, application: string): Promise<readonly Operation[]> {
  return (await recordsOf(store, application)).map((record) => asOperation(record));
}

/** One operation; undefined when there is none under this id. */
export async function readOperation(
  store: StateStore,
  application: string,
  id: string,
): Promise<Operation | undefined> {
  const record = /^\d{1,10}$/.test(id) ? await store.get('operation', keyOf(application, Number(id))) : undefined;
  return record === undefined ? undefined : asOperation(record);
}

/** A recorded operation and the way to write what becomes of it. */
export interface OpenOperation {
  readonly operation: Operation;
  /** Writes a new state of it. */
  update(operation: Operation): Promise<void>;
}

/**
 * Writes a new operation under the next id: 1, 2, 3 ... for each Application. Only one runs at a time: an earlier one that
 * never ended, because the store was away at its end, ends here.
 */
export async function beginOperation(store: StateStore, operation: Omit<Operation, 'id'>): Promise<OpenOperation> {
  const records = await recordsOf(store, operation.application);
  const last = records.at(-1);
  for (const record of records) {
    const isThis = equalJson(record.value, toJson({ id: String(idOf(record)), ...operation }));
    if (!isThis) await endOpen(store, record, operation.startedAt);
  }
  for (let id = last === undefined ? 1 : idOf(last) + 1; ; id++) {
    const key = keyOf(operation.application, id);
    const begun: Operation = { id: String(id), ...operation };
    try {
      return opened(store, key, begun, await store.put('operation', key, toJson(begun), null));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // Somebody else took this number, or it was written and we did not hear of it.
      const record = await store.get('operation', key);
      if (record !== undefined && equalJson(record.value, toJson(begun))) {
        return opened(store, key, begun, record.version);
      }
    }
  }
}

function opened(store: StateStore, key: string, operation: Operation, begunAs: string): OpenOperation {
  let version = begunAs;
  return {
    operation,
    update: async (changed) => {
      try {
        version = await store.put('operation', key, toJson(changed), version);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        // It was written and we did not hear of it: nobody else writes what becomes of an operation that runs here.
        const record = await store.get('operation', key);
        if (record === undefined) throw error;
        version = await store.put('operation', key, toJson(changed), record.version);
      }
    },
  };
}

/** Deletes the oldest finished operations beyond the limit. Gives those that stay. */
export async function trimHistory(
  store: StateStore,
  application: string,
  limit: number,
): Promise<readonly Operation[]> {
  const records = await recordsOf(store, application);
  const beyond = Math.max(records.length - limit, 0);
  const kept: Operation[] = [];
  for (const [index, record] of records.entries()) {
    const operation = asOperation(record);
    if (index >= beyond || operation.finishedAt === undefined) kept.push(operation);
    else await store.delete('operation', record.key, record.version);
  }
  return kept;
}

/**
 * Ends every operation that a process before this one left running: phase Error, "interrupted". To be called once at the
 * start, while nothing runs. Gives the Applications that were hit.
 */
export async function endInterrupted(store: StateStore, now: Date): Promise<readonly string[]> {
  const hit = new Set<string>();
  for (const record of await allRecords(store, '')) {
    if (await endOpen(store, record, now.toISOString())) hit.add(asOperation(record).application);
  }
  return [...hit].toSorted();
}

/** True when it was open. */
async function endOpen(store: StateStore, record: StateRecord, finishedAt: string): Promise<boolean> {
  const operation = asOperation(record);
  if (operation.finishedAt !== undefined) return false;
  const ended: Operation = { ...operation, phase: 'Error', message: INTERRUPTED, finishedAt };
  await store.put('operation', record.key, toJson(ended), record.version);
  return true;
}

function recordsOf(store: StateStore, application: string): Promise<readonly StateRecord[]> {
  return allRecords(store, `${application}/`);
}

async function allRecords(store: StateStore, prefix: string): Promise<readonly StateRecord[]> {
  const found: StateRecord[] = [];
  for (;;) {
    const page = await store.list('operation', prefix, PAGE, found.at(-1)?.key);
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

function keyOf(application: string, id: number): string {
  return `${application}/${String(id).padStart(DIGITS, '0')}`;
}

function idOf(record: StateRecord): number {
  return Number(record.key.slice(record.key.lastIndexOf('/') + 1));
}

function asOperation(record: StateRecord): Operation {
  if (!isObject(record.value)) throw new Error(`record ${record.key} is no operation`);
  return record.value as unknown as Operation;
}

function toJson(operation: Operation): Json {
  return operation as unknown as Json;
}
