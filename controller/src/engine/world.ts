import type { Claim, Desired, Outputs, Part, Pass } from '../core/driver.ts';
import { equalJson } from '../core/canonical.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { ownershipOf, type Owner } from '../core/ownership.ts';
import { desiredState } from './desired.ts';
import { NOTHING_IGNORED, readIgnored, withIgnored, type Ignored } from './ignoring.ts';
import { samePart, type InventoryEntry, type RecordedPart } from './inventory.ts';
import type { Jq } from './jq.ts';
import type { Move } from './moves.ts';
import type { Prepared } from './prepare.ts';
import type { Bear } from './retry.ts';
import type { Resource } from './resource.ts';

/** One resource, as it was found. */
export interface Seen {
  readonly resource: Resource;
  /** Resolved with what the resources that it needs gave at that moment; without claims, with ignored fields as in AWS. */
  readonly desired: Desired<JsonObject>;
  /** Undefined: AWS does not have it. */
  readonly live: object | undefined;
  readonly parts: readonly Part[];
  /** Undefined while it does not exist. */
  readonly outputs: Outputs | undefined;
  readonly owner: Ownership;
  /** Fields that Git does not decide. */
  readonly ignored: Ignored;
}

/** Ours, or the part that shows that it is not. What does not exist is ours to make. */
export type Ownership = 'ours' | { readonly notOurs: Part };

/** Everything that an Application declares, as it was found. Updated by the applier as resources change. */
export type World = Map<Ref, Seen>;

/** What observing needs besides the manifests. */
export interface Observing {
  readonly prepared: Prepared;
  readonly recorded: (ref: Ref) => InventoryEntry | undefined;
  /** Renames that are not complete: their tags still carry the old name. */
  readonly moving: ReadonlyMap<Ref, Move>;
  readonly instance: string;
  readonly pass: Pass;
  readonly jq: Jq;
  /** How failed reads are borne. */
  readonly bear: Bear;
  /** For a hook: what it runs for. */
  readonly run?: string;
  /** An earlier look at the same manifests, and what was touched since. */
  readonly since?: { readonly found: { readonly world: World }; readonly touched: ReadonlySet<Ref> };
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
    world.set(ref, untouched(resource, world, context) ?? (await observeOne(resource, world, context)));
  };
  // In the order of the waves, whoever is needed looks already.
  for (const ref of context.prepared.waves.flat()) looking.set(ref, look(ref));
  await Promise.all(looking.values());
  return world;
}

/** What an earlier look saw, where nothing can have changed it: neither an event nor what it needs. */
function untouched(resource: Resource, world: World, { since }: Observing): Seen | undefined {
  if (since === undefined || since.touched.has(resource.ref)) return undefined;
  const before = since.found.world;
  const sameNeeds = resource.needs.every((need) =>
    equalJson(world.get(need)?.outputs as Json | undefined, before.get(need)?.outputs as Json | undefined),
  );
  const seen = before.get(resource.ref);
  // The driver may be another one: connections come and go.
  return sameNeeds && seen !== undefined ? { ...seen, resource } : undefined;
}

/** Looks at one resource; those that it needs are in the world already. */
export async function observeOne(resource: Resource, world: World, context: Observing): Promise<Seen> {
  const { prepared, instance, moving, run } = context;
  const recorded = context.recorded(resource.ref);
  const from = moving.get(resource.ref)?.from;
  const desired = desiredState(resource, {
    input: prepared.input,
    instance,
    outputs: (ref) => world.get(ref)?.outputs,
    recorded,
    claims: [],
    ...(from === undefined ? {} : { ownedAs: from }),
    ...(run === undefined ? {} : { run }),
  });
  const subject = { desired, recorded: asParts(recorded?.parts ?? []) };
  const live = await context.bear(resource.ref, () => resource.driver.observe(subject, context.pass));
  if (live === undefined) {
    return { resource, desired, live, parts: [], outputs: undefined, owner: 'ours', ignored: NOTHING_IGNORED };
  }
  const parts = resource.driver.parts(live);
  const owner = { application: desired.application, ref: resource.ref, instance };
  const rules = prepared.ignores.get(resource.ref);
  const ignored = rules === undefined ? NOTHING_IGNORED : await readIgnored(context.jq, rules, resource, desired, live);
  return {
    resource,
    desired: withIgnored(desired, ignored),
    live,
    parts,
    outputs: resource.driver.outputs(live),
    owner: ownerOf(parts, owner, recorded, prepared.moves.get(resource.ref)),
    ignored,
  };
}

/** Claims of every resource on the fields of others, by the resource that they are on. */
export function gatherClaims(world: World): ReadonlyMap<Ref, readonly Claim[]> {
  const claims = new Map<Ref, Claim[]>();
  for (const { resource, desired, live } of world.values()) {
    for (const claim of resource.driver.claims(desired, live)) {
      // A driver knows a renamed resource by the name that its names in AWS are made of.
      claims.set(claim.on, [...(claims.get(claim.on) ?? []), { ...claim, by: resource.ref }]);
    }
  }
  return claims;
}

/**
 * Whose the object that was found is. Ours when any part carries our tags; when none does but we have it on record, its
 * tags were taken off by hand, which is drift. `formerly`: the name that it had before, which its tags may still carry.
 */
export function ownerOf(
  parts: readonly Part[],
  owner: Owner,
  recorded: InventoryEntry | undefined,
  formerly?: Ref,
): Ownership {
  const judged = parts.map((part) => {
    const is = ownershipOf(part, owner);
    const was = formerly === undefined ? is : ownershipOf(part, { ...owner, ref: formerly });
    return { part, is: was === 'ours' ? was : is };
  });
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
