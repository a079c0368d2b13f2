import type { Json } from '../core/json.ts';

/** What the state store keeps. Nothing that plans or diffs read. */
export type RecordType =
  | 'operation'
  | 'manifests'
  | 'decision'
  | 'sent'
  | 'token'
  | 'audit'
  | 'inventory'
  | 'application';

/** One record. `version` changes with every write. */
export interface StateRecord {
  readonly type: RecordType;
  readonly key: string;
  readonly version: string;
  readonly value: Json;
}

/** Records with versioned compare-and-swap. One contract suite runs on every implementation. */
export interface StateStore {
  get(type: RecordType, key: string): Promise<StateRecord | undefined>;
  /** Records whose key starts with `prefix`, in key order, at most `limit`, after the key `after`. */
  list(type: RecordType, prefix: string, limit: number, after?: string): Promise<readonly StateRecord[]>;
  /** Writes if the version is still `expected` (null: must not exist). Gives the new version. Throws ConflictError. */
  put(type: RecordType, key: string, value: Json, expected: string | null): Promise<string>;
  /** Deletes if the version is still `expected`. Throws ConflictError. */
  delete(type: RecordType, key: string, expected: string): Promise<void>;
  close(): Promise<void>;
}
