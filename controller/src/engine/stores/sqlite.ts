import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { Json } from '../../core/json.ts';
import type { RecordType, StateRecord, StateStore } from '../store.ts';
import { conflict } from './memory.ts';

/** SQLITE_BUSY: https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** The store's file is open elsewhere: two controllers on one file would both sync. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
}

/**
 * A store in one file: one table, every write its own durable transaction.
 *
 * The lock is SQLite's exclusive locking mode (https://sqlite.org/pragma.html#pragma_locking_mode): the operating system
 * gives it back when the process ends, however it ends. The file `<path>.pid` only serves to name the holder.
 * @throws StoreLockedError when another process, or another store of this one, has the file open.
 */
export function sqliteStore(path: string): StateStore {
  const database = new DatabaseSync(path);
  const pidFile = `${path}.pid`;
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(`CREATE TABLE IF NOT EXISTS records (
      type TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (type, key)
    ) STRICT, WITHOUT ROWID`);
    // Reading alone takes no exclusive lock; an empty write transaction does.
    database.exec('BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new StoreLockedError(lockedMessage(path, pidFile), { cause: error });
    throw error;
  }
  writeFileSync(pidFile, `${process.pid}\n`);

  const get = database.prepare('SELECT type, key, version, value FROM records WHERE type = ? AND key = ?');
  const list = database.prepare(
    'SELECT type, key, version, value FROM records WHERE type = ? AND key >= ? AND key > ? ORDER BY key',
  );
  const insert = database.prepare(
    'INSERT INTO records (type, key, version, value) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = database.prepare(
    'UPDATE records SET version = ?, value = ? WHERE type = ? AND key = ? AND version = ?',
  );
  const remove = database.prepare('DELETE FROM records WHERE type = ? AND key = ? AND version = ?');
  const requireChanged = (changes: number | bigint, type: RecordType, key: string, expected: string | null): void => {
    if (Number(changes) === 1) return;
    const found = get.get(type, key);
    throw conflict(type, key, expected, found === undefined ? null : toRecord(found).version);
  };

  return {
    get: async (type, key) => {
      const row = get.get(type, key);
      return row === undefined ? undefined : toRecord(row);
    },
    list: async (type, prefix, limit, after) => {
      const found: StateRecord[] = [];
      if (limit <= 0) return found;
      for (const row of list.iterate(type, prefix, after ?? '')) {
        const record = toRecord(row);
        if (!record.key.startsWith(prefix)) break;
        found.push(record);
        if (found.length === limit) break;
      }
      return found;
    },
    put: async (type, key, value, expected) => {
      const version = randomUUID();
      const text = JSON.stringify(value);
      const { changes } =
        expected === null ? insert.run(type, key, version, text) : update.run(version, text, type, key, expected);
      requireChanged(changes, type, key, expected);
      return version;
    },
    delete: async (type, key, expected) => {
      requireChanged(remove.run(type, key, expected).changes, type, key, expected);
    },
    close: async () => {
      if (!database.isOpen) return;
      // First the name, then the lock: nobody must find our name on a file that is theirs.
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

function toRecord(row: Record<string, SQLOutputValue>): StateRecord {
  return {
    type: row['type'] as RecordType,
    key: row['key'] as string,
    version: row['version'] as string,
    value: JSON.parse(row['value'] as string) as Json,
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

function lockedMessage(path: string, pidFile: string): string {
  let holder = 'another process';
  try {
    holder = `process ${readFileSync(pidFile, 'utf8').trim()}`;
  } catch {
    // The holder has not written its name yet, or is just closing.
  }
  return `${path} is in use by ${holder}; one controller at a time may open it`;
}
