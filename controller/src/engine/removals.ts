import type { Part, Pass } from '../core/driver.ts';
import { DOMAIN, splitRef, type Ref } from '../core/manifest.ts';
import { ownershipTags } from '../core/ownership.ts';
import type { Destination } from '../kinds/kind.ts';
import { sameDestination } from './destination.ts';
import { samePart, type Inventory, type InventoryEntry, type RecordedPart } from './inventory.ts';
import type { Connection, EngineKind } from './resource.ts';
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
  readonly world: World;
  readonly declaredIn: Destination;
  readonly application: string;
  readonly instance: string;
  readonly kinds: ReadonlyMap<string, EngineKind>;
}

/**
 * Prune = inventory minus manifests, each confirmed by a read. `world` holds what the manifests declare in the
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
        const declared = here ? search.world.get(entry.ref)?.parts : undefined;
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
      (left.length === 0 ? undefined : await driver.observe({ recorded: asParts(left) }, place.pass)) ??
      (await observePending(place, entry, kind, search.application, search.instance));
    const parts = live === undefined ? [] : driver.parts(live);
    // A part that was taken off an object leads back to that object: there is nothing more behind it.
    if (live === undefined || parts.some(isKnown)) return { objects, gone: left };
    objects.push({ recorded: left.filter((part) => parts.some((other) => samePart(part, other))), live, parts });
    left = left.filter((part) => !isKnown(part));
  }
}

/** The object that a create was begun for, found by the name that was wanted then. */
async function observePending(
  place: RecordedPlace,
  entry: InventoryEntry,
  kind: EngineKind,
  application: string,
  instance: string,
): Promise<object | undefined> {
  if (entry.pending === undefined) return undefined;
  const desired = {
    id: entry.ref,
    application,
    ...entry.pending,
    ownership: ownershipTags({ application, ref: entry.ref, instance }),
    managedTagKeys: entry.managedTagKeys,
    unknown: [],
    claims: [],
  };
  return place.connection.driver(kind.name).observe({ desired, recorded: [] }, place.pass);
}

/** Annotations that keep a resource in AWS when its manifest goes. */
export function isRetained(
  spec: { readonly [key: string]: unknown },
  annotations: Readonly<Record<string, string>> | undefined,
): boolean {
  if (spec['deletionPolicy'] === 'Retain') return true;
  const options = (annotations?.[`${DOMAIN}/sync-options`] ?? '').split(',').map((option) => option.trim());
  return options.includes('Prune=false') || options.includes('Delete=false');
}
