import { ConflictError } from '../core/errors.ts';
import { isObject, type Json } from '../core/json.ts';
import type { Operation } from './engine.ts';
import type { StateRecord, StateStore } from './store.ts';

/** How many operations of an Application are kept unless it says otherwise. */
export const DEFAULT_HISTORY_LIMIT = 10;

/** Message of an operation that the end of its process cut short; it is synced anew at the next start. */
export const INTERRUPTED = 'interrupted';

const DIGITS = 10;
const PAGE = 500;

/** The operations of an Application, oldest first. */
export async function listOperations(store: StateStore, application: string): Promise<readonly Operation[]> {
  return (await recordsOf(store, application)).map((record) => asOperation(record));
}

/** A recorded operation and the way to write what becomes of it. */
export interface OpenOperation {
  readonly operation: Operation;
  /** Writes a new state of it. */
  update(operation: Operation): Promise<void>;
}

/** Writes a new operation under the next id: 1, 2, 3 ... for each Application. */
export async function beginOperation(store: StateStore, operation: Omit<Operation, 'id'>): Promise<OpenOperation> {
  const last = (await recordsOf(store, operation.application)).at(-1);
  for (let id = last === undefined ? 1 : idOf(last) + 1; ; id++) {
    const key = keyOf(operation.application, id);
    const begun: Operation = { id: String(id), ...operation };
    try {
      let version = await store.put('operation', key, toJson(begun), null);
      return {
        operation: begun,
        update: async (changed) => {
          version = await store.put('operation', key, toJson(changed), version);
        },
      };
    } catch (error) {
      // Somebody else took this number.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** Deletes the oldest finished operations beyond the limit. */
export async function trimHistory(store: StateStore, application: string, limit: number): Promise<void> {
  const records = await recordsOf(store, application);
  for (const record of records.slice(0, Math.max(records.length - limit, 0))) {
    if (asOperation(record).finishedAt === undefined) continue;
    await store.delete('operation', record.key, record.version);
  }
}

/**
 * Ends every operation that a process before this one left running: phase Error, "interrupted". To be called once at the
 * start, while nothing runs. Gives the Applications that were hit.
 */
export async function endInterrupted(store: StateStore, now: Date): Promise<readonly string[]> {
  const hit = new Set<string>();
  for (const record of await allRecords(store, '')) {
    const operation = asOperation(record);
    if (operation.finishedAt !== undefined) continue;
    const ended: Operation = { ...operation, phase: 'Error', message: INTERRUPTED, finishedAt: now.toISOString() };
    await store.put('operation', record.key, toJson(ended), record.version);
    hit.add(operation.application);
  }
  return [...hit].toSorted();
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
