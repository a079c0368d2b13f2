import type {
  AdvancedEventSelector,
  EventSelector,
  GetEventSelectorsCommandInput,
  PutEventSelectorsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { TrailEvent, TrailState } from './state.ts';
import { homeTrailOf, trailOf } from './trails.ts';

/** What a trail logs when nothing was said: all management events, no data events. */
const defaultSelectors: readonly EventSelector[] = [
  { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
];

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html */
export function putEventSelectors(input: PutEventSelectorsCommandInput, call: Call): object {
  const trail = homeTrailOf(call, input.TrailName);
  const { EventSelectors: basic, AdvancedEventSelectors: advanced } = input;
  if ((basic === undefined) === (advanced === undefined)) {
    throw new AwsError(
      'InvalidEventSelectorsException',
      'Specify either EventSelectors or AdvancedEventSelectors, not both.',
    );
  }
  delete trail.eventSelectors;
  delete trail.advancedEventSelectors;
  if (basic) trail.eventSelectors = basic;
  if (advanced) trail.advancedEventSelectors = advanced;
  return { TrailARN: trail.arn, ...(basic ? { EventSelectors: basic } : { AdvancedEventSelectors: advanced }) };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
export function getEventSelectors({ TrailName }: GetEventSelectorsCommandInput, call: Call): object {
  const { arn, eventSelectors, advancedEventSelectors } = trailOf(call, TrailName);
  return advancedEventSelectors
    ? { TrailARN: arn, AdvancedEventSelectors: advancedEventSelectors }
    : { TrailARN: arn, EventSelectors: eventSelectors ?? defaultSelectors };
}

/** Whether the selectors of a trail include a management event. */
export function selects({ eventSelectors, advancedEventSelectors }: TrailState, event: TrailEvent): boolean {
  if (advancedEventSelectors) return advancedEventSelectors.some((selector) => includes(selector, event));
  return (eventSelectors ?? defaultSelectors).some(
    ({ ReadWriteType = 'All', IncludeManagementEvents = true, ExcludeManagementEventSources = [] }) =>
      IncludeManagementEvents &&
      !ExcludeManagementEventSources.includes(event.eventSource) &&
      (ReadWriteType === 'All' || ReadWriteType === (event.readOnly ? 'ReadOnly' : 'WriteOnly')),
  );
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html */
function includes({ FieldSelectors = [] }: AdvancedEventSelector, event: TrailEvent): boolean {
  const values: Readonly<Record<string, string>> = {
    eventCategory: event.eventCategory,
    eventName: event.eventName,
    eventSource: event.eventSource,
    eventType: event.eventType,
    readOnly: String(event.readOnly),
    'userIdentity.arn': event.userIdentity.arn ?? '',
  };
  return FieldSelectors.every(({ Field = '', Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith }) => {
    const value = values[Field] ?? '';
    return (
      (!Equals || Equals.includes(value)) &&
      (!StartsWith || StartsWith.some((start) => value.startsWith(start))) &&
      (!EndsWith || EndsWith.some((end) => value.endsWith(end))) &&
      !NotEquals?.includes(value) &&
      !NotStartsWith?.some((start) => value.startsWith(start)) &&
      !NotEndsWith?.some((end) => value.endsWith(end))
    );
  });
}
