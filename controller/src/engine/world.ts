import type { Claim, Desired, Outputs, Part, Pass } from '../core/driver.ts';
import type { JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { ownershipOf, type Owner } from '../core/ownership.ts';
import { desiredState } from './desired.ts';
import { samePart, type Inventory, type InventoryEntry, type RecordedPart } from './inventory.ts';
import type { Prepared } from './prepare.ts';
import type { Resource } from './resource.ts';

/** One resource, as it was found. */
export interface Seen {
  readonly resource: Resource;
  /** Resolved with what the resources that it needs gave at that moment; without claims. */
  readonly desired: Desired<JsonObject>;
  /** Undefined: AWS does not have it. */
  readonly live: object | undefined;
  readonly parts: readonly Part[];
  /** Undefined while it does not exist. */
  readonly outputs: Outputs | undefined;
  readonly owner: Ownership;
}

/** Ours, or the part that shows that it is not. What does not exist is ours to make. */
export type Ownership = 'ours' | { readonly notOurs: Part };

/** Everything that an Application declares, as it was found. Updated by the applier as resources change. */
export type World = Map<Ref, Seen>;

/** What observing needs besides the manifests. */
export interface Observing {
  readonly prepared: Prepared;
  readonly inventory: Inventory;
  readonly instance: string;
  readonly pass: Pass;
}

/**
 * Looks at everything at once: each resource as soon as those that it needs have been seen, so that reads which do not
 * depend on each other share a batch.
 */
export async function observeAll(context: Observing): Promise<World> {
  const world: World = new Map();
  const looking = new Map<Ref, Promise<void>>();
  const look = async (ref: Ref): Promise<void> => {
    const resource = context.prepared.resources.get(ref) as Resource;
    await Promise.all(resource.needs.flatMap((need) => looking.get(need) ?? []));
    world.set(ref, await observeOne(resource, world, context));
  };
  // In the order of the waves, whoever is needed looks already.
  for (const ref of context.prepared.waves.flat()) looking.set(ref, look(ref));
  await Promise.all(looking.values());
  return world;
}

/** Looks at one resource; those that it needs are in the world already. */
export async function observeOne(resource: Resource, world: World, context: Observing): Promise<Seen> {
  const recorded = context.inventory.get(resource.ref);
  const desired = desiredState(resource, {
    input: context.prepared.input,
    instance: context.instance,
    outputs: (ref) => world.get(ref)?.outputs,
    recorded,
    claims: [],
  });
  const live = await resource.driver.observe({ desired, recorded: asParts(recorded?.parts ?? []) }, context.pass);
  if (live === undefined) return { resource, desired, live, parts: [], outputs: undefined, owner: 'ours' };
  const parts = resource.driver.parts(live);
  const owner = { application: desired.application, ref: resource.ref, instance: context.instance };
  return {
    resource,
    desired,
    live,
    parts,
    outputs: resource.driver.outputs(live),
    owner: ownerOf(parts, owner, recorded),
  };
}

/** Claims of every resource on the fields of others, by the resource that they are on. */
export function gatherClaims(world: World): ReadonlyMap<Ref, readonly Claim[]> {
  const claims = new Map<Ref, Claim[]>();
  for (const { resource, desired, live } of world.values()) {
    for (const claim of resource.driver.claims(desired, live)) {
      claims.set(claim.on, [...(claims.get(claim.on) ?? []), claim]);
    }
  }
  return claims;
}

/**
 * Whose the object that was found is. Ours when any part carries our tags; when none does but we have it on record, its
 * tags were taken off by hand, which is drift.
 */
export function ownerOf(parts: readonly Part[], owner: Owner, recorded: InventoryEntry | undefined): Ownership {
  const judged = parts.map((part) => ({ part, is: ownershipOf(part, owner) }));
  const taken = judged.find(({ is }) => is === 'foreign' || is === 'otherApplication');
  // The first part is the resource itself: whoever has it has it all. Others may hang something of theirs on ours.
  if (taken !== undefined && taken.part === parts[0]) return { notOurs: taken.part };
  if (judged.some(({ is }) => is === 'ours')) return 'ours';
  if (taken !== undefined) return { notOurs: taken.part };
  const unowned = judged.find(({ is }) => is === 'unowned');
  if (unowned === undefined) return 'ours';
  const onRecord = recorded?.parts.some((part) => parts.some((other) => samePart(part, other))) ?? false;
  return onRecord ? 'ours' : { notOurs: unowned.part };
}

/** Recorded parts as a driver is given them. Their tags are not known. */
export function asParts(recorded: readonly RecordedPart[]): readonly Part[] {
  return recorded.map(({ type, id }) => ({ type, id, tags: {} }));
}
