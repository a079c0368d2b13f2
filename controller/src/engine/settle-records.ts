import type { Found } from './found.ts';
import { type Inventory, samePart } from './inventory.ts';
import type { Ref } from '../core/manifest.ts';
import type { Removals } from './removals.ts';

/** Before anything else the record says what is known: also where an earlier process wrote only one of its two copies. */
export async function settleRecords({ removals, places, prepared, inventory: home }: Found): Promise<void> {
  // What is declared stays on record without parts: it is about to be made anew.
  await forgetGone(removals, (place, ref) => place === home && prepared.resources.has(ref));
  for (const { inventory } of places) for (const entry of inventory.entries()) await inventory.put(entry);
}

/** What AWS turned out not to have any more goes off the record. */
async function forgetGone(removals: Removals, isDeclared: (place: Inventory, ref: Ref) => boolean): Promise<void> {
  for (const { inventory, entry, parts } of removals.gone) {
    const current = inventory.get(entry.ref);
    if (current === undefined) continue;
    const left = current.parts.filter((part) => !parts.some((other) => samePart(part, other)));
    if (left.length === 0 && !isDeclared(inventory, entry.ref)) await inventory.remove(entry.ref);
    else if (left.length < current.parts.length) await inventory.put({ ...current, parts: left });
  }
}
