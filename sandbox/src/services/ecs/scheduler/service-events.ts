import type { World } from '../../../kernel/world.ts';
import type { ServiceRecord } from '../state.ts';

/** "we only show the 100 most recent events". Source: developer guide, "Viewing Amazon ECS service event messages". */
const kept = 100;

/** "duplicate event messages are omitted until either the cause is resolved or six hours passes". Same source. */
export const repeatAfterMs = 6 * 3_600_000;

/** Adds an event: `(service <name>) <text>`, or of a task set `(service <name>, taskSet <id>) <text>`. */
export function addEvent(world: World, service: ServiceRecord, text: string, taskSet?: string): void {
  service.events.unshift({
    id: world.uuid(),
    createdAt: world.clock.now(),
    message: `(${subjectOf(service, taskSet)}) ${text}`,
  });
  service.events.length = Math.min(service.events.length, kept);
}

/**
 * Adds an event about one more of something. Those of one moment are one event that counts them, as ECS reports
 * targets: `text` gives the words for a count. `taskSet` is the deployment that the event is about, when it names one.
 */
export function addCountedEvent(
  world: World,
  service: ServiceRecord,
  text: (count: number) => string,
  taskSet?: string,
): void {
  const now = world.clock.now();
  const words = (count: number) => `(${subjectOf(service, taskSet)}) ${text(count)}`;
  for (const [index, event] of service.events.entries()) {
    if (event.createdAt !== now) break;
    const count = event.count ?? 0;
    if (count === 0 || event.message !== words(count)) continue;
    service.events[index] = { ...event, message: words(count + 1), count: count + 1 };
    return;
  }
  service.events.unshift({ id: world.uuid(), createdAt: now, message: words(1), count: 1 });
  service.events.length = Math.min(service.events.length, kept);
}

/**
 * Adds an event unless the same one was added since the service was last steady, less than six hours ago. True when it
 * was added.
 */
export function addEventOnce(world: World, service: ServiceRecord, text: string): boolean {
  const message = `(service ${service.name}) ${text}`;
  for (const event of service.events) {
    if (world.clock.now() - event.createdAt >= repeatAfterMs || event.message.endsWith('has reached a steady state.'))
      break;
    if (event.message === message) return false;
  }
  addEvent(world, service, text);
  return true;
}

function subjectOf(service: ServiceRecord, taskSet: string | undefined): string {
  return taskSet === undefined ? `service ${service.name}` : `service ${service.name}, taskSet ${taskSet}`;
}

/** `(task a) (task b)`. */
export function taskList(ids: readonly string[]): string {
  return ids.map((id) => `(task ${id})`).join(' ');
}
