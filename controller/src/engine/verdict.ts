import type { InventoryEntry } from './inventory.ts';
import { ownerInWords } from '../core/ownership.ts';
import { DELETION_APPROVED } from '../core/sync-options.ts';
import type { Found } from './found.ts';
import type { Removal } from './removals.ts';
import { ownerOf } from './world.ts';

/** What becomes of something that is on record and not declared. */
export interface Verdict {
  readonly action: 'delete' | 'none';
  /** It stays in AWS and is not ours any more. */
  readonly released: boolean;
  /** It goes when a person says yes. */
  readonly needsConfirmation?: true;
  readonly reason: string;
}

/** Whether it goes, with the reason. */
export function removalVerdict(removal: Removal, found: Pick<Found, 'prepared' | 'instance' | 'asked'>): Verdict {
  const { entry, ref } = removal;
  const { prune, removal: goes } = found.asked;
  const owner = ownerOf(
    removal.parts,
    { application: found.prepared.input.name, ref, instance: found.instance },
    undefined,
  );
  if (owner !== 'ours') {
    const reason = `${owner.notOurs.id} is left alone: it belongs to ${ownerInWords(owner.notOurs)}`;
    return { action: 'none', released: true, reason };
  }
  if (entry.deletionPolicy === 'Retain') {
    return { action: 'none', released: true, reason: 'kept in AWS: deletionPolicy Retain or sync option Prune=false' };
  }
  if (goes && entry.onRemoval === 'keep') {
    return { action: 'none', released: true, reason: 'kept in AWS: sync option Delete=false' };
  }
  const asks = goes ? entry.onRemoval === 'confirm' : entry.onPrune === 'confirm' && !removal.replaced;
  if (asks && (goes || prune) && !isConfirmed(entry, found)) {
    const option = goes ? 'Delete=confirm' : 'Prune=confirm';
    const reason = `${option}: it is deleted when a person says yes, by --approve-deletions or by annotating the Application with ${DELETION_APPROVED} and the present time`;
    return { action: 'none', released: false, needsConfirmation: true, reason };
  }
  if (goes) return { action: 'delete', released: false, reason: 'the Application is removed' };
  if (removal.replaced) return { action: 'delete', released: false, reason: 'left behind by a replacement' };
  if (entry.hook !== undefined)
    return { action: 'delete', released: false, reason: 'the hook is not in the source any more' };
  if (!prune) return { action: 'none', released: false, reason: 'not in the source any more; pruning is off' };
  return { action: 'delete', released: false, reason: 'not in the source any more' };
}

/** What an operation takes away. What hooks left behind goes without being a part of the plan, as hooks are none. */
export function plannedRemovals({ removals, selected, asked }: Found): readonly Removal[] {
  return removals.present.filter(
    (removal) => selected(removal.ref) && (asked.removal || removal.entry.hook === undefined || removal.replaced),
  );
}

/** A person said yes for this operation, or after it was asked for. */
function isConfirmed({ askedAt }: InventoryEntry, { asked, prepared }: Pick<Found, 'prepared' | 'asked'>): boolean {
  if (asked.approveDeletions) return true;
  const approvedAt = Date.parse(prepared.input.annotations?.[DELETION_APPROVED] ?? '');
  return askedAt !== undefined && approvedAt >= Date.parse(askedAt);
}
