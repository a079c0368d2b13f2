import type { Clock } from '../../../core/clock.ts';
import { newSecret } from '../secrets.ts';

/** How long somebody may take at the provider. */
const LIFETIME_MS = 600_000;
/** Whoever begins logins and never ends them pushes out their own oldest ones first: they come by address, ten a minute. */
const CAPACITY = 10_000;

/** A login that has begun and has not ended. */
export interface Attempt {
  readonly nonce: string;
  /** Proof Key for Code Exchange: https://www.rfc-editor.org/rfc/rfc7636 */
  readonly verifier: string;
  /** Of the cookie that the browser got with it: another browser cannot end this login. */
  readonly browser: string;
  /** The path to go to afterwards. */
  readonly returnTo: string;
}

/** Logins that have begun. In memory: whoever is at the provider while the controller restarts begins anew. */
export interface Attempts {
  /** Gives the `state` by which it is found again. */
  begin(attempt: Attempt): string;
  /** Once: the same `state` is not found a second time, whatever became of the first. */
  end(state: string): Attempt | undefined;
}

/** Keeps logins for ten minutes. */
export function loginAttempts(clock: Clock): Attempts {
  const open = new Map<string, { readonly attempt: Attempt; readonly until: number }>();
  const forget = (now: number): void => {
    // In the order of their beginning, so the first that is still good ends it.
    for (const [state, { until }] of open) {
      if (until > now && open.size < CAPACITY) return;
      open.delete(state);
    }
  };
  return {
    begin: (attempt) => {
      const now = clock.now().getTime();
      forget(now);
      const state = newSecret();
      open.set(state, { attempt, until: now + LIFETIME_MS });
      return state;
    },
    end: (state) => {
      const found = open.get(state);
      open.delete(state);
      return found !== undefined && found.until > clock.now().getTime() ? found.attempt : undefined;
    },
  };
}
