import type { Scope, World } from './world.ts';

/** What happens when a timer is due. Payloads are JSON, so that timers survive snapshot and restore. */
export type TimerHandler = (payload: never, scope: Scope, world: World) => void | Promise<void>;

/** Things to do later, in sandbox time. Timers that are due at once run in the order in which they were set. */
export interface Timers {
  /** Runs the handler of that name (`ecs/advanceTask`) in `afterMs` milliseconds. Gives the timer's id. */
  set(scope: Scope, handler: string, afterMs: number, payload: object): string;
  cancel(id: string): void;
}
