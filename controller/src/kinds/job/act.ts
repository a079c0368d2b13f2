import { TagResourceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import type { Pass, RolloutAction } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import type { JobLive } from './live.ts';
import { RECORD_TAG } from './record.ts';
import { stop } from './task.ts';

/**
 * What a person can do: `retry` lets the next sync run a Job that has failed, or whose outcome is unknown, again; `abort`
 * stops the task that runs, which is a failed try.
 */
export async function actOnJob(aws: AwsContext, action: RolloutAction, live: JobLive, pass: Pass): Promise<void> {
  if (action === 'retry') return retry(aws, live, pass);
  if (action === 'abort') return abort(aws, live, pass);
  throw new TerminalError(
    'NotAllowed',
    `cannot ${action} a Job; it can be aborted and retried, and \`longshore run\` runs it`,
  );
}

async function retry(aws: AwsContext, live: JobLive, pass: Pass): Promise<void> {
  const { wanted } = live;
  if (wanted === undefined || (wanted.record.failed === undefined && wanted.record.intent === undefined)) {
    throw new TerminalError('NotAllowed', 'cannot retry a Job that has not run with its present content: sync it');
  }
  const { succeeded, failed, intent } = wanted.record;
  const [latest] = [succeeded, failed, intent]
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  if (latest === succeeded) throw new TerminalError('NotAllowed', 'cannot retry a Job that has succeeded');
  if (live.tasks.some((task) => task.lastStatus !== 'STOPPED')) {
    throw new TerminalError('NotAllowed', 'cannot retry a Job that runs; abort it first');
  }
  const tags = [{ key: RECORD_TAG.retry, value: String(wanted.record.retry + 1) }];
  const command = new TagResourceCommand({ resourceArn: wanted.arn, tags });
  await doing(`TagResource ${wanted.arn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  await readTaskDefinition(pass, wanted.arn, { fresh: true });
}

async function abort(aws: AwsContext, live: JobLive, pass: Pass): Promise<void> {
  const running = live.tasks.filter((task) => task.lastStatus !== 'STOPPED');
  if (running.length === 0) throw new TerminalError('NotAllowed', 'cannot abort a Job that does not run');
  for (const task of running) await stop(aws, pass, task, 'aborted by a person');
}
