import { type ContainerDefinition, DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';

/** Where a container's lines go in CloudWatch Logs. */
export interface LogSource {
  readonly container: string;
  readonly group: string;
  /** Streams are `streamPrefix/container/task`. */
  readonly streamPrefix: string;
}

/**
 * Where the containers of a task definition log to; one of them, or all that log to CloudWatch Logs in this region.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 * @throws TerminalError `NotFound` for a container that is not in it, `NoLogs` when nothing can be read, with the reason.
 */
export async function logSourcesOf(
  ecs: ECSClient,
  taskDefinition: string,
  region: string,
  container?: string,
): Promise<readonly LogSource[]> {
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const definitions = answer.taskDefinition?.containerDefinitions ?? [];
  const names = definitions.map(({ name = '' }) => name);
  if (container !== undefined && !names.includes(container)) {
    throw new TerminalError(
      'NotFound',
      `${taskDefinition} has no container "${container}", expected one of ${names.join(', ')}${didYouMean(container, names)}`,
    );
  }
  const asked = definitions.filter(({ name }) => container === undefined || name === container);
  const sources = asked.flatMap((definition) => sourceOf(definition, region));
  if (sources.length > 0) return sources;
  const drivers = asked.map(
    ({ name = '', logConfiguration }) => `${name}: ${logConfiguration?.logDriver ?? 'no log driver'}`,
  );
  throw new TerminalError(
    'NoLogs',
    `no container of ${taskDefinition} can be read (${drivers.join(', ')}), expected the log driver awslogs with ` +
      `awslogs-group, awslogs-stream-prefix and awslogs-region ${region}`,
  );
}

function sourceOf({ name = '', logConfiguration }: ContainerDefinition, region: string): readonly LogSource[] {
  const options = logConfiguration?.options ?? {};
  const { 'awslogs-group': group, 'awslogs-stream-prefix': streamPrefix, 'awslogs-region': where = region } = options;
  const isReadable = logConfiguration?.logDriver === 'awslogs' && where === region;
  if (!isReadable || group === undefined || streamPrefix === undefined) return [];
  return [{ container: name, group, streamPrefix }];
}
