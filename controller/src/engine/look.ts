import { inventoryMirror } from '../aws/inventory-mirror.ts';
import { equalJson } from '../core/canonical.ts';
import type { Clock } from '../core/clock.ts';
import type { Pass } from '../core/driver.ts';
import type { Json } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { ownerTagsOf } from '../core/ownership.ts';
import { selectionOf } from '../core/resource-selector.ts';
import type { Connections } from './connections.ts';
import type { Destination } from '../kinds/kind.ts';
import { sameDestination } from './destination.ts';
import type { ApplicationInput } from './engine.ts';
import type { Asked, Found } from './found.ts';
import { isOnRecord, openInventory, recordedDestinations } from './inventory.ts';
import type { Jq } from './jq.ts';
import { pendingMoves } from './moves.ts';
import { prepare, type Prepared } from './prepare.ts';
import { findRemovals, type RecordedPlace } from './removals.ts';
import type { EngineKind } from './resource.ts';
import type { Bear } from './retry.ts';
import type { StateStore } from './store.ts';
import { observeAll, type World } from './world.ts';

/** What looking needs. */
export interface Looking {
  readonly kinds: ReadonlyMap<string, EngineKind>;
  readonly connections: Connections;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly instance: string;
  readonly jq: Jq;
}

/** How to look. */
export interface LookOptions {
  readonly asked: Asked;
  /** Before a sync the copy of the inventory in AWS is read too: somebody else may have written it. */
  readonly readMirror: 'always' | 'whenEmpty';
  /** How failed reads are borne. */
  readonly bear: Bear;
  /** Reads of the Application's destination that others share. Default: of its own. */
  readonly pass?: Pass;
  /** What is kept between looks is read anew. */
  readonly recheck?: boolean;
  /** An earlier look, and what was touched since: the rest is taken from there. */
  readonly since?: { readonly found: Found; readonly touched: ReadonlySet<Ref> };
  /** Destinations that may hold something, besides its own and those on record. */
  readonly alsoIn?: readonly Destination[];
}

/** One look at an Application: validate, connect, read the inventory, observe everything, find what is to go. */
export async function look(
  looking: Looking,
  input: ApplicationInput,
  options: LookOptions,
  signal: AbortSignal,
): Promise<Found> {
  const { bear, asked } = options;
  const connection = await bear('connection', () => looking.connections.to(input.destination));
  const prepared = prepare(input, looking.kinds, connection);
  const now = looking.clock.now();
  const open = (destination: Destination, shared?: Pass): Promise<RecordedPlace> =>
    bear('inventory', async () => {
      const there = await looking.connections.to(destination);
      const mirror = inventoryMirror(there.aws.ssm, looking.instance, input.name);
      const place = { application: input.name, destination, store: looking.store, mirror };
      return {
        destination,
        connection: there,
        inventory: await openInventory(place, options.readMirror),
        pass: shared ?? there.aws.pass(now, signal, { recheck: options.recheck === true }),
      };
    });
  const home = await open(input.destination, options.pass);
  const others = await otherDestinations(looking, input, options);
  const places = [home, ...(await Promise.all(others.map((destination) => open(destination))))];

  const { inventory } = home;
  const moving = pendingMoves(prepared.moves, inventory);
  const recorded: Found['recorded'] = (ref) => moving.get(ref)?.entry ?? inventory.get(ref);
  const since =
    options.since !== undefined && isSame(options.since.found, prepared, places) ? options.since : undefined;
  const { instance, kinds, jq } = looking;
  const observing = { prepared, recorded, moving, instance, pass: home.pass, bear, jq };
  const world = await observeAll(since === undefined ? observing : { ...observing, since });
  const removals = await findRemovals({
    places,
    declared: declaredIn(world, asked),
    spared: sparedIn(prepared, moving, asked),
    declaredIn: input.destination,
    application: input.name,
    instance,
    kinds,
    bear,
    ...(since === undefined ? {} : { since: { present: since.found.removals.present, touched: since.touched } }),
  });
  const known = [...prepared.resources.keys(), ...prepared.hooks.keys(), ...inventory.entries().map(({ ref }) => ref)];
  const selected = selectionOf(asked.resources ?? [], known);
  const found = { prepared, world, inventory, recorded, moving, places, removals, kinds, instance, now, asked };
  return { ...found, selected, jq, takenBy: await takenByOthers(looking, world, options) };
}

async function takenByOthers(
  { store, instance }: Looking,
  world: World,
  { bear }: LookOptions,
): Promise<ReadonlyMap<Ref, string>> {
  const taken = new Map<Ref, string>();
  for (const [ref, { owner }] of world) {
    if (owner === 'ours') continue;
    const other = ownerTagsOf(owner.notOurs);
    if (other?.instance !== instance) continue;
    const { application } = other;
    if (await bear('inventory', () => isOnRecord(store, application, owner.notOurs))) taken.set(ref, application);
  }
  return taken;
}

async function otherDestinations(
  looking: Looking,
  input: ApplicationInput,
  { bear, alsoIn = [] }: LookOptions,
): Promise<readonly Destination[]> {
  const others: Destination[] = [];
  const recorded = await bear('inventory', () => recordedDestinations(looking.store, input.name));
  for (const destination of [...recorded, ...alsoIn]) {
    const known = [input.destination, ...others].some((other) => sameDestination(destination, other));
    if (!known) others.push(destination);
  }
  return others;
}

/** What the manifests declare, which is nothing when the Application goes. */
export function declaredIn(world: World, { removal }: Asked): World {
  return removal ? new Map() : world;
}

/** What is on record and neither declared nor to be taken away: hooks, and what has another name now. */
export function sparedIn(prepared: Prepared, moving: Found['moving'], { removal }: Asked): ReadonlySet<Ref> {
  if (removal) return new Set();
  return new Set([...prepared.hooks.keys(), ...[...moving.values()].map(({ from }) => from)]);
}

/** True when nothing but AWS can have changed since. */
function isSame(before: Found, prepared: Prepared, places: readonly RecordedPlace[]): boolean {
  const { input, digest } = before.prepared;
  const entries = (of: readonly RecordedPlace[]) => of.map(({ inventory }) => inventory.entries()) as unknown as Json;
  return (
    digest === prepared.digest &&
    input.revision === prepared.input.revision &&
    equalJson(input.spec as unknown as Json, prepared.input.spec as unknown as Json) &&
    equalJson(entries(before.places), entries(places))
  );
}
