import { UntagResourceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import type { Pass, Progress } from '../../core/driver.ts';
import { deregister } from '../../ecs/revisions.ts';
import type { JobLive, JobRevision } from './live.ts';
import { RECORD_TAG } from './record.ts';
import { stop } from './task.ts';

/** How often tasks that stop are looked at, in milliseconds. */
const POLL_MS = 5_000;

/**
 * Stops what runs, then deregisters the revisions, the newest last: it leads back to the others. Running tasks are looked
 * for by way of the revisions, so that these stay until nothing runs. Each loses its content first: the same manifest
 * later is another Job, which runs again.
 */
export async function removeJob(aws: AwsContext, live: JobLive, pass: Pass): Promise<Progress> {
  const running = live.tasks.filter((task) => task.lastStatus !== 'STOPPED');
  for (const task of running) {
    if (task.desiredStatus !== 'STOPPED') await stop(aws, pass, task, 'its Job was removed');
  }
  if (running.length > 0) return { done: false, waitsFor: 'the task of the Job to stop', pollAfterMs: POLL_MS };
  for (const revision of live.revisions.toReversed()) {
    if (revision.isActive) await forget(aws, pass, revision);
  }
  return { done: true };
}

async function forget(aws: AwsContext, pass: Pass, { arn, tags }: JobRevision): Promise<void> {
  if (tags[RECORD_TAG.content] !== undefined) {
    const command = new UntagResourceCommand({ resourceArn: arn, tagKeys: [RECORD_TAG.content] });
    await doing(`UntagResource ${arn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  }
  await deregister(aws, pass, arn);
  await readTaskDefinition(pass, arn, { fresh: true });
}
