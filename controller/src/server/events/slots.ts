import { TerminalError } from '../../core/errors.ts';

const DEFAULT_LIMITS: StreamLimits = { each: 20, all: 1_000 };

/** How many streams may be open at once. */
export interface StreamLimits {
  /** For one principal. */
  readonly each: number;
  readonly all: number;
}

/** The right to keep one connection open. */
export interface Slot {
  /** Aborts when the stream has to end; its reason is an Error that says why. */
  readonly signal: AbortSignal;
  /** Ends the stream. */
  end(reason: string): void;
}

/** The open streams of a server. */
export interface Slots {
  /** `owner`: whom the limit is for. @throws TerminalError `TooManyStreams` */
  take(owner: string): Slot;
  /** The server stops. */
  endAll(reason: string): void;
}

/** Slots for so many streams at once. */
export function createSlots(limits: StreamLimits = DEFAULT_LIMITS): Slots {
  const open = new Map<Slot, string>();
  return {
    take: (owner) => {
      const own = [...open.values()].filter((other) => other === owner).length;
      if (open.size >= limits.all || own >= limits.each) {
        throw new TerminalError(
          'TooManyStreams',
          `${own} streams of yours and ${open.size} in all are open, at most ${limits.each} and ${limits.all} may be`,
        );
      }
      const over = new AbortController();
      const slot: Slot = { signal: over.signal, end: (reason) => over.abort(new Error(reason)) };
      open.set(slot, owner);
      over.signal.addEventListener('abort', () => open.delete(slot), { once: true });
      return slot;
    },
    endAll: (reason) => {
      for (const slot of open.keys()) slot.end(reason);
    },
  };
}
