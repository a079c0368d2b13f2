import type { Clock } from './clock.ts';
import type { Timers } from './timers.ts';
import type { Scope } from './world.ts';

/** A timer that waits for its time. */
export interface Timer {
  readonly id: string;
  readonly scope: Scope;
  readonly handler: string;
  /** Milliseconds since the epoch, in sandbox time. */
  readonly due: number;
  /** Order among the timers of the same time. */
  readonly sequence: number;
  readonly payload: object;
}

/** The waiting timers, in the order in which they will run. */
export class TimerQueue implements Timers {
  private readonly clock: Clock;
  private readonly waiting: Timer[];
  private readonly byId: Map<string, Timer>;
  private sequence: number;
  private changed: () => void = () => undefined;

  constructor(clock: Clock, waiting: readonly Timer[] = []) {
    this.clock = clock;
    this.waiting = [...waiting];
    this.byId = new Map(waiting.map((timer) => [timer.id, timer]));
    this.sequence = waiting.reduce((next, timer) => Math.max(next, timer.sequence + 1), 0);
  }

  /** Calls `listener` whenever the next timer may be another one. */
  onChange(listener: () => void): void {
    this.changed = listener;
  }

  set(scope: Scope, handler: string, afterMs: number, payload: object): string {
    const sequence = this.sequence++;
    const timer: Timer = {
      id: `timer-${sequence}`,
      scope: { accountId: scope.accountId, region: scope.region },
      handler,
      due: this.clock.now() + Math.max(0, afterMs),
      sequence,
      // A copy: what the caller does to its object later is not part of the timer.
      payload: JSON.parse(JSON.stringify(payload)) as object,
    };
    this.waiting.splice(this.position(timer), 0, timer);
    this.byId.set(timer.id, timer);
    this.changed();
    return timer.id;
  }

  cancel(id: string): void {
    const timer = this.byId.get(id);
    if (!timer) return;
    this.byId.delete(id);
    this.waiting.splice(this.position(timer), 1);
    this.changed();
  }

  /** When the next timer is due; undefined when none waits. */
  nextDue(): number | undefined {
    return this.waiting[0]?.due;
  }

  /** Takes the next timer if it is due at `until` or before. */
  take(until: number): Timer | undefined {
    const [next] = this.waiting;
    if (!next || next.due > until) return undefined;
    this.waiting.shift();
    this.byId.delete(next.id);
    return next;
  }

  /** Every waiting timer in order, for the snapshot. */
  all(): readonly Timer[] {
    return this.waiting;
  }

  /** The index at which a timer stands, or is to be put. */
  private position(timer: Timer): number {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.waiting[middle];
      if (other && isBefore(other, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
}
