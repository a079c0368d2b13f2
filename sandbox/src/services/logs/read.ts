import type {
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { pageOf } from '../../kernel/page.ts';
import type { Call } from '../../kernel/service.ts';
import { matcherOf } from './filter-pattern.ts';
import { eventId } from './ingest.ts';
import { groupOf, invalid, type LogEvent, retainedEvents, streamOf } from './state.ts';

/** "The maximum number of log events returned": 10,000, or what fits into 1 MiB. */
const mostEvents = 10_000;
const mostBytes = 1_048_576;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html: both tokens are always
 * answered, and at the end of the stream the token is the one that was sent.
 */
export function getLogEvents(
  input: GetLogEventsCommandInput,
  { world, scope, now }: Call,
): Omit<GetLogEventsCommandOutput, '$metadata'> {
  const group = groupOf(world, scope, input.logGroupName ?? input.logGroupIdentifier);
  const stream = streamOf(group, input.logStreamName);
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
  const events = retainedEvents(group, stream, now).filter(
    ({ timestamp }) => timestamp >= startTime && timestamp < endTime,
  );
  const { forward, pivot } = positionOf(input);
  const candidates = events.filter(({ id }) => (forward ? id > pivot : id < pivot));
  const page = fitting(candidates, input.limit ?? mostEvents, forward);
  return {
    events: page.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${page.at(-1)?.id ?? pivot}/s`,
    nextBackwardToken: `b/${page[0]?.id ?? pivot}/s`,
  };
}

/** Where a page begins: behind (forward) or before the event of this id. */
function positionOf(input: GetLogEventsCommandInput): { forward: boolean; pivot: string } {
  if (input.nextToken !== undefined) {
    const [, direction, pivot] = /^([fb])\/(\d{56})\/s$/.exec(input.nextToken) ?? [];
    if (direction === undefined || pivot === undefined) throw invalid('The specified nextToken is invalid.');
    return { forward: direction === 'f', pivot };
  }
  const forward = input.startFromHead ?? false;
  return { forward, pivot: forward ? eventId(0, 0) : eventId(10 ** 15 - 1, 0) };
}

/** As many events as an answer holds, from the near end of what was asked for. */
function fitting(events: readonly LogEvent[], limit: number, forward: boolean): readonly LogEvent[] {
  const ordered = forward ? events.slice(0, limit) : events.slice(-limit).toReversed();
  let bytes = 0;
  const count = ordered.findIndex(({ message }) => {
    bytes += Buffer.byteLength(message) + 26;
    return bytes > mostBytes;
  });
  const page = count < 0 ? ordered : ordered.slice(0, Math.max(1, count));
  return forward ? page : page.toReversed();
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export function filterLogEvents(
  input: FilterLogEventsCommandInput,
  { world, scope, now }: Call,
): Omit<FilterLogEventsCommandOutput, '$metadata'> {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names && prefix !== undefined) {
    throw invalid('Parameters logStreamNames and logStreamNamePrefix are mutually exclusive.');
  }
  const group = groupOf(world, scope, input.logGroupName ?? input.logGroupIdentifier);
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
  const matches = matcherOf(input.filterPattern ?? '');
  const events = Object.values(group.streams)
    .filter(({ name }) => (names ? names.includes(name) : name.startsWith(prefix ?? '')))
    .flatMap((stream) => retainedEvents(group, stream, now).map((event) => ({ ...event, stream: stream.name })))
    .filter(({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && matches(message))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const page = pageOf(events, input.limit ?? mostEvents, input.nextToken, ({ id }) => id);
  if (!page) throw invalid('The specified nextToken is invalid.');
  return {
    events: page.items.map(({ id, stream, timestamp, message, ingestionTime }) => ({
      eventId: id,
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime,
    })),
    searchedLogStreams: [],
    nextToken: page.next,
  };
}
