import type { JobSpec } from '../../api/job.ts';
import type { AwsContext } from '../../aws/context.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import type { Desired, Pass, Progress } from '../../core/driver.ts';
import { TerminalError, WaitError } from '../../core/errors.ts';
import { wantedTags } from '../../core/ownership.ts';
import { taskSetting } from '../../ecs/capacity.ts';
import { clusterArnOf, familyName } from '../../ecs/names.ts';
import { registerRevision } from '../../ecs/revisions.ts';
import { ensureTags } from '../../ecs/tags.ts';
import { contentOf, policyOf, runOf, settingDigests } from './content.ts';
import { failureInWords, unknownInWords } from './failure.ts';
import { type JobLive, type JobRevision, revisionOf, taskId } from './live.ts';
import { failureText, type Intent, intentText, RECORD_TAG, RECORD_TAGS, successText } from './record.ts';
import { type RunState, stateOf } from './state.ts';
import { launch, stopOverdue, type Turn, write } from './task.ts';
import { trimJob } from './trim.ts';

type Want = Desired<JobSpec>;

/** How often a task is looked at, in milliseconds. */
const POLL_MS = 5_000;
/** Something was written that the next look has to show. */
const LOOK_MS = 200;

/**
 * Makes the run so: one step at a time, each from a fresh look. What is written to AWS comes in an order in which a
 * controller may die between any two calls: the revision, the intent, the task, its outcome.
 */
export async function ensureJob(
  aws: AwsContext,
  desired: Want,
  live: JobLive | undefined,
  pass: Pass,
): Promise<Progress> {
  const cluster = resolvedCluster(desired);
  const state = stateOf(desired, live, pass.now);
  if (state.is === 'waitsForOther') {
    if (state.task !== undefined) await stopOverdue({ aws, desired, pass }, state.task);
    return waiting(state.what, POLL_MS);
  }
  // What was registered a moment ago may not be in the lists yet: the run begins with it at once.
  const revision = live?.wanted ?? (await register(aws, desired, cluster, pass));
  const turn: Turn = { aws, desired, pass, cluster, revision };
  await keepTags(turn);
  return step(turn, state, live);
}

async function step(
  turn: Turn,
  state: Exclude<RunState, { is: 'waitsForOther' }>,
  live: JobLive | undefined,
): Promise<Progress> {
  const { desired, pass, aws } = turn;
  switch (state.is) {
    case 'notRun':
      await trimJob(aws, desired, earlierThan(turn.revision, live), pass);
      return start(turn, { attempt: 1, launch: 1, retry: state.retry });
    case 'asked':
      return start(turn, state.intent);
    case 'refused':
      return start(turn, { ...state.intent, launch: state.intent.launch + 1 });
    case 'unknown':
      if (desired.spec.retrySafe !== true)
        throw new TerminalError('OutcomeUnknown', unknownInWords(desired, state.intent));
      return start(turn, { ...state.intent, attempt: state.intent.attempt + 1, launch: 1 });
    case 'running':
      return (await stopOverdue(turn, state.task))
        ? waiting(`task ${taskId(state.task)}, which took too long, to stop`, POLL_MS)
        : waiting(`task ${taskId(state.task)}, which is ${state.task.lastStatus}`, POLL_MS);
    case 'ended':
      return ended(turn, state);
    case 'forgiven':
      await write(turn, { [RECORD_TAG.retry]: String(state.failure.retry + 1) });
      return waiting('the next try', LOOK_MS);
    case 'failed':
      throw new TerminalError('JobFailed', await failureInWords(turn, state.failure));
    default:
      // It has succeeded, and the record says so.
      return { done: true };
  }
}

/** ACTIVE revisions of other content, newest first. */
function earlierThan({ arn }: JobRevision, live: JobLive | undefined): readonly JobRevision[] {
  return (live?.revisions ?? []).filter((revision) => revision.isActive && revision.arn !== arn);
}

