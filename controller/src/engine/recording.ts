import type { Desired, Part } from '../core/driver.ts';
import type { HookPhase } from '../core/hooks.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { syncOptionsOf } from '../core/sync-options.ts';
import type { Applying } from './applying.ts';
import { samePart, toRecorded, type InventoryEntry, type RecordedPart } from './inventory.ts';
import { isRetained } from './removals.ts';

/** Writes what is about to be done, before the first call: what is created, and which tag keys become ours. */
export async function recordIntent(
  applying: Applying,
  ref: Ref,
  desired: Desired<JsonObject>,
  creates: boolean,
): Promise<void> {
  const before = applying.inventory.get(ref);
  const entry: InventoryEntry = {
    ...base(applying, ref, desired),
    parts: union(before?.parts ?? [], leftovers(applying, ref)),
    managedTagKeys: [...new Set([...(before?.managedTagKeys ?? []), ...tagKeys(desired)])].toSorted(),
    ...(creates ? { pending: pendingOf(desired) } : before?.pending === undefined ? {} : { pending: before.pending }),
  };
  await applying.inventory.put(entry);
}

/** Writes what is there now that the resource is as wanted. Parts that a replacement still has to take away stay on record. */
export async function recordParts(
  applying: Applying,
  ref: Ref,
  desired: Desired<JsonObject>,
  parts: readonly Part[],
): Promise<void> {
  const live = toRecorded(parts);
  const entry: InventoryEntry = {
    ...base(applying, ref, desired),
    parts: union(live, leftovers(applying, ref)),
    managedTagKeys: tagKeys(desired),
  };
  await applying.inventory.put(entry);
}

/** Writes that a hook begins to run for an operation, before the first call. */
export async function recordHook(applying: Applying, ref: Ref, desired: Desired<JsonObject>): Promise<void> {
  const { inventory, run, plan } = applying;
  const before = inventory.get(ref);
  await inventory.put({
    ...base(applying, ref, desired),
    parts: before?.parts ?? [],
    managedTagKeys: [...new Set([...(before?.managedTagKeys ?? []), ...tagKeys(desired)])].toSorted(),
    hook: { run, digest: plan.digest, done: [] },
    pending: pendingOf(desired),
  });
}

/** Writes that a hook has succeeded in a phase, before anything is built on it. */
export async function recordHookDone({ inventory }: Applying, ref: Ref, phase: HookPhase): Promise<void> {
  const entry = inventory.get(ref);
  if (entry?.hook === undefined) return;
  await inventory.put({ ...entry, hook: { ...entry.hook, done: [...entry.hook.done, phase] } });
}

type Base = Omit<InventoryEntry, 'parts' | 'managedTagKeys' | 'pending'>;

/** What its manifest says, for the time when that is gone, and what it was called. */
function base(applying: Applying, ref: Ref, { spec, annotations }: Desired<JsonObject>): Base {
  const { destination } = applying.found.prepared.input;
  const options = syncOptionsOf(annotations);
  const before = applying.inventory.get(ref);
  return {
    ref,
    accountId: destination.accountId,
    region: destination.region,
    deletionPolicy: isRetained(spec, annotations) ? 'Retain' : 'Delete',
    ...(options.prune === 'confirm' && { onPrune: 'confirm' }),
    ...(options.removal !== 'delete' && { onRemoval: options.removal }),
    ...(options.pruneLast && { pruneLast: true }),
    ...(options.ignoreExtraneous && { ignoreExtraneous: true }),
    ...(before?.namedAs !== undefined && { namedAs: before.namedAs }),
    ...(before?.movedFrom !== undefined && { movedFrom: before.movedFrom }),
    ...(before?.hook !== undefined && applying.found.prepared.hooks.has(ref) && { hook: before.hook }),
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
function leftovers(applying: Applying, ref: Ref): readonly RecordedPart[] {
  const { removals, world } = applying.found;
  const earlier = removals.present.filter((removal) => removal.ref === ref).flatMap((removal) => removal.parts);
  const replaced = applying.replaced.has(ref) ? (world.get(ref)?.parts ?? []) : [];
  return toRecorded([...earlier, ...replaced]);
}

function union(parts: readonly RecordedPart[], more: readonly RecordedPart[]): readonly RecordedPart[] {
  return [...parts, ...more.filter((part) => !parts.some((other) => samePart(part, other)))];
}
