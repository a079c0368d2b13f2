import type { Part, Pass } from '../core/driver.ts';
import { splitRef, type Ref } from '../core/manifest.ts';
import { ownershipTags } from '../core/ownership.ts';
import { syncOptionsOf } from '../core/sync-options.ts';
import type { Destination } from '../kinds/kind.ts';
import { sameDestination } from './destination.ts';
import { samePart, type Inventory, type InventoryEntry, type RecordedPart } from './inventory.ts';
import type { Connection, EngineDriver, EngineKind } from './resource.ts';
import type { Bear } from './retry.ts';
import { asParts, type World } from './world.ts';

/** Something on record that the source has no more, or that a replacement left behind; confirmed by a read. */
export interface Removal {
  readonly ref: Ref;
  readonly kind: EngineKind;
  readonly connection: Connection;
  readonly inventory: Inventory;
  readonly entry: InventoryEntry;
  /** The recorded parts that belong to it. */
  readonly recorded: readonly RecordedPart[];
  readonly live: object;
  readonly parts: readonly Part[];
  /** True when the manifest is still there: the object was replaced by another. */
  readonly replaced: boolean;
}

/** One destination with what is on record there. */
export interface RecordedPlace {
  readonly destination: Destination;
  readonly connection: Connection;
  readonly inventory: Inventory;
  readonly pass: Pass;
}

/** What there is to take away, and what turned out to be gone already. */
export interface Removals {
  readonly present: readonly Removal[];
  /** On record, but AWS has nothing of it: to be taken off the record. */
  readonly gone: readonly GoneParts[];
}

/** Parts of an entry that AWS does not have any more. */
export interface GoneParts {
  readonly inventory: Inventory;
  readonly entry: InventoryEntry;
  readonly parts: readonly RecordedPart[];
}

/** Where to look for what is to go. */
export interface RemovalSearch {
  readonly places: readonly RecordedPlace[];
  /** What the manifests declare, as it was found. */
  readonly declared: World;
  /** On record, not declared, and not to be looked for all the same. */
  readonly spared: ReadonlySet<Ref>;
  readonly declaredIn: Destination;
  readonly application: string;
  readonly instance: string;
  readonly kinds: ReadonlyMap<string, EngineKind>;
  readonly bear: Bear;
  /** What an earlier look found, with the same records, and what was touched since. */
  readonly since?: { readonly present: readonly Removal[]; readonly touched: ReadonlySet<Ref> };
}

/**
 * Prune = inventory minus manifests, each confirmed by a read. `declared` holds what the manifests declare in the
 * destination of the Application; elsewhere (an earlier destination) everything on record is to go.
 */
export async function findRemovals(search: RemovalSearch): Promise<Removals> {
  const present: Removal[] = [];
  const gone: GoneParts[] = [];
  await Promise.all(
    search.places.flatMap((place) =>
      place.inventory.entries().map(async (entry) => {
        const kind = search.kinds.get(splitRef(entry.ref).kind);
        if (kind === undefined) return;
        const here = sameDestination(place.destination, search.declaredIn);
        if (here && search.spared.has(entry.ref)) return;
        const declared = here ? search.declared.get(entry.ref)?.parts : undefined;
        if (search.since !== undefined && !search.since.touched.has(entry.ref)) {
          present.push(
            ...search.since.present.filter((removal) => removal.entry.ref === entry.ref && isAt(removal, place)),
          );
          return;
        }
        const found = await objectsOf(search, place, entry, kind, declared ?? []);
        for (const object of found.objects) {
          present.push({
            ...object,
            ref: entry.ref,
            kind,
            connection: place.connection,
            inventory: place.inventory,
            entry,
            replaced: declared !== undefined,
          });
        }
        const nothingLeft = declared === undefined && found.objects.length === 0;
        if (found.gone.length > 0 || nothingLeft) gone.push({ inventory: place.inventory, entry, parts: found.gone });
      }),
    ),
  );
  return { present: present.toSorted((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0)), gone };
}

type FoundObject = Pick<Removal, 'recorded' | 'live' | 'parts'>;

/** The objects behind one entry that are not the declared one, each looked at. Several after interrupted replacements. */
async function objectsOf(
  search: RemovalSearch,
  place: RecordedPlace,
  entry: InventoryEntry,
  kind: EngineKind,
  declared: readonly Part[],
): Promise<{ readonly objects: readonly FoundObject[]; readonly gone: readonly RecordedPart[] }> {
  const driver = place.connection.driver(kind.name);
  const objects: FoundObject[] = [];
  const isKnown = (part: RecordedPart): boolean =>
    [...declared, ...objects.flatMap((object) => object.parts)].some((other) => samePart(part, other));
  let left = entry.parts.filter((part) => !isKnown(part));
  for (;;) {
    const live =
      (left.length === 0 ? undefined : await observeParts(search, driver, entry.ref, left, place.pass)) ??
      (await observePending(search, place, entry, kind));
    const parts = live === undefined ? [] : driver.parts(live);
    // A part that was taken off an object leads back to that object: there is nothing more behind it.
    if (live === undefined || parts.some(isKnown)) return { objects, gone: left };
    objects.push({ recorded: left.filter((part) => parts.some((other) => samePart(part, other))), live, parts });
    left = left.filter((part) => !isKnown(part));
  }
}

function isAt(removal: Removal, { destination }: RecordedPlace): boolean {
  return sameDestination(removal.entry, destination);
}

function observeParts(
  { bear }: RemovalSearch,
  driver: EngineDriver,
  ref: Ref,
  parts: readonly RecordedPart[],
  pass: Pass,
): Promise<object | undefined> {
  return bear(ref, () => driver.observe({ recorded: asParts(parts) }, pass));
}

/** The object that a create was begun for, found by the name that was wanted then. */
async function observePending(
  { application, instance, bear }: RemovalSearch,
  place: RecordedPlace,
  entry: InventoryEntry,
  kind: EngineKind,
): Promise<object | undefined> {
  if (entry.pending === undefined) return undefined;
  const desired = {
    id: entry.namedAs ?? entry.ref,
    application,
    ...entry.pending,
    ownership: ownershipTags({ application, ref: entry.ref, instance }),
    managedTagKeys: entry.managedTagKeys,
    unknown: [],
    claims: [],
  };
  const driver = place.connection.driver(kind.name);
  return bear(entry.ref, () => driver.observe({ desired, recorded: [] }, place.pass));
}

/** True for a resource that stays in AWS when its manifest goes. */
export function isRetained(
  spec: { readonly [key: string]: unknown },
  annotations: Readonly<Record<string, string>> | undefined,
): boolean {
  return spec['deletionPolicy'] === 'Retain' || syncOptionsOf(annotations).prune === 'keep';
}
