import type { Clock } from '../core/clock.ts';
import type { EventLevel, EventSink } from '../core/events.ts';
import type { Json } from '../core/json.ts';

/**
 * Says that something happened.
 *
 * Codes of a sync, and their data besides `application` and `operation`:
 * `operation.started` revision, initiator; `operation.planned` steps; `operation.finished` phase, results;
 * `step.started` ref, action; `step.waiting` ref, waitsFor, afterMs; `step.done` and `step.failed` ref, status;
 * `resource.event` ref, id, at; `rollout.progress` ref, rollout; `verify.attempt` ref, attempt, of, url;
 * `secrets.unreadable` ref; `preflight.warning` ref, check, path.
 */
export type Emit = (code: string, level: EventLevel, message: string, data?: Readonly<Record<string, Json>>) => void;

/** An emitter that adds `context` to the data of every event. */
export function emitter(sink: EventSink, clock: Clock, context: Readonly<Record<string, Json>> = {}): Emit {
  return (code, level, message, data = {}) =>
    sink({ at: clock.now(), code, level, message, data: { ...context, ...data } });
}
