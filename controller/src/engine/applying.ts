import type { Ref } from '../core/manifest.ts';
import type { Emit } from './emit.ts';
import type { Found } from './found.ts';
import type { Inventory } from './inventory.ts';
import type { Connection } from './resource.ts';
import type { OperationClock } from './retry.ts';
import type { World } from './world.ts';

/** What all steps of one sync share. */
export interface Applying {
  /** What the plan was made from: never changed. */
  readonly found: Found;
  /** Resources that the plan replaces. */
  readonly replaced: ReadonlySet<Ref>;
  readonly connection: Connection;
  readonly inventory: Inventory;
  /** As it was planned on, then as the steps leave it. */
  readonly world: World;
  readonly clock: OperationClock;
  readonly emit: Emit;
}
