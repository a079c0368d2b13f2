import type { Task } from '@aws-sdk/client-ecs';
import type { JobSpec } from '../../api/job.ts';
import type { Desired } from '../../core/driver.ts';
import { policyOf, runOf } from './content.ts';
import { hasSucceeded, type JobLive, type JobRevision, taskOfIntent } from './live.ts';
import type { Failed, Intent, Success } from './record.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** Where the run that the manifest asks for stands. */
export type RunState =
  /** Nothing was asked of ECS yet. */
  | { readonly is: 'notRun'; readonly retry: number }
  /** A task of another run of this Job may still run: two never run at a time. */
  | { readonly is: 'waitsForOther'; readonly what: string; readonly task?: Task }
  /** ECS was, or was about to be, asked; no task is to be seen yet. The same request again is safe. */
  | { readonly is: 'asked'; readonly intent: Intent }
  /** As before, but so long ago that the same request might start a second task. */
  | { readonly is: 'unknown'; readonly intent: Intent }
  /** ECS has said that it starts nothing. */
  | { readonly is: 'refused'; readonly intent: Intent; readonly reason: string }
  | { readonly is: 'running'; readonly intent: Intent; readonly task: Task }
  /** The task has stopped, and the record does not say so yet. */
  | { readonly is: 'ended'; readonly intent: Intent; readonly task: Task; readonly verdict: Verdict }
  | { readonly is: 'succeeded'; readonly success: Success }
  | { readonly is: 'failed'; readonly failure: Failed }
  /** It has failed, and the manifest gives it more time or more tries now. */
  | { readonly is: 'forgiven'; readonly failure: Failed };

/**
 * How long the same request with the same token is safe. A token of RunTask lives for the lesser of 24 hours and the life
 * of its tasks and an hour more, and a stopped task is shown for at least an hour: within an hour of the first request
 * either the token or the task is there. Five minutes less, for clocks that differ and requests that take their time.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
const TOKEN_LIFE_MS = 55 * 60_000;

/** How long a task may take to be seen by ListTasks after RunTask, which is eventually consistent. */
const SEEN_AFTER_MS = 60_000;

/** Where the run stands, from AWS alone. */
export function stateOf(desired: Desired<JobSpec>, live: JobLive | undefined, now: Date): RunState {
  const revision = live?.wanted;
  if (live === undefined) return { is: 'notRun', retry: 0 };
  if (revision !== undefined) {
    const settled = settledState(desired, revision);
    if (settled !== undefined) return settled;
  }
  const intent = revision === undefined ? undefined : ownIntent(desired, revision);
  const mine = revision === undefined || intent === undefined ? undefined : taskOfIntent(live, revision);
  const other = otherRun(live, mine, intent, now);
  if (other !== undefined) return other;
  if (revision === undefined || intent === undefined) return { is: 'notRun', retry: revision?.record.retry ?? 0 };
  if (mine === undefined) return withoutTask(intent, now);
  if (mine.lastStatus !== 'STOPPED') return { is: 'running', intent, task: mine };
  return { is: 'ended', intent, task: mine, verdict: verdictOn(mine, revision.definition) };
}

function settledState(desired: Desired<JobSpec>, revision: JobRevision): RunState | undefined {
  const { succeeded, failed, retry } = revision.record;
  if (succeeded !== undefined && hasSucceeded(revision, desired)) return { is: 'succeeded', success: succeeded };
  if (failed === undefined || failed.retry !== retry || !isOfRun(failed, desired)) return undefined;
  return { is: failed.policy === policyOf(desired.spec) ? 'failed' : 'forgiven', failure: failed };
}

/** Without a run of its own the manifest follows whatever run of its content was the last. */
function isOfRun(entry: { readonly run: string }, desired: Desired<JobSpec>): boolean {
  return desired.run === undefined || entry.run === runOf(desired);
}

function ownIntent(desired: Desired<JobSpec>, { record }: JobRevision): Intent | undefined {
  const { intent, retry } = record;
  return intent !== undefined && intent.retry === retry && isOfRun(intent, desired) ? intent : undefined;
}

function withoutTask(intent: Intent, now: Date): RunState {
  if (intent.refused !== undefined) return { is: 'refused', intent, reason: intent.refused };
  const age = now.getTime() - intent.at.getTime();
  return age < TOKEN_LIFE_MS ? { is: 'asked', intent } : { is: 'unknown', intent };
}

/** A task of another run that has not stopped, or that may show up any moment. */
function otherRun(
  live: JobLive,
  mine: Task | undefined,
  own: Intent | undefined,
  now: Date,
): Extract<RunState, { is: 'waitsForOther' }> | undefined {
  const task = live.tasks.find((candidate) => candidate !== mine && candidate.lastStatus !== 'STOPPED');
  if (task !== undefined) {
    return { is: 'waitsForOther', what: `task ${task.taskArn?.split('/').at(-1)} of an earlier run to end`, task };
  }
  const asked = live.revisions.find((revision) => revision.record.intent !== own && isOpen(revision, live, now));
  return asked && { is: 'waitsForOther', what: `what became of an earlier run of ${asked.arn.split('/').at(-1)}` };
}

function isOpen(revision: JobRevision, live: JobLive, now: Date): boolean {
  const { intent, succeeded, failed } = revision.record;
  if (intent === undefined || intent.refused !== undefined) return false;
  if (now.getTime() - intent.at.getTime() > SEEN_AFTER_MS) return false;
  const over = [succeeded, failed].some((entry) => entry !== undefined && entry.at >= intent.at);
  return !over && taskOfIntent(live, revision) === undefined;
}
