import type { Pass } from '../core/driver.ts';
import type { Ref } from '../core/manifest.ts';
import type { Applying } from './applying.ts';
import type { Move } from './moves.ts';
import type { Resource } from './resource.ts';
import type { Bear } from './retry.ts';
import { observeOne, type Seen } from './world.ts';

/** Renames are complete before any step begins. */
const NO_MOVES: ReadonlyMap<Ref, Move> = new Map();

/** How to look at one resource in the middle of an operation. */
interface AfreshOptions {
  readonly pass: Pass;
  readonly bear: Bear;
  /** For a hook: what it runs for. */
  readonly run?: string;
}

/** A fresh look at one resource, with all others as the steps before left them. */
export function lookAfresh(applying: Applying, resource: Resource, options: AfreshOptions): Promise<Seen> {
  const { inventory, world, found } = applying;
  return observeOne(resource, world, {
    prepared: found.prepared,
    recorded: (ref) => inventory.get(ref),
    moving: NO_MOVES,
    instance: found.instance,
    jq: found.jq,
    ...options,
  });
}
