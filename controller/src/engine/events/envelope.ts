import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { object, text, texts, time } from './fields.ts';

/** An event as EventBridge writes it: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface Envelope {
  readonly id: string;
  /** `aws.ecs`. */
  readonly source: string;
  /** `ECS Task State Change`, `AWS API Call via CloudTrail`. */
  readonly detailType: string;
  readonly accountId: string;
  readonly region: string;
  readonly time: Date;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** The largest message of SQS, in characters: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_CHARACTERS = 1_048_576;

/** What a message holds, or why it is no event. Never throws. */
export function readEnvelope(body: string | undefined): Envelope | { readonly malformed: string } {
  if (body === undefined || body === '') return { malformed: 'the message is empty' };
  if (body.length > MAX_CHARACTERS) {
    return { malformed: `the message has ${body.length} characters, more than SQS allows` };
  }
  let parsed: Json;
  try {
    parsed = JSON.parse(body) as Json;
  } catch {
    return { malformed: 'the message is not JSON' };
  }
  if (!isObject(parsed)) return { malformed: 'the message is not a JSON object' };
  const id = text(parsed, 'id');
  const source = text(parsed, 'source');
  const detailType = text(parsed, 'detail-type');
  const accountId = text(parsed, 'account');
  const region = text(parsed, 'region');
  const at = time(parsed, 'time');
  if (
    id === undefined ||
    source === undefined ||
    detailType === undefined ||
    accountId === undefined ||
    region === undefined ||
    at === undefined
  ) {
    return { malformed: 'not an event of EventBridge: id, source, detail-type, account, region and time are expected' };
  }
  return {
    id,
    source,
    detailType,
    accountId,
    region,
    time: at,
    resources: texts(parsed, 'resources'),
    detail: object(parsed, 'detail'),
  };
}
