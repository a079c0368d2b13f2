import type { Json } from './json.ts';

/** How loud an event is. */
export type EventLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * What the core and the engine say. They never print: the command line renders events, the daemon logs them,
 * the server streams them, tests assert them. `code` is stable and dotted (`step.started`, `service.event`).
 */
export interface Event {
  readonly at: Date;
  readonly code: string;
  readonly level: EventLevel;
  readonly message: string;
  readonly data: Readonly<Record<string, Json>>;
}

/** Where events go. Must not throw. */
export type EventSink = (event: Event) => void;