/** Writes the intent, then asks ECS. An intent that stands already is asked for again as it is, with the same token. */
async function start(
  turn: Turn,
  next: Pick<Intent, 'attempt' | 'launch' | 'retry'> & Partial<Intent>,
): Promise<Progress> {
  const { desired, pass, revision } = turn;
  const standing = revision.record.intent;
  const isStanding = next === standing;
  const intent: Intent = isStanding
    ? standing
    : { run: next.run ?? runOf(desired), retry: next.retry, attempt: next.attempt, launch: next.launch, at: pass.now };
  if (!isStanding) await write(turn, { [RECORD_TAG.intent]: intentText(intent) });
  await launch(turn, intent);
  return waiting('the task to start', POLL_MS);
}

/** The task has stopped: success and final failure are written down before anybody hears of them. */
async function ended(turn: Turn, { intent, task, verdict }: Extract<RunState, { is: 'ended' }>): Promise<Progress> {
  const { desired, pass } = turn;
  const { run, retry, attempt } = intent;
  const entry = { run, retry, attempt, at: pass.now, task: taskId(task) };
  if (verdict.success) {
    await write(turn, { [RECORD_TAG.succeeded]: successText(entry) });
    return waiting('the record of its success', LOOK_MS);
  }
  if (attempt <= (desired.spec.retries ?? 0)) {
    const left = (task.stoppedAt ?? pass.now).getTime() + backoffMs(desired.spec, attempt) - pass.now.getTime();
    if (left > 0) return waiting(`the next try: ${verdict.reason}`, Math.min(left, POLL_MS));
    return start(turn, { run, retry, attempt: attempt + 1, launch: 1 });
  }
  const { exit, reason } = verdict;
  const failure = { ...entry, policy: policyOf(desired.spec), reason, ...(exit === undefined ? {} : { exit }) };
  await write(turn, { [RECORD_TAG.failed]: failureText(failure) });
  throw new TerminalError('JobFailed', await failureInWords(turn, failure));
}

/** How long to wait after a failed try, in milliseconds. */
function backoffMs({ backoff }: JobSpec, attempt: number): number {
  const { seconds = 10, factor = 2, maxSeconds = 360 } = backoff ?? {};
  return Math.min(seconds * factor ** (attempt - 1), maxSeconds) * 1000;
}

async function register(aws: AwsContext, desired: Want, cluster: string, pass: Pass): Promise<JobRevision> {
  const { spec } = desired;
  const tags = {
    ...wantedTags(spec.tags, desired.ownership),
    [RECORD_TAG.content]: contentOf(desired),
    [RECORD_TAG.cluster]: cluster.split('/').at(-1) ?? cluster,
    [RECORD_TAG.settings]: settingDigests(spec),
  };
  const setting = taskSetting(spec, aws);
  const arn = await registerRevision(aws, pass, { family: familyName(desired), task: spec.task, setting, tags });
  const registered = await readTaskDefinition(pass, arn, { fresh: true });
  if (registered === undefined) throw new WaitError(`task definition ${arn} is not to be seen yet`, POLL_MS);
  return revisionOf(arn, registered, true);
}

/** Tags of the manifest follow it without another run. */
async function keepTags({ aws, desired, pass, revision }: Turn): Promise<void> {
  if (!revision.isActive) return;
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  const managed = (desired.managedTagKeys ?? []).filter((key) => !RECORD_TAGS.includes(key));
  await ensureTags(aws, pass, revision.arn, revision.tags, wanted, managed);
}

function resolvedCluster(desired: Want): string {
  const after = desired.unknown.flatMap((unknown) => unknown.after);
  if (after.length > 0) throw new WaitError(`waits for ${[...new Set(after)].join(', ')}`, POLL_MS);
  const cluster = clusterArnOf(desired);
  if (cluster === undefined) throw new WaitError(`Cluster/${desired.spec.cluster} is not there yet`, POLL_MS);
  return cluster;
}

function waiting(waitsFor: string, pollAfterMs: number): Progress {
  return { done: false, waitsFor, pollAfterMs };
}
