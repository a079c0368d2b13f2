import { DOMAIN, type Ref } from '../core/manifest.ts';
import type { Selection } from '../core/resource-selector.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';
import type { Jq } from './jq.ts';
import type { Move } from './moves.ts';
import type { Prepared } from './prepare.ts';
import type { RecordedPlace, Removals } from './removals.ts';
import type { EngineKind } from './resource.ts';
import type { World } from './world.ts';

/** What was asked of the engine, as far as a plan depends on it. */
export interface Asked {
  /** Whether what the source has no more is deleted. */
  readonly prune: boolean;
  /** The whole Application goes: nothing is declared any more. */
  readonly removal: boolean;
  /** As Replace=true on every resource. */
  readonly replace: boolean;
  /** A person said yes to deletions that ask for one. */
  readonly approveDeletions: boolean;
  /** Selectors of a partial sync. */
  readonly resources?: readonly string[];
  /** It only brings rollouts to their end: the hooks have run with the sync that began them. */
  readonly withoutHooks?: true;
}

/** What a plan is made from: the manifests, what AWS has, and what is on record. */
export interface Found {
  readonly prepared: Prepared;
  readonly world: World;
  /** Of the Application's destination. */
  readonly inventory: Inventory;
  /** What is on record of a resource, under the name that it had before where it is being renamed. */
  readonly recorded: (ref: Ref) => InventoryEntry | undefined;
  /** Renames that are not complete, by the new name. */
  readonly moving: ReadonlyMap<Ref, Move>;
  /** Every destination in which the Application has something on record, its own first. */
  readonly places: readonly RecordedPlace[];
  readonly removals: Removals;
  readonly kinds: ReadonlyMap<string, EngineKind>;
  readonly instance: string;
  readonly now: Date;
  readonly asked: Asked;
  /** What a partial sync is for; everything in a whole one. */
  readonly selected: Selection;
  /** Other Applications of this installation that have on record what was found under our names. */
  readonly takenBy: ReadonlyMap<Ref, string>;
  readonly jq: Jq;
}

/** Annotation by which a person takes over what exists already. */
export const ADOPT = `${DOMAIN}/adopt`;
