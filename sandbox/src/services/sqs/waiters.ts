import type { Scope, World } from '../../kernel/world.ts';
import { queueOfArn, type QueueState } from './state.ts';

/** Somebody who waits for messages of a queue. */
export interface Waiter {
  readonly queueArn: string;
  /** Until when, in milliseconds of sandbox time. */
  readonly until: number;
  /** Looks for messages; true when it found some and waits no more. */
  look(): boolean;
  /** The time is over, or the queue is gone. */
  end(): void;
}

/** Name of the timer that looks after those who wait. */
export const wakeTimer = 'sqs/wake';

/** Long polls are connections of this process: no snapshot holds them. */
function waitersOf(world: World): Set<Waiter> {
  return world.local('sqs', () => ({ waiters: new Set<Waiter>() })).waiters;
}

/** Waits, in sandbox time. Gives a function that ends the wait without a word. */
export function addWaiter(world: World, queue: QueueState, waiter: Waiter): () => void {
  const waiters = waitersOf(world);
  waiters.add(waiter);
  world.timers.set(queue, wakeTimer, waiter.until - world.clock.now(), { arn: queue.arn });
  wakeAtNextVisible(world, queue);
  return () => waiters.delete(waiter);
}

/** Lets those who wait look for messages, in the order in which they came. To be called when a message may be visible. */
export function wake(world: World, queue: QueueState): void {
  const waiters = [...waitersOf(world)].filter(({ queueArn }) => queueArn === queue.arn);
  for (const waiter of waiters) {
    if (waiter.look()) waitersOf(world).delete(waiter);
  }
  wakeAtNextVisible(world, queue);
}

/** Timer: messages may have become visible, and waits may be over. */
export function wakeUp({ arn }: { readonly arn: string }, _scope: Scope, world: World): void {
  const queue = queueOfArn(world, arn);
  if (!queue) return;
  wake(world, queue);
  const now = world.clock.now();
  for (const waiter of waitersOf(world)) {
    if (waiter.queueArn !== arn || waiter.until > now) continue;
    waitersOf(world).delete(waiter);
    waiter.end();
  }
}

/** Ends the waits for a queue that is gone. */
export function dropWaiters(world: World, arn: string): void {
  for (const waiter of waitersOf(world)) {
    if (waiter.queueArn !== arn) continue;
    waitersOf(world).delete(waiter);
    waiter.end();
  }
}

/** Hidden messages become visible by themselves: somebody who waits for them must be woken then. */
function wakeAtNextVisible(world: World, queue: QueueState): void {
  const now = world.clock.now();
  const waits = [...waitersOf(world)].filter(({ queueArn }) => queueArn === queue.arn).map(({ until }) => until);
  if (waits.length === 0) return;
  const next = Math.min(...queue.messages.map(({ visibleAt }) => visibleAt).filter((at) => at > now));
  if (next < Math.max(...waits)) world.timers.set(queue, wakeTimer, next - now, { arn: queue.arn });
}
