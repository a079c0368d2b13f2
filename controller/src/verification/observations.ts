import type { AwsContext } from '../aws/context.ts';

/** What came of the requests to one address, since one point of a rollout. */
export interface Requests {
  /** When the first was sent, in milliseconds. */
  readonly beganAt: number;
  /** When the last was sent, in milliseconds. */
  lastAt: number;
  /** Answers, by the interval since `beganAt` that they belong to. */
  readonly answers: Map<number, Answer>;
}

/** What one request got. */
export interface Answer {
  /** As was expected. */
  readonly good: boolean;
  /** `status 503`, or why there was no answer. */
  readonly told: string;
}

/** How many rollouts are remembered; the one that was asked for longest ago goes first. */
const REMEMBERED = 2_000;

/**
 * What this process saw of things that no source keeps: answers to its own requests, and since when a source of metrics
 * does not answer. A restart loses it, and the verification goes on with what it sees then: at least one request.
 */
export class Observations {
  readonly #requests = new Map<string, Requests>();
  readonly #silences = new Map<string, number>();

  /** The requests of this key; begins now when there are none. */
  requests(key: string, now: Date): Requests {
    const at = now.getTime();
    return kept(this.#requests, key, () => ({ beganAt: at, lastAt: Number.NEGATIVE_INFINITY, answers: new Map() }));
  }

  /** Since when the source of this key does not answer, in milliseconds; it is noted that it does not now. */
  silentSince(key: string, now: Date): number {
    return kept(this.#silences, key, () => now.getTime());
  }

  /** The source of this key answers. */
  answers(key: string): void {
    this.#silences.delete(key);
  }
}

const made = new WeakMap<AwsContext['settings'], Observations>();

/** The observations of an account and region. */
export function observationsOf({ settings }: Pick<AwsContext, 'settings'>): Observations {
  const known = made.get(settings);
  if (known !== undefined) return known;
  const observations = new Observations();
  made.set(settings, observations);
  return observations;
}

/** The value of a key, moved to the end: the first key of a Map is the one that was not asked for longest. */
function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > REMEMBERED && oldest.done !== true) map.delete(oldest.value);
  return value;
}
