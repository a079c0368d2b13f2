import type {
  CreateLogStreamCommandInput,
  DeleteLogStreamCommandInput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { own } from '../../kernel/own.ts';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { groupArn, groupOf, invalid, type LogStream, streamOf } from './state.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export function createLogStream(input: CreateLogStreamCommandInput, { world, scope, now }: Call): object {
  const { logGroupName, logStreamName = '' } = input;
  const group = groupOf(world, scope, logGroupName);
  if (own(group.streams, logStreamName)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  group.streams[logStreamName] = { name: logStreamName, createdAt: now, events: [] };
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html */
export function deleteLogStream(input: DeleteLogStreamCommandInput, { world, scope }: Call): object {
  const group = groupOf(world, scope, input.logGroupName);
  delete group.streams[streamOf(group, input.logStreamName).name];
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export function describeLogStreams(
  input: DescribeLogStreamsCommandInput,
  { world, scope }: Call,
): Omit<DescribeLogStreamsCommandOutput, '$metadata'> {
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName' } = input;
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = groupOf(world, scope, input.logGroupName ?? input.logGroupIdentifier);
  const streams = Object.values(group.streams)
    .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
    .toSorted(orderBy === 'LastEventTime' ? byTime : byName);
  if (input.descending) streams.reverse();
  const page = pageOf(streams, input.limit ?? 50, input.nextToken, ({ name }) => name);
  if (!page) throw invalid('The specified nextToken is invalid.');
  const logStreams = page.items.map((stream) => ({
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.events[0]?.timestamp,
    lastEventTimestamp: stream.events.at(-1)?.timestamp,
    lastIngestionTime: stream.events.at(-1)?.ingestionTime,
    arn: `${groupArn(scope, group.name)}:log-stream:${stream.name}`,
    // AWS deprecated the size of a stream and always answers 0.
    storedBytes: 0,
  }));
  return { logStreams, nextToken: page.next };
}

function byName(a: LogStream, b: LogStream): number {
  return a.name < b.name ? -1 : 1;
}

function byTime(a: LogStream, b: LogStream): number {
  return (a.events.at(-1)?.timestamp ?? 0) - (b.events.at(-1)?.timestamp ?? 0) || byName(a, b);
}
