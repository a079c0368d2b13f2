import { randomUUID } from 'node:crypto';
import { ConflictError } from '../../core/errors.ts';
import type { RecordType, StateRecord, StateStore } from '../store.ts';

/** A store for one run of the command line and for tests: nothing outlives the process. */
export function memoryStore(): StateStore {
  const records = new Map<string, StateRecord>();
  const requireVersion = (type: RecordType, key: string, expected: string | null): void => {
    const found = records.get(idOf(type, key))?.version ?? null;
    if (found !== expected) throw conflict(type, key, expected, found);
  };
  return {
    get: async (type, key) => records.get(idOf(type, key)),
    list: async (type, prefix, limit, after) =>
      [...records.values()]
        .filter((record) => record.type === type && record.key.startsWith(prefix))
        .toSorted((a, b) => compareKeys(a.key, b.key))
        .filter((record) => after === undefined || compareKeys(record.key, after) > 0)
        .slice(0, limit),
    put: async (type, key, value, expected) => {
      requireVersion(type, key, expected);
      const version = randomUUID();
      // A copy, as every other store makes one: what the caller changes afterwards is not stored.
      records.set(idOf(type, key), { type, key, version, value: structuredClone(value) });
      return version;
    },
    delete: async (type, key, expected) => {
      requireVersion(type, key, expected);
      records.delete(idOf(type, key));
    },
    close: async () => undefined,
  };
}

function idOf(type: RecordType, key: string): string {
  return `${type}\n${key}`;
}

/** Key order of every store: by code point, which is the byte order of UTF-8. */
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The error of a compare-and-swap that lost. */
export function conflict(type: RecordType, key: string, expected: string | null, found: string | null): ConflictError {
  const expectation = expected === null ? 'no such record' : `version ${expected}`;
  const state = found === null ? 'there is none' : `it is at version ${found}`;
  return new ConflictError(`${type} ${key}: expected ${expectation}, but ${state}`);
}
