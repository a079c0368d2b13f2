import { inventoryMirror } from '../aws/inventory-mirror.ts';
import type { Clock } from '../core/clock.ts';
import type { Connections } from './connections.ts';
import type { Destination } from '../kinds/kind.ts';
import { sameDestination } from './destination.ts';
import type { ApplicationInput } from './engine.ts';
import type { Found } from './found.ts';
import { openInventory, recordedDestinations } from './inventory.ts';
import { prepare } from './prepare.ts';
import { findRemovals, type RecordedPlace } from './removals.ts';
import type { EngineKind } from './resource.ts';
import type { StateStore } from './store.ts';
import { observeAll } from './world.ts';

/** What looking needs. */
export interface Looking {
  readonly kinds: ReadonlyMap<string, EngineKind>;
  readonly connections: Connections;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly instance: string;
}

/** How to look. */
export interface LookOptions {
  readonly prune: boolean;
  /** Before a sync the copy of the inventory in AWS is read too: somebody else may have written it. */
  readonly readMirror: 'always' | 'whenEmpty';
}

/** One look at an Application: validate, connect, read the inventory, observe everything, find what is to go. */
export async function look(
  looking: Looking,
  input: ApplicationInput,
  options: LookOptions,
  signal: AbortSignal,
): Promise<Found> {
  const connection = await looking.connections.to(input.destination);
  const prepared = prepare(input, looking.kinds, connection);
  const now = looking.clock.now();
  const open = async (destination: Destination): Promise<RecordedPlace> => {
    const there = await looking.connections.to(destination);
    const mirror = inventoryMirror(there.aws.ssm, looking.instance, input.name);
    const place = { application: input.name, destination, store: looking.store, mirror };
    return {
      destination,
      connection: there,
      inventory: await openInventory(place, options.readMirror),
      pass: there.aws.pass(now, signal),
    };
  };
  const home = await open(input.destination);
  const earlier = (await recordedDestinations(looking.store, input.name)).filter(
    (destination) => !sameDestination(destination, input.destination),
  );
  const places = [home, ...(await Promise.all(earlier.map(open)))];

  const { instance } = looking;
  const world = await observeAll({ prepared, inventory: home.inventory, instance, pass: home.pass });
  const { kinds } = looking;
  const removals = await findRemovals({
    places,
    world,
    declaredIn: input.destination,
    application: input.name,
    instance,
    kinds,
  });
  return { prepared, world, inventory: home.inventory, places, removals, kinds, instance, now, prune: options.prune };
}
