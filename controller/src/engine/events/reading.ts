import type { Touch } from '../touch.ts';
import { type CallRecord, readCallRecord, type Self } from './cloudtrail.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import { text } from './fields.ts';
import { objectsOfNotification } from './notifications.ts';
import type { Place } from './place.ts';

/** A new image in ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
export interface ImagePush {
  readonly place: Place;
  readonly repository: string;
  /** Absent for an image without a tag. */
  readonly tag?: string;
  readonly digest: string;
  readonly at: Date;
}

/** What a message says. `ids` are those that its duplicates have too. */
export type Reading =
  | { readonly is: 'touch'; readonly ids: readonly string[]; readonly touch: Touch }
  | { readonly is: 'image'; readonly ids: readonly string[]; readonly image: ImagePush }
  /** A call of our own. */
  | { readonly is: 'own'; readonly ids: readonly string[]; readonly at: Date }
  /** Understood, and about nothing that Longshore keeps. */
  | { readonly is: 'nothing'; readonly ids: readonly string[]; readonly at: Date }
  | { readonly is: 'malformed'; readonly why: string };

/** `detail-type` of CloudTrail's events: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export const API_CALL = 'AWS API Call via CloudTrail';
/** `detail-type` and `source` of ECR's. */
export const IMAGE_ACTION = 'ECR Image Action';
/** `source` of ECR's events. */
export const ECR = 'aws.ecr';

/** Where a message comes from. */
export interface Reader {
  /** The account and region whose events the queue holds. */
  readonly place: Place;
  readonly self: Self;
  readonly receivedAt: Date;
}

/** Reads a message. Its content is not to be trusted: nothing of it can make this throw. */
export function readMessage(body: string | undefined, reader: Reader): Reading {
  const event = readEnvelope(body);
  if ('malformed' in event) return { is: 'malformed', why: event.malformed };
  const { place } = reader;
  if (event.accountId !== place.accountId || event.region !== place.region) {
    const from = `account ${shown(event.accountId)}, region ${shown(event.region)}`;
    return {
      is: 'malformed',
      why: `an event of ${from}; the queue is said to hold those of account ${place.accountId}, region ${place.region}`,
    };
  }
  if (event.detailType === API_CALL) return readCall(event, reader);
  if (event.source === ECR && event.detailType === IMAGE_ACTION) return readImage(event, place);
  const objects = objectsOfNotification(event);
  if (objects === undefined)
    return { is: 'malformed', why: `unknown event ${shown(event.detailType)} of ${shown(event.source)}` };
  return about(event, [event.id], objects, { at: event.time, event: event.detailType }, reader);
}

function readCall(event: Envelope, reader: Reader): Reading {
  const call = readCallRecord(event.detail, reader.place, reader.self);
  if (call === undefined) return { is: 'malformed', why: `"${API_CALL}" without eventName or eventSource` };
  const ids = call.eventId === undefined ? [event.id] : [event.id, call.eventId];
  const at = call.at ?? event.time;
  if (call.own) return { is: 'own', ids, at };
  if (call.changedNothing) return { is: 'nothing', ids, at };
  if (call.objects === undefined)
    return { is: 'malformed', why: `unknown call ${shown(call.name)} of ${shown(event.source)}` };
  return about(event, ids, call.objects, { at, event: call.name, ...principalIn(call) }, reader);
}

/** Text of a message, as a short piece of a complaint. */
function shown(words: string): string {
  return JSON.stringify(words.slice(0, 80));
}

function principalIn({ principal }: CallRecord): Pick<Touch, 'principal'> {
  return principal === undefined ? {} : { principal };
}

function about(
  event: Envelope,
  ids: readonly string[],
  objects: readonly string[],
  what: Pick<Touch, 'at' | 'event' | 'principal'>,
  { place, receivedAt }: Reader,
): Reading {
  if (objects.length === 0) return { is: 'nothing', ids, at: event.time };
  return { is: 'touch', ids, touch: { destination: place, objects, receivedAt, ...what } };
}

function readImage(event: Envelope, place: Place): Reading {
  const { detail } = event;
  const ids = [event.id];
  const repository = text(detail, 'repository-name');
  const digest = text(detail, 'image-digest');
  if (repository === undefined || digest === undefined) {
    return { is: 'malformed', why: `"${IMAGE_ACTION}" without repository-name or image-digest` };
  }
  if (text(detail, 'action-type') !== 'PUSH' || text(detail, 'result') !== 'SUCCESS') {
    return { is: 'nothing', ids, at: event.time };
  }
  const tag = text(detail, 'image-tag');
  return {
    is: 'image',
    ids,
    image: { place, repository, digest, at: event.time, ...(tag !== undefined && { tag }) },
  };
}
