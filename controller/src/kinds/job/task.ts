import {
  ConflictException,
  type Failure,
  RunTaskCommand,
  type RunTaskCommandOutput,
  StopTaskCommand,
  TagResourceCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { JobSpec } from '../../api/job.ts';
import type { AwsContext } from '../../aws/context.ts';
import { classifyAws, doing, isAbsent, wrapAws } from '../../aws/errors.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import type { Desired, Pass } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { tagList } from '../../ecs/tags.ts';
import type { JobRevision } from './live.ts';
import { type Intent, intentText, RECORD_TAG } from './record.ts';
import { runRequest } from './requests.ts';

/** What one step of a run needs. */
export interface Turn {
  readonly aws: AwsContext;
  readonly desired: Desired<JobSpec>;
  readonly pass: Pass;
  /** ARN of the cluster. */
  readonly cluster: string;
  readonly revision: JobRevision;
}

/** How long capacity that is not there is waited for at a time, in milliseconds. */
const REFUSED_POLL_MS = 15_000;

/** Writes a part of the record to the revision, and lets the next look see it. */
export async function write({ aws, pass, revision }: Turn, tags: Readonly<Record<string, string>>): Promise<void> {
  const command = new TagResourceCommand({ resourceArn: revision.arn, tags: tagList(tags) });
  await doing(`TagResource ${revision.arn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  await readTaskDefinition(pass, revision.arn, { fresh: true });
}

/**
 * Asks ECS for the task of an intent. Asking again starts nothing again, as long as the token lives. A refusal that is
 * certain is written down, so that the next request has a token of its own: ECS might answer the old one from memory.
 */
export async function launch(turn: Turn, intent: Intent): Promise<void> {
  const { aws, desired, pass, cluster, revision } = turn;
  const request = runRequest(desired, { intent, cluster, taskDefinition: revision.arn, place: aws });
  let answer: RunTaskCommandOutput;
  try {
    answer = await aws.ecs.send(new RunTaskCommand(request), { abortSignal: pass.signal });
  } catch (error) {
    // The task is there: something that does not belong to the content, such as a tag, has changed since it was started.
    if (error instanceof ConflictException && (error.resourceIds ?? []).length > 0) return;
    const wrapped = wrapAws(error, `RunTask ${revision.arn} in ${cluster}`);
    if (isRefusal(error)) await refuse(turn, intent, wrapped.message);
    throw wrapped;
  }
  if ((answer.tasks ?? []).length > 0) return;
  const reason = (answer.failures ?? []).map(failureInWords).join('; ') || 'ECS gives no reason';
  await refuse(turn, intent, reason);
  throw new WaitError(`RunTask ${revision.arn} in ${cluster} started nothing: ${reason}`, REFUSED_POLL_MS);
}

async function refuse(turn: Turn, intent: Intent, refused: string): Promise<void> {
  await write(turn, { [RECORD_TAG.intent]: intentText({ ...intent, refused }) });
}

/** An answer, and to the only request: an earlier one whose answer was lost may have started the task. */
function isRefusal(error: unknown): boolean {
  if (classifyAws(error) === 'unknown' || !(error instanceof Error)) return false;
  const { $metadata: metadata } = error as Error & { readonly $metadata?: { readonly attempts?: number } };
  return metadata?.attempts === 1;
}

function failureInWords({ reason, detail, arn }: Failure): string {
  return [reason ?? 'no reason', detail, arn].filter(Boolean).join(' ');
}

/** Stops a task that takes longer than the manifest gives it. True when it did, or has done so before. */
export async function stopOverdue(
  { aws, desired, pass }: Pick<Turn, 'aws' | 'desired' | 'pass'>,
  task: Task,
): Promise<boolean> {
  const seconds = desired.spec.timeoutSeconds ?? 3600;
  const since = task.createdAt?.getTime() ?? pass.now.getTime();
  if (pass.now.getTime() - since <= seconds * 1000) return false;
  if (task.desiredStatus !== 'STOPPED') {
    await stop(aws, pass, task, `timeoutSeconds ${seconds} of ${desired.id} passed`);
  }
  return true;
}

/** Stops a task; one that is gone is fine. */
export async function stop(aws: AwsContext, pass: Pass, task: Task, reason: string): Promise<void> {
  const command = new StopTaskCommand({ cluster: task.clusterArn, task: task.taskArn, reason });
  try {
    await aws.ecs.send(command, { abortSignal: pass.signal });
  } catch (error) {
    if (!isAbsent(error)) throw wrapAws(error, `StopTask ${task.taskArn}`);
  }
}
