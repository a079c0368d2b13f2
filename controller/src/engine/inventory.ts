import type { InventoryMirror } from '../aws/inventory-mirror.ts';
import { equalJson } from '../core/canonical.ts';
import type { Outputs, Part } from '../core/driver.ts';
import { ConflictError } from '../core/errors.ts';
import type { HookPhase } from '../core/hooks.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import type { Destination } from '../kinds/kind.ts';
import type { StateStore } from './store.ts';

/** An AWS object on record. */
export interface RecordedPart {
  readonly type: string;
  /** Its ARN, or the nearest thing that AWS has. */
  readonly id: string;
}

/**
 * What is about to be created. Written before the first call: after a crash in the middle the object is found by its
 * wanted name, which follows from these, also when Git has moved on.
 */
export interface PendingCreate {
  readonly spec: JsonObject;
  readonly needs: Readonly<Record<Ref, Outputs>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly revision: string;
}

/** What one Application owns under one reference in one destination. */
export interface InventoryEntry {
  readonly ref: Ref;
  readonly accountId: string;
  readonly region: string;
  /** Also parts of an earlier object that a replacement has not taken away yet. */
  readonly parts: readonly RecordedPart[];
  /** Tag keys that Longshore set from `spec.tags`: ours to remove. */
  readonly managedTagKeys: readonly string[];
  /** `Retain` also when an annotation says Prune=false: the manifest is gone when it matters, and so for the next four. */
  readonly deletionPolicy: 'Delete' | 'Retain';
  /** Prune=confirm: it is pruned when a person says yes. */
  readonly onPrune?: 'confirm';
  /** Delete=false and Delete=confirm: what becomes of it when the Application is removed. */
  readonly onRemoval?: 'keep' | 'confirm';
  /** PruneLast=true. */
  readonly pruneLast?: true;
  /** IgnoreExtraneous. */
  readonly ignoreExtraneous?: true;
  /** When a person was first asked whether it may be deleted, in ISO 8601. */
  readonly askedAt?: string;
  /** The reference that its names in AWS are made of, where it was renamed by moved-from. */
  readonly namedAs?: Ref;
  /** The reference that it was moved from; the record of that one goes when the move is complete. */
  readonly movedFrom?: Ref;
  /** Present for a hook. */
  readonly hook?: RecordedHook;
  readonly pending?: PendingCreate;
}

/** What a hook was run for last. With the store lost, an interrupted operation is taken up by this. */
export interface RecordedHook {
  /** The run of the operation. */
  readonly run: string;
  /** That operation has ended: the next one is another run. */
  readonly over?: true;
  /** Of the manifests of that operation. */
  readonly digest: string;
  /** Phases in which it has succeeded for that run. */
  readonly done: readonly HookPhase[];
}

/** All that an Application owns. Every change is in the store and in the mirror before it is reported as done. */
export interface Inventory {
  /** By reference, in this destination. */
  get(ref: Ref): InventoryEntry | undefined;
  /** In this destination, in the order of references. */
  entries(): readonly InventoryEntry[];
  /** Writes to each copy that does not hold it yet. */
  put(entry: InventoryEntry): Promise<void>;
  remove(ref: Ref): Promise<void>;
}

const PAGE = 500;

/** Where the records of one Application and destination are. */
export interface InventoryPlace {
  readonly application: string;
  readonly destination: Destination;
  readonly store: StateStore;
  readonly mirror: InventoryMirror;
}

/**
 * Reads the inventory. `store` is enough to look; before a change both are read, and whatever either of them knows
 * counts, because each entry is confirmed by a read of AWS before anything is done with it. An empty store is rebuilt
 * from the mirror.
 */
