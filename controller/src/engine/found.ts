import { DOMAIN } from '../core/manifest.ts';
import type { Inventory } from './inventory.ts';
import type { Prepared } from './prepare.ts';
import type { RecordedPlace, Removals } from './removals.ts';
import type { EngineKind } from './resource.ts';
import type { World } from './world.ts';

/** What a plan is made from: the manifests, what AWS has, and what is on record. */
export interface Found {
  readonly prepared: Prepared;
  readonly world: World;
  /** Of the Application's destination. */
  readonly inventory: Inventory;
  /** Every destination in which the Application has something on record, its own first. */
  readonly places: readonly RecordedPlace[];
  readonly removals: Removals;
  readonly kinds: ReadonlyMap<string, EngineKind>;
  readonly instance: string;
  readonly now: Date;
  /** Whether what the source has no more is deleted. */
  readonly prune: boolean;
}

/** Annotation by which a person takes over what exists already. */
export const ADOPT = `${DOMAIN}/adopt`;
