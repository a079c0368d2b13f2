import type { HookPhase } from '../core/hooks.ts';
import type { Plan } from '../core/plan.ts';
import type { Ref } from '../core/manifest.ts';
import type { Emit } from './emit.ts';
import type { StepResult } from './engine.ts';
import type { Found } from './found.ts';
import type { Inventory } from './inventory.ts';
import type { Connection } from './resource.ts';
import type { Bear, OperationClock } from './retry.ts';
import type { World } from './world.ts';

/** What all steps of one operation share. */
export interface Applying {
  /** What the plan was made from: never changed. */
  readonly found: Found;
  readonly plan: Plan;
  /** Resources that the plan replaces. */
  readonly replaced: ReadonlySet<Ref>;
  readonly connection: Connection;
  readonly inventory: Inventory;
  /** As it was planned on, then as the steps leave it. */
  readonly world: World;
  readonly clock: OperationClock;
  readonly emit: Emit;
  /** How failed reads of a whole look are borne. */
  readonly bear: Bear;
  /** What hooks run for. */
  readonly run: string;
  /** True for a hook that the operation which this one takes up has run already. */
  readonly hasRun: (ref: Ref, phase: HookPhase) => boolean;
  /** Hears of each result as it comes. */
  readonly report: (result: StepResult) => void;
}
