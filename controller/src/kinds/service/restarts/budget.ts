import type { AwsContext } from '../../../aws/context.ts';

/** How many services of an account and region restart on new secrets at a time. */
const CONCURRENT = 5;

/** Who was not seen for this long is not there any more, in milliseconds. */
const FORGET_MS = 900_000;

/** A restart that was let begin and has not begun after this long makes room for others, in milliseconds. */
const BEGIN_MS = 600_000;

interface Waiting {
  /** Since when its restart is due, in milliseconds: who is due first begins first. */
  readonly dueAt: number;
  readonly seenAt: number;
}

interface Running {
  readonly sinceAt: number;
  readonly seenAt: number;
  /** Its deployment was seen under way. */
  readonly begun: boolean;
}

/**
 * Lets so many restarts begin at a time. It holds what the last looks saw, and every look tells it anew: a controller that
 * was restarted knows the restarts under way again after its first sweep.
 */
export class RestartBudget {
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Map<string, Running>();
  readonly #limit: number;

  constructor(limit = CONCURRENT) {
    this.#limit = limit;
  }

  /** True when the service may restart now. `dueAt`, `now`: milliseconds. */
  allows(key: string, dueAt: number, now: number): boolean {
    this.#forget(now);
    const running = this.#running.get(key);
    if (running !== undefined) {
      this.#running.set(key, { ...running, seenAt: now });
      return true;
    }
    const waiting = { dueAt: this.#waiting.get(key)?.dueAt ?? dueAt, seenAt: now };
    this.#waiting.set(key, waiting);
    const earlier = [...this.#waiting].filter(
      ([other, { dueAt: due }]) => due < waiting.dueAt || (due === waiting.dueAt && other < key),
    );
    if (earlier.length >= this.#limit - this.#running.size) return false;
    this.#waiting.delete(key);
    this.#running.set(key, { sinceAt: now, seenAt: now, begun: false });
    return true;
  }

  /** The service needs no restart; `moves`: a deployment of it is under way, which counts as one. */
  rests(key: string, moves: boolean, now: number): void {
    this.#waiting.delete(key);
    if (!moves) {
      this.#running.delete(key);
      return;
    }
    const sinceAt = this.#running.get(key)?.sinceAt ?? now;
    this.#running.set(key, { sinceAt, seenAt: now, begun: true });
  }

  #forget(now: number): void {
    for (const [key, { seenAt }] of this.#waiting) if (now - seenAt > FORGET_MS) this.#waiting.delete(key);
    for (const [key, { seenAt, sinceAt, begun }] of this.#running) {
      if (now - seenAt > FORGET_MS || (!begun && now - sinceAt > BEGIN_MS)) this.#running.delete(key);
    }
  }
}

const made = new WeakMap<AwsContext['settings'], RestartBudget>();

/** The budget of an account and region. */
export function restartBudgetOf({ settings }: Pick<AwsContext, 'settings'>): RestartBudget {
  const known = made.get(settings);
  if (known !== undefined) return known;
  const budget = new RestartBudget();
  made.set(settings, budget);
  return budget;
}
