import type { SyncPolicy } from '../api/application.ts';
import { HELD } from '../core/health.ts';
import { isEmpty } from '../core/plan.ts';
import { durationMs } from './duration.ts';
import type { ApplicationStatus, Initiator, Operation } from './engine.ts';
import { INTERRUPTED } from './operations.ts';
import { backoffMs } from './retry.ts';

/** What automation knows of an Application when it decides. */
export interface Situation {
  readonly policy: SyncPolicy | undefined;
  readonly status: ApplicationStatus;
  /** Oldest first. */
  readonly history: readonly Operation[];
  /** Corrections of drift in a row, each soon after the one before. */
  readonly selfHeals: number;
  readonly now: Date;
}

/** What automation does now. */
export type Decision =
  | { readonly do: 'nothing'; readonly why: string }
  | { readonly do: 'wait'; readonly ms: number; readonly why: string }
  | { readonly do: 'sync'; readonly initiator: Initiator; readonly why: string };

const DEFAULT_RETRY = { limit: 5, duration: '5s', factor: 2, maxDuration: '3m' };
/** Self-heal backs off from somebody who keeps changing things: 2 s, then three times as long each time, up to 5 min. */
const SELF_HEAL_BACKOFF = { baseMs: 2_000, factor: 3, maxMs: 300_000 };

/**
 * Decides whether a person is needed. Pure: the history says what was tried, the status what is there.
 *
 * A new commit is synced; a failed sync is tried again within the retry policy, always on the newest commit; drift is
 * corrected only with selfHeal; what a person has to approve, or is held, waits for that person or for Git.
 */
export function decide({ policy, status, history, selfHeals, now }: Situation): Decision {
  if (policy?.automated === undefined) return { do: 'nothing', why: 'automated sync is off' };
  const { plan } = status;
  const last = history.at(-1);
  if (last === undefined || last.digest !== plan.digest) {
    return { do: 'sync', initiator: { kind: 'commit', name: plan.revision }, why: 'the source changed' };
  }
  if (last.phase === 'Error' && last.message === INTERRUPTED) {
    return { do: 'sync', initiator: last.initiator, why: 'the last sync was interrupted' };
  }
  if (last.phase !== 'Succeeded') return retry(policy, plan.refusals ?? [], status, history, last, now);
  if (isEmpty(plan))
    return { do: 'nothing', why: status.sync === 'Synced' ? 'in sync' : 'nothing that a sync would change' };
  if (policy.automated.selfHeal !== true) return { do: 'nothing', why: 'it was changed by hand, and selfHeal is off' };
  if (hasRefusals(plan.refusals)) return { do: 'nothing', why: 'a person has to approve it' };
  const since = now.getTime() - Date.parse(last.finishedAt ?? last.startedAt);
  const pause = selfHeals === 0 ? 0 : backoffMs(SELF_HEAL_BACKOFF, selfHeals, plan.application);
  if (since < pause) return { do: 'wait', ms: pause - since, why: 'it keeps being changed by hand' };
  return { do: 'sync', initiator: { kind: 'self-heal', name: 'longshore' }, why: 'it was changed by hand' };
}

function retry(
  policy: SyncPolicy,
  refusals: readonly unknown[],
  status: ApplicationStatus,
  history: readonly Operation[],
  last: Operation,
  now: Date,
): Decision {
  if (last.message === 'terminated') return { do: 'nothing', why: 'a person ended the last sync' };
  if (hasRefusals(refusals)) return { do: 'nothing', why: 'a person has to approve it' };
  if (isHeld(status)) return { do: 'nothing', why: 'its rollout failed and is held until Git moves' };
  const limit = policy.retry?.limit ?? DEFAULT_RETRY.limit;
  const tries = triesOf(history, last.digest);
  if (tries > limit)
    return { do: 'nothing', why: `it failed ${tries} times; a new commit or a person starts it again` };
  const backoff = policy.retry?.backoff;
  const pause = backoffMs(
    {
      baseMs: durationMs(backoff?.duration ?? DEFAULT_RETRY.duration),
      factor: backoff?.factor ?? DEFAULT_RETRY.factor,
      maxMs: durationMs(backoff?.maxDuration ?? DEFAULT_RETRY.maxDuration),
    },
    tries,
    last.application,
  );
  const since = now.getTime() - Date.parse(last.finishedAt ?? last.startedAt);
  if (since < pause) return { do: 'wait', ms: pause - since, why: `retry ${tries} of ${limit}` };
  return { do: 'sync', initiator: last.initiator, why: `retry ${tries} of ${limit}` };
}

/** How often this digest was tried in a row without success. */
function triesOf(history: readonly Operation[], digest: string): number {
  let tries = 0;
  for (const operation of [...history].toReversed()) {
    if (operation.digest !== digest || operation.phase === 'Succeeded') break;
    tries += 1;
  }
  return tries;
}

function hasRefusals(refusals: readonly unknown[] | undefined): boolean {
  return refusals !== undefined && refusals.length > 0;
}

/** Everything that is not in sync is held: trying again would change nothing. */
function isHeld(status: ApplicationStatus): boolean {
  const rest = status.resources.filter((resource) => resource.sync === 'OutOfSync');
  return rest.length > 0 && rest.every((resource) => resource.health.reason === HELD);
}