export async function openInventory(place: InventoryPlace, readMirror: 'always' | 'whenEmpty'): Promise<Inventory> {
  const { store, mirror } = place;
  const prefix = keyPrefix(place.application, place.destination);
  const entries = new Map<Ref, InventoryEntry>();
  const versions = new Map<Ref, string>();
  // What each copy is known to hold: a process that died between the two writes left them different.
  const stored = new Map<Ref, Json>();
  const mirrored = new Map<Ref, Json>();
  for (const record of await listAll(store, prefix)) {
    const entry = asEntry(record.value);
    if (entry === undefined) continue;
    entries.set(entry.ref, entry);
    stored.set(entry.ref, record.value);
    versions.set(entry.ref, record.version);
  }
  if (readMirror === 'always' || entries.size === 0) {
    for (const value of (await mirror.load()).values()) {
      const entry = asEntry(value);
      if (entry === undefined) continue;
      entries.set(entry.ref, united(entries.get(entry.ref), entry));
      mirrored.set(entry.ref, value);
    }
  }

  const write = async (ref: Ref, value: Json | undefined): Promise<void> => {
    const key = `${prefix}${ref}`;
    for (;;) {
      const expected = versions.get(ref) ?? null;
      try {
        if (value !== undefined) versions.set(ref, await store.put('inventory', key, value, expected));
        else if (expected !== null) {
          await store.delete('inventory', key, expected);
          versions.delete(ref);
        }
        return;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        const found = await store.get('inventory', key);
        if (found === undefined) versions.delete(ref);
        else versions.set(ref, found.version);
      }
    }
  };

  return {
    get: (ref) => entries.get(ref),
    entries: () => [...entries.values()].toSorted((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0)),
    put: async (entry) => {
      const value = entry as unknown as Json;
      if (!equalJson(stored.get(entry.ref), value)) await write(entry.ref, value);
      stored.set(entry.ref, value);
      if (!equalJson(mirrored.get(entry.ref), value)) await mirror.put(entry.ref, value);
      mirrored.set(entry.ref, value);
      entries.set(entry.ref, entry);
    },
    remove: async (ref) => {
      // The mirror first: should it fail, the store still knows what to take out of it.
      await mirror.remove(ref);
      await write(ref, undefined);
      for (const copy of [entries, stored, mirrored]) copy.delete(ref);
    },
  };
}

/** Destinations in which an Application has something on record. */
export async function recordedDestinations(store: StateStore, application: string): Promise<readonly Destination[]> {
  const found = new Map<string, Destination>();
  for (const record of await listAll(store, `${application}/`)) {
    const entry = asEntry(record.value);
    if (entry !== undefined) {
      found.set(`${entry.accountId}/${entry.region}`, { accountId: entry.accountId, region: entry.region });
    }
  }
  return [...found.values()];
}

/** True when this Application has the object on record, in any destination. */
export async function isOnRecord(store: StateStore, application: string, part: RecordedPart): Promise<boolean> {
  const records = await listAll(store, `${application}/`);
  return records.some(({ value }) => asEntry(value)?.parts.some((other) => samePart(part, other)));
}

/** Equal type and id. */
export function samePart(a: RecordedPart, b: RecordedPart): boolean {
  return a.type === b.type && a.id === b.id;
}

/** Parts as they are recorded: without their tags. */
export function toRecorded(parts: readonly Part[]): readonly RecordedPart[] {
  return parts.map(({ type, id }) => ({ type, id }));
}

function keyPrefix(application: string, destination: Destination): string {
  return `${application}/${destination.accountId}/${destination.region}/`;
}

async function listAll(store: StateStore, prefix: string) {
  const found = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.list('inventory', prefix, PAGE, after);
    found.push(...page);
    if (page.length < PAGE) return found;
    after = page.at(-1)?.key;
  }
}

/** What either of two copies knows. */
function united(stored: InventoryEntry | undefined, mirrored: InventoryEntry): InventoryEntry {
  if (stored === undefined) return mirrored;
  const pending = stored.pending ?? mirrored.pending;
  return {
    ...stored,
    parts: [...stored.parts, ...mirrored.parts.filter((part) => !stored.parts.some((other) => samePart(part, other)))],
    managedTagKeys: [...new Set([...stored.managedTagKeys, ...mirrored.managedTagKeys])].toSorted(),
    ...(pending === undefined ? {} : { pending }),
  };
}

/** Records are ours, but a mirror may have been edited by hand: what is no entry is left out. */
function asEntry(value: Json): InventoryEntry | undefined {
  if (!isObject(value) || typeof value['ref'] !== 'string' || !value['ref'].includes('/')) return undefined;
  if (typeof value['accountId'] !== 'string' || typeof value['region'] !== 'string') return undefined;
  if (!Array.isArray(value['parts']) || !Array.isArray(value['managedTagKeys'])) return undefined;
  return value as unknown as InventoryEntry;
}
