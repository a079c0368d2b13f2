import type { Desired, Part } from '../core/driver.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Applying } from './applying.ts';
import { samePart, toRecorded, type InventoryEntry, type RecordedPart } from './inventory.ts';
import { isRetained } from './removals.ts';

/** Writes what is about to be done, before the first call: what is created, and which tag keys become ours. */
export async function recordIntent(applying: Applying, desired: Desired<JsonObject>, creates: boolean): Promise<void> {
  const before = applying.inventory.get(desired.id);
  const entry: InventoryEntry = {
    ...base(applying, desired),
    parts: union(before?.parts ?? [], leftovers(applying, desired)),
    managedTagKeys: [...new Set([...(before?.managedTagKeys ?? []), ...tagKeys(desired)])].toSorted(),
    ...(creates ? { pending: pendingOf(desired) } : before?.pending === undefined ? {} : { pending: before.pending }),
  };
  await applying.inventory.put(entry);
}

/** Writes what is there now that the resource is as wanted. Parts that a replacement still has to take away stay on record. */
export async function recordParts(
  applying: Applying,
  desired: Desired<JsonObject>,
  parts: readonly Part[],
): Promise<void> {
  const live = toRecorded(parts);
  const entry: InventoryEntry = {
    ...base(applying, desired),
    parts: union(live, leftovers(applying, desired)),
    managedTagKeys: tagKeys(desired),
  };
  await applying.inventory.put(entry);
}

function base(applying: Applying, desired: Desired<JsonObject>) {
  const { destination } = applying.found.prepared.input;
  return {
    ref: desired.id,
    accountId: destination.accountId,
    region: destination.region,
    deletionPolicy: isRetained(desired.spec, desired.annotations) ? ('Retain' as const) : ('Delete' as const),
  };
}

function pendingOf({ spec, needs, annotations, revision }: Desired<JsonObject>) {
  return { spec, needs, annotations, revision };
}

/** Keys of `spec.tags`. The ownership tags are never ours to remove: they go with the resource. */
function tagKeys(desired: Desired<JsonObject>): readonly string[] {
  const { tags } = desired.spec;
  return isObject(tags) ? Object.keys(tags).toSorted() : [];
}

/** Objects that are on record under the same reference and still to be taken away: what a replacement leaves behind. */
function leftovers(applying: Applying, { id }: Desired<JsonObject>): readonly RecordedPart[] {
  const { removals, world } = applying.found;
  const earlier = removals.present.filter((removal) => removal.ref === id).flatMap((removal) => removal.parts);
  const replaced = applying.replaced.has(id) ? (world.get(id)?.parts ?? []) : [];
  return toRecorded([...earlier, ...replaced]);
}

function union(parts: readonly RecordedPart[], more: readonly RecordedPart[]): readonly RecordedPart[] {
  return [...parts, ...more.filter((part) => !parts.some((other) => samePart(part, other)))];
}
