import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { JobSpec } from '../../api/job.ts';
import { awsCode } from '../../aws/errors.ts';
import type { Desired } from '../../core/driver.ts';
import type { Failed, Intent } from './record.ts';
import { withoutSecrets } from './secrets.ts';
import type { Turn } from './task.ts';

/** How much of the log a failure shows. */
const MAX_LINES = 20;
const MAX_CHARACTERS = 4_096;

/** A failure with its cause and the last lines of the log, for a person. */
export async function failureInWords(turn: Turn, failure: Failed): Promise<string> {
  const log = await lastLines(turn, failure.task);
  return [`${failureSummary(failure)}. It stays failed until its content changes or it is retried`, ...log].join('\n');
}

/** A failure in one sentence. */
export function failureSummary({ task, attempt, reason }: Failed): string {
  return `task ${task} failed${attempt > 1 ? ` in try ${attempt}` : ''}: ${reason.replace(/\.$/, '')}`;
}

/** What is unknown, and how to go on. */
export function unknownInWords({ id }: Pick<Desired<JobSpec>, 'id'>, intent: Intent): string {
  return (
    `whether try ${intent.attempt} of ${id} ran is unknown: ECS was asked to start it at ${intent.at.toISOString()}, and ` +
    'the controller did not live to see the outcome, which ECS keeps for an hour only. Look into its logs and data; then ' +
    'retry it, or give it another value of the annotation longshore.dev/run-again. Jobs that may run twice say retrySafe: true'
  );
}

/** The last log lines of the essential containers; what cannot be read is said, never thrown. */
async function lastLines({ aws, pass, revision }: Turn, task: string): Promise<readonly string[]> {
  const containers = (revision.definition.containerDefinitions ?? []).filter(({ essential }) => essential !== false);
  const blocks = await Promise.all(
    containers.map(async (container) => {
      const stream = streamOf(container, task);
      if (stream === undefined) return [];
      try {
        const command = new GetLogEventsCommand({ ...stream, limit: MAX_LINES, startFromHead: false });
        const { events = [] } = await aws.logs.send(command, { abortSignal: pass.signal });
        const lines = events.map(({ message = '' }) => withoutSecrets(message));
        return [`last log lines of ${container.name}:`, ...lastOf(lines)];
      } catch (error) {
        return [`the log of ${container.name} could not be read: ${awsCode(error) ?? 'no answer'}`];
      }
    }),
  );
  return blocks.flat();
}

function lastOf(lines: readonly string[]): readonly string[] {
  const text = lines.slice(-MAX_LINES).join('\n');
  return [text.length <= MAX_CHARACTERS ? text : `...${text.slice(-MAX_CHARACTERS)}`];
}

/** Group and stream `prefix/container/task`: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
function streamOf({ name, logConfiguration }: ContainerDefinition, task: string) {
  const { 'awslogs-group': logGroupName, 'awslogs-stream-prefix': prefix } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || logGroupName === undefined || prefix === undefined) return undefined;
  return { logGroupName, logStreamName: `${prefix}/${name}/${task}` };
}
