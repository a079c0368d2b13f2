import type {
  InputLogEvent,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
  RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { dayMs, groupOf, invalid, type LogEvent, type LogGroup, type LogStream, logsOf, streamOf } from './state.ts';

/** The sandbox keeps the newest events of a stream, so that a long run does not grow without end. */
const keptEvents = 10_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export function putLogEvents(
  input: PutLogEventsCommandInput,
  { world, scope, now }: Call,
): Omit<PutLogEventsCommandOutput, '$metadata'> {
  const events = input.logEvents ?? [];
  checkBatch(events);
  const group = groupOf(world, scope, input.logGroupName);
  const stream = streamOf(group, input.logStreamName);
  const rejected = rejectedOf(events, group, now);
  const first = Math.max(rejected?.tooOldLogEventEndIndex ?? 0, rejected?.expiredLogEventEndIndex ?? 0);
  appendEvents(world, scope, stream, events.slice(first, rejected?.tooNewLogEventStartIndex));
  // Sequence tokens are no longer needed, and still answered.
  const nextSequenceToken = `49${String(logsOf(world, scope).events).padStart(54, '0')}`;
  return rejected ? { nextSequenceToken, rejectedLogEventsInfo: rejected } : { nextSequenceToken };
}

/** Adds events to a stream, in their place by timestamp. */
export function appendEvents(world: World, scope: Scope, stream: LogStream, events: readonly InputLogEvent[]): void {
  const logs = logsOf(world, scope);
  const ingestionTime = world.clock.now();
  const added = events.map(({ timestamp = 0, message = '' }): LogEvent => {
    logs.events += 1;
    return { id: eventId(timestamp, logs.events), timestamp, message, ingestionTime };
  });
  const last = stream.events.at(-1)?.id ?? '';
  const ordered = added.every(({ id }, index) => id > (added[index - 1]?.id ?? last));
  stream.events.push(...added);
  if (!ordered) stream.events.sort((a, b) => (a.id < b.id ? -1 : 1));
  if (stream.events.length > keptEvents) stream.events = stream.events.slice(-keptEvents);
}

/** Ids in the order of timestamp and arrival: 56 digits, as AWS's. */
export function eventId(timestamp: number, sequence: number): string {
  return `3${String(Math.max(0, timestamp)).padStart(15, '0')}${String(sequence).padStart(40, '0')}`;
}

function checkBatch(events: readonly InputLogEvent[]): void {
  const timestamps = events.map(({ timestamp = 0 }) => timestamp);
  if (timestamps.some((timestamp, index) => timestamp < (timestamps[index - 1] ?? 0))) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((timestamps.at(-1) ?? 0) - (timestamps[0] ?? 0) > dayMs) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  // "the sum of all event messages in UTF-8, plus 26 bytes for each log event"
  const bytes = events.reduce((sum, { message = '' }) => sum + Buffer.byteLength(message) + 26, 0);
  if (bytes > 1_048_576) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of 1048576`);
}

function rejectedOf(events: readonly InputLogEvent[], group: LogGroup, now: number): RejectedLogEventsInfo | undefined {
  const endOf = (before: number): number => events.findLastIndex(({ timestamp = 0 }) => timestamp < before) + 1;
  const tooNew = events.findIndex(({ timestamp = 0 }) => timestamp > now + 2 * 60 * 60 * 1000);
  const tooOld = endOf(now - 14 * dayMs);
  const expired = group.retentionInDays === undefined ? 0 : endOf(now - group.retentionInDays * dayMs);
  if (tooNew < 0 && tooOld === 0 && expired === 0) return undefined;
  return {
    ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
  };
}
