import type { SyncPolicy } from '../api/application.ts';
import { HELD } from '../core/health.ts';
import { isEmpty } from '../core/plan.ts';
import { endOf, healsAt, interruptedIn, type Past, type PastOperation } from './applications/past.ts';
import { durationMs } from './duration.ts';
import type { ApplicationStatus, Initiator } from './engine.ts';
import { causeMayPass } from './passing.ts';
import { backoffMs } from './retry.ts';

/** What automation knows of an Application when it decides. */
export interface Situation {
  readonly policy: SyncPolicy | undefined;
  readonly status: ApplicationStatus;
  readonly past: Past;
  /** What stands in AWS, or what an operation depends on, is not what it was when the last operation failed. */
  readonly worldChanged: boolean;
  readonly now: Date;
}

/** What automation does now. */
export type Decision =
  | { readonly do: 'nothing'; readonly why: string; readonly stalled?: true }
  | { readonly do: 'wait'; readonly ms: number; readonly why: string }
  | {
      readonly do: 'sync';
      readonly initiator: Initiator;
      readonly why: string;
      /** The interrupted operation that it takes up. */
      readonly resumes?: string;
      /** The failed operation that it tries again. */
      readonly retryOf?: string;
    };

const DEFAULT_RETRY = { limit: 5, duration: '5s', factor: 2, maxDuration: '3m' };
/** Self-heal backs off from somebody who keeps changing things: 2 s, then three times as long each time, up to 5 min. */
const SELF_HEAL_BACKOFF = { baseMs: 2_000, factor: 3, maxMs: 300_000 };
/** How often something is tried that only somebody else can make work: a permission, a quota. */
const PASSING_RETRY_MS = 600_000;
/** Message of an operation that a person ended. */
const TERMINATED = /terminated$/u;

/**
 * Decides whether a person is needed. Pure: the history says what was tried, the status what is there.
 *
 * A new commit is synced; a failed sync is tried again within the retry policy, always on the newest commit; drift is
 * corrected only with selfHeal; what a person has to approve, or is held, waits for that person or for Git.
 */
export function decide({ policy, status, past, worldChanged, now }: Situation): Decision {
  const { plan } = status;
  const { last } = past;
  const cut = interruptedIn(past);
  // A person who asked for it need not ask again, whether or not automation is on.
  const isWhole = cut?.removal !== true && cut?.carriesOn === undefined && cut?.job === undefined;
  if (cut !== undefined && isWhole && cut.digest === plan.digest) {
    return { do: 'sync', initiator: cut.initiator, why: 'the last sync was interrupted', resumes: cut.id };
  }
  if (policy?.automated === undefined) return { do: 'nothing', why: 'automated sync is off' };
  if (last === undefined || last.digest !== plan.digest) {
    return { do: 'sync', initiator: { kind: 'commit', name: plan.revision }, why: 'the source changed' };
  }
  if (last.phase !== 'Succeeded') return retry({ policy, status, past, worldChanged, now }, last);
  if (isEmpty(plan))
    return { do: 'nothing', why: status.sync === 'Synced' ? 'in sync' : 'nothing that a sync would change' };
  if (policy.automated.selfHeal !== true) return { do: 'nothing', why: 'it was changed by hand, and selfHeal is off' };
  if (isRefused(status)) return { do: 'nothing', why: 'a person has to approve it', stalled: true };
  const heals = healsAt(past, now);
  const since = now.getTime() - endOf(last);
  const pause = heals === 0 ? 0 : backoffMs(SELF_HEAL_BACKOFF, heals, plan.application);
  if (since < pause) return { do: 'wait', ms: pause - since, why: 'it keeps being changed by hand' };
  return { do: 'sync', initiator: { kind: 'self-heal', name: 'longshore' }, why: 'it was changed by hand' };
}

function retry({ policy, status, past, worldChanged, now }: Situation, last: PastOperation): Decision {
  if (TERMINATED.test(last.message)) return { do: 'nothing', why: 'a person ended the last sync', stalled: true };
  if (isRefused(status)) return { do: 'nothing', why: 'a person has to approve it', stalled: true };
  if (isHeld(status)) return { do: 'nothing', why: 'its rollout failed and is held until Git moves', stalled: true };
  const again = (why: string): Decision => ({ do: 'sync', initiator: last.initiator, why, retryOf: last.id });
  // What had to be approved need not be any more, or a failure was seen in another world than this one.
  if (last.refused) return again('what stood in its way is gone');
  const limit = policy?.retry?.limit ?? DEFAULT_RETRY.limit;
  const since = now.getTime() - endOf(last);
  const { tries } = past;
  if (tries > limit) {
    if (worldChanged) return again('what it failed on has changed');
    if (!causeMayPass(last.message)) {
      const why = `it failed ${tries} times; a new commit, a change in AWS or a person starts it again`;
      return { do: 'nothing', why, stalled: true };
    }
    if (since < PASSING_RETRY_MS) return { do: 'wait', ms: PASSING_RETRY_MS - since, why: 'its cause may pass' };
    return again('its cause may have passed');
  }
  const backoff = policy?.retry?.backoff;
  const pause = backoffMs(
    {
      baseMs: durationMs(backoff?.duration ?? DEFAULT_RETRY.duration),
      factor: backoff?.factor ?? DEFAULT_RETRY.factor,
      maxMs: durationMs(backoff?.maxDuration ?? DEFAULT_RETRY.maxDuration),
    },
    tries,
    status.plan.application,
  );
  if (since < pause) return { do: 'wait', ms: pause - since, why: `retry ${tries} of ${limit}` };
  return again(`retry ${tries} of ${limit}`);
}

function isRefused(status: ApplicationStatus): boolean {
  return (status.plan.refusals ?? []).length > 0;
}

/** Everything that is not in sync is held: trying again would change nothing. */
function isHeld(status: ApplicationStatus): boolean {
  const rest = status.resources.filter((resource) => resource.sync === 'OutOfSync');
  return rest.length > 0 && rest.every((resource) => resource.health.reason === HELD);
}
