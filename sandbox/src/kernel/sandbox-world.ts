import type { Clock } from './clock.ts';
import { noFaults, type WorldFaults } from './faults.ts';
import type { Ports } from './ports.ts';
import { type RandomState, SeededRandom } from './random.ts';
import type { RegisteredResource } from './registry.ts';
import { ResourceRegistry } from './resource-registry.ts';
import { type Timer, TimerQueue } from './timer-queue.ts';
import type { Scope, Settings, World } from './world.ts';

/** One service's state at one place. */
export interface Slice {
  readonly scope: Scope;
  readonly service: string;
  readonly state: object;
}

/** A token bucket of AWS's request throttling. */
export interface Bucket {
  tokens: number;
  /** Sandbox time of the last refill. */
  at: number;
}

/** Everything of a world that a snapshot holds. */
export interface WorldState {
  /** Sandbox time, in milliseconds since the epoch. */
  readonly now: number;
  readonly random: RandomState;
  readonly timers: readonly Timer[];
  readonly resources: readonly RegisteredResource[];
  readonly slices: readonly Slice[];
  /** Token buckets by account, region, service and group of actions. Snapshots of before have none. */
  readonly buckets?: Readonly<Record<string, Bucket>>;
}

/** The world of one sandbox. */
export class SandboxWorld implements World {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly timers: TimerQueue;
  readonly resources: ResourceRegistry;
  readonly ports: Ports;
  readonly faults: WorldFaults;
  readonly buckets: Record<string, Bucket>;
  private readonly numbers: SeededRandom;
  private readonly slices = new Map<string, Slice>();
  private readonly locals = new Map<string, object>();

  constructor(
    clock: Clock,
    settings: Settings,
    ports: (world: World) => Ports,
    restored?: WorldState,
    faults: WorldFaults = noFaults,
  ) {
    this.clock = clock;
    this.faults = faults;
    this.buckets = { ...restored?.buckets };
    this.settings = settings;
    this.timers = new TimerQueue(clock, restored?.timers);
    this.resources = new ResourceRegistry(restored?.resources);
    this.numbers = new SeededRandom(restored?.random ?? settings.seed);
    for (const slice of restored?.slices ?? []) this.slices.set(sliceKey(slice.scope, slice.service), slice);
    this.ports = ports(this);
  }

  slice<T extends object>(scope: Scope, service: string, initial: () => T): T {
    const key = sliceKey(scope, service);
    let slice = this.slices.get(key);
    if (!slice) {
      slice = { scope: { accountId: scope.accountId, region: scope.region }, service, state: initial() };
      this.slices.set(key, slice);
    }
    // The service that owns the slice is the only one to name its type.
    return slice.state as T;
  }

  local<T extends object>(service: string, initial: () => T): T {
    const local = this.locals.get(service) ?? initial();
    this.locals.set(service, local);
    return local as T;
  }

  scopes(service: string): readonly Scope[] {
    return [...this.slices.values()].filter((slice) => slice.service === service).map((slice) => slice.scope);
  }

  random(): number {
    return this.numbers.next();
  }

  id(length: number): string {
    return this.numbers.id(length);
  }

  uuid(): string {
    return this.numbers.uuid();
  }

  /** The state as it is now. The parts are the live ones: write or copy them before anything else runs. */
  state(): WorldState {
    return {
      now: this.clock.now(),
      random: this.numbers.state,
      timers: this.timers.all(),
      resources: this.resources.all(),
      slices: [...this.slices.values()],
      buckets: this.buckets,
    };
  }
}

function sliceKey(scope: Scope, service: string): string {
  return `${scope.accountId}/${scope.region}/${service}`;
}
