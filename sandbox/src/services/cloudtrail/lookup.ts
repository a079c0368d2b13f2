import type { Event, LookupAttributeKey, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { type HistoryEntry, historyMs, trailState } from './state.ts';

/**
 * LookupEvents: management events of the last 90 days in this region, the latest first, at most 50 on a page. Of
 * lookup attributes AWS takes one. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function lookupEvents(input: LookupEventsCommandInput, { world, scope, now }: Call): object {
  const attributes = input.LookupAttributes ?? [];
  if (attributes.length > 1) {
    throw new AwsError('InvalidLookupAttributesException', 'You can specify only one lookup attribute.');
  }
  const from = input.StartTime?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = input.EndTime?.getTime() ?? Number.POSITIVE_INFINITY;
  if (from > to) {
    throw new AwsError('InvalidTimeRangeException', 'The start time must not be after the end time.');
  }
  // Insights events are another category, of which there are none.
  const { writes, reads } = trailState(world, scope);
  const found = (input.EventCategory === 'insight' ? [] : [...writes, ...reads])
    .filter(
      (entry) =>
        entry.visibleAt <= now &&
        entry.at > now - historyMs &&
        entry.at >= from &&
        entry.at <= to &&
        attributes.every(
          ({ AttributeKey, AttributeValue = '' }) =>
            AttributeKey !== undefined && valuesOf(entry)[AttributeKey].includes(AttributeValue),
        ),
    )
    .toSorted((a, b) => b.at - a.at);
  const page = pageOf(found, input.MaxResults ?? 50, input.NextToken, ({ event }) => event.eventID);
  if (!page) throw new AwsError('InvalidNextTokenException', 'The next token is not valid.');
  return { Events: page.items.map(describe), NextToken: page.next };
}

function valuesOf({ event, resources }: HistoryEntry): Record<LookupAttributeKey, readonly string[]> {
  return {
    AccessKeyId: [event.userIdentity.accessKeyId ?? ''],
    EventId: [event.eventID],
    EventName: [event.eventName],
    EventSource: [event.eventSource],
    ReadOnly: [String(event.readOnly)],
    ResourceName: resources.map(({ name }) => name),
    ResourceType: resources.map(({ type }) => type),
    Username: [usernameOf(event)],
  };
}

function describe({ event, at, resources }: HistoryEntry): Event {
  return {
    EventId: event.eventID,
    EventName: event.eventName,
    ReadOnly: String(event.readOnly),
    AccessKeyId: event.userIdentity.accessKeyId,
    EventTime: new Date(Math.floor(at / 1000) * 1000),
    EventSource: event.eventSource,
    Username: usernameOf(event),
    Resources: resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: JSON.stringify(event),
  };
}

/** Of a session the name that it was given, of the account itself `root`. */
function usernameOf({ userIdentity: { type, principalId = '', userName } }: HistoryEntry['event']): string {
  if (type === 'Root') return 'root';
  return userName ?? principalId.slice(principalId.indexOf(':') + 1);
}
