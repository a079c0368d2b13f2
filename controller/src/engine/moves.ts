import type { Ref } from '../core/manifest.ts';
import { samePart, type Inventory, type InventoryEntry } from './inventory.ts';

/** A rename that is not complete yet. */
export interface Move {
  readonly ref: Ref;
  readonly from: Ref;
  /** What is on record under either name, as it is to be on record under the new one. */
  readonly entry: InventoryEntry;
}

/**
 * The renames that are to be done, or were interrupted. A name that was moved already, or that nothing is on record under,
 * is none; neither is one whose new name is taken by something else of ours, which then stays as it is.
 */
export function pendingMoves(moves: ReadonlyMap<Ref, Ref>, inventory: Inventory): ReadonlyMap<Ref, Move> {
  const pending = new Map<Ref, Move>();
  for (const [ref, from] of moves) {
    const old = inventory.get(from);
    if (old === undefined) continue;
    const now = inventory.get(ref);
    if (now !== undefined && now.movedFrom !== from) continue;
    pending.set(ref, { ref, from, entry: merged(ref, old, now) });
  }
  return pending;
}

function merged(ref: Ref, old: InventoryEntry, now: InventoryEntry | undefined): InventoryEntry {
  const { hook: _, askedAt: __, ...kept } = old;
  const parts = now?.parts ?? [];
  return {
    ...kept,
    ref,
    parts: [...parts, ...old.parts.filter((part) => !parts.some((other) => samePart(part, other)))],
    managedTagKeys: [...new Set([...(now?.managedTagKeys ?? []), ...old.managedTagKeys])].toSorted(),
    namedAs: old.namedAs ?? old.ref,
    movedFrom: old.ref,
  };
}
