import type { Ports } from './ports.ts';
import { SandboxWorld, type WorldState } from './sandbox-world.ts';
import type { World } from './world.ts';

/** The world at an earlier time. */
interface Moment {
  readonly at: number;
  /** Slices and resources as JSON; kept as text, for most moments are never looked at. */
  readonly text: string;
}

/**
 * Eventual consistency: remembers what the world was, so that reads can be answered from a while ago. It copies the
 * state at each change, which is why it remembers nothing before it is told to.
 */
export class Past {
  private readonly world: SandboxWorld;
  private readonly portsOf: (world: World) => Ports;
  /** How far back anybody looks, in milliseconds; 0 while nobody does. */
  private reachMs = 0;
  private moments: Moment[] = [];

  constructor(world: SandboxWorld, portsOf: (world: World) => Ports) {
    this.world = world;
    this.portsOf = portsOf;
  }

  /** Begins to remember as much as `lagMs` ago, from now on. */
  remember(lagMs: number): void {
    this.reachMs = Math.max(this.reachMs, lagMs);
    this.record();
  }

  /** Remembers the present. To be called after whatever may have changed the world. */
  record(): void {
    if (this.reachMs === 0) return;
    const { slices, resources } = this.world.state();
    const text = JSON.stringify({ slices, resources });
    if (text !== this.moments.at(-1)?.text) this.moments.push({ at: this.world.clock.now(), text });
  }

  /** The world as it was `lagMs` ago, or as early as is known. What is done to it has no effect on the present. */
  view(lagMs: number): World {
    // What changed by itself, as child processes do, is known from now on at the latest.
    this.remember(lagMs);
    const oldest = this.indexAt(this.reachMs);
    if (oldest > 0) this.moments = this.moments.slice(oldest);
    const moment = JSON.parse(this.moments[Math.max(0, this.indexAt(lagMs))]?.text ?? '{}') as Pick<
      WorldState,
      'slices' | 'resources'
    >;
    return new PastWorld(this.world, this.portsOf, moment);
  }

  /** Index of the moment that held `lagMs` ago; -1 when nothing so old is known. */
  private indexAt(lagMs: number): number {
    const seen = this.world.clock.now() - lagMs;
    return this.moments.findLastIndex(({ at }) => at <= seen);
  }
}

/** Children and proxies are there or not: only state has a past. */
class PastWorld extends SandboxWorld {
  private readonly present: SandboxWorld;

  constructor(
    present: SandboxWorld,
    portsOf: (world: World) => Ports,
    moment: Pick<WorldState, 'slices' | 'resources'>,
  ) {
    super(present.clock, present.settings, portsOf, { ...present.state(), timers: [], ...moment });
    this.present = present;
  }

  override local<T extends object>(service: string, initial: () => T): T {
    return this.present.local(service, initial);
  }
}
