import type {
  PutEventsCommandInput,
  PutEventsRequestEntry,
  PutEventsResultEntry,
  TestEventPatternCommandInput,
} from '@aws-sdk/client-eventbridge';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { busEvent, publish } from './deliver.ts';
import { matches } from './pattern/match.ts';
import { parsePattern } from './pattern/parse.ts';
import { isObject } from './pattern/pattern.ts';
import { busesOf } from './state.ts';

/** "The total size of the request" at most. Source: EventBridge user guide, "PutEvents". */
const mostBytes = 1_048_576;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export function putEvents(input: PutEventsCommandInput, call: Call): object {
  const entries = input.Entries ?? [];
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > mostBytes)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  const results = entries.map((entry) => put(entry, call));
  return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export function testEventPattern({ EventPattern = '', Event = '' }: TestEventPatternCommandInput): object {
  const pattern = parsePattern(EventPattern);
  const event = objectOf(Event);
  const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'].find(
    (field) => event?.[field] === undefined,
  );
  if (!event || missing !== undefined) {
    throw new AwsError(
      'ValidationException',
      `Parameter Event is not valid. Reason: ${missing ?? 'Event'} is missing.`,
    );
  }
  return { Result: matches(pattern, event) };
}

function put(entry: PutEventsRequestEntry, { world, scope, now }: Call): PutEventsResultEntry {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((field) => !entry[field]);
  if (missing) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  const { Source: source = '', DetailType: detailType = '', Detail = '', Resources = [], Time, EventBusName } = entry;
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = objectOf(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const at = Time ? { at: Time.getTime() } : {};
  const event = busEvent(scope, { source, detailType, resources: Resources, detail, ...at }, now);
  // An event for a bus that does not exist is taken and matches nothing.
  const bus = own(busesOf(world, scope), EventBusName?.replace(/^arn:.*:event-bus\//, '') ?? 'default');
  if (bus) publish(world, scope, bus, event);
  return { EventId: event.id };
}

/** Source: EventBridge user guide, "Calculating PutEvents event entry size". */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time ? 14 : 0);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
