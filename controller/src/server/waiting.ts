import type { Clock } from '../core/clock.ts';
import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { ApplicationState, Control } from '../engine/control.ts';
import type { EventFeed } from './events/feed.ts';

/** How often is looked when nothing is heard of the Application. */
const LOOK_MS = 1_000;

type Condition = (state: ApplicationState) => boolean;

const isIdle: Condition = ({ operation }) => operation === undefined;

/** What can be waited for. Each also waits for the operation that runs: what it is about to change is not over. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  healthy: (state) => isIdle(state) && isCurrent(state) && state.status?.health.status === 'Healthy',
  synced: (state) => isIdle(state) && isCurrent(state) && state.status?.sync === 'Synced',
  suspended: (state) => isIdle(state) && isCurrent(state) && state.status?.health.status === 'Suspended',
  operation: isIdle,
  deleted: () => false,
};

/** What a wait is for. */
export interface Wait {
  readonly names: readonly string[];
  readonly isMet: Condition;
}

/** Reads `wait=healthy,synced`. @throws TerminalError `InvalidRequest`, with the nearest right word. */
export function parseWait(text: string): Wait {
  const names = text.split(',').filter((name) => name !== '');
  const conditions = names.map((name) => {
    const condition = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined;
    if (condition !== undefined) return condition;
    const known = Object.keys(CONDITIONS);
    throw new TerminalError(
      'InvalidRequest',
      `wait: "${name}" cannot be waited for, expected ${known.join(', ')}${didYouMean(name, known)}`,
    );
  });
  return { names, isMet: (state) => conditions.every((condition) => condition(state)) };
}

/** Ends when the condition is met, the Application is gone, the time is over, or the signal aborts; at once when it is so now. */
export async function waitFor(
  name: string,
  wait: Wait,
  timeoutMs: number,
  { control, clock, feed }: { readonly control: Control; readonly clock: Clock; readonly feed: EventFeed },
  signal: AbortSignal,
): Promise<boolean> {
  const until = clock.now().getTime() + timeoutMs;
  for (;;) {
    const state = control.state(name);
    if (state === undefined) return false;
    if (wait.isMet(state)) return true;
    const left = until - clock.now().getTime();
    if (left <= 0 || signal.aborted) return false;
    await heardOrSlept(name, Math.min(left, LOOK_MS), clock, feed, signal);
  }
}

function isCurrent({ problem, status }: ApplicationState): boolean {
  return problem === undefined && status !== undefined;
}

async function heardOrSlept(
  name: string,
  ms: number,
  clock: Clock,
  feed: EventFeed,
  signal: AbortSignal,
): Promise<void> {
  const heard = new AbortController();
  const stop = feed.subscribe(({ data }) => {
    if (data['application'] === name) heard.abort();
  });
  try {
    await clock.sleep(ms, AbortSignal.any([signal, heard.signal]));
  } catch {
    // Heard, or the client went away: the caller looks.
  } finally {
    stop();
  }
}
