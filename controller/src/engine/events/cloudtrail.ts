import { isAgent } from '../../aws/agent.ts';
import type { JsonObject } from '../../core/json.ts';
import { objectsOfCall } from './calls/sources.ts';
import { object, text, time } from './fields.ts';
import type { Place } from './place.ts';
import { identityOf, principalOf } from './principal.ts';

/** Which calls are our own. */
export interface Self {
  /** The name of this installation, as in the user agent. */
  readonly instance: string;
  /** The ARNs that STS says we are: of the controller itself, and of the roles that it works as. */
  callers(): Iterable<string>;
}

/** A call as CloudTrail recorded it: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export interface CallRecord {
  /** CloudTrail's own id of it, the same however often it is delivered. */
  readonly eventId?: string;
  readonly name: string;
  readonly at?: Date;
  readonly principal?: string;
  readonly own: boolean;
  /** Nothing was changed: the call was refused, or only read. */
  readonly changedNothing: boolean;
  /** What it touched; undefined when the operation is not known. */
  readonly objects?: readonly string[];
}

/** Reads a record; undefined when it is none. Never throws. */
export function readCallRecord(record: JsonObject, place: Place, self: Self): CallRecord | undefined {
  const name = text(record, 'eventName');
  const eventSource = text(record, 'eventSource');
  if (name === undefined || eventSource === undefined) return undefined;
  const principal = principalOf(object(record, 'userIdentity'));
  const eventId = text(record, 'eventID');
  const at = time(record, 'eventTime');
  const objects = objectsOfCall(eventSource, {
    place,
    name,
    request: object(record, 'requestParameters'),
    response: object(record, 'responseElements'),
  });
  return {
    name,
    own: isOwn(text(record, 'userAgent') ?? '', principal, self),
    changedNothing: text(record, 'errorCode') !== undefined || record['readOnly'] === true,
    ...(eventId !== undefined && { eventId }),
    ...(at !== undefined && { at }),
    ...(principal !== undefined && { principal }),
    ...(objects !== undefined && { objects }),
  };
}

/** Both have to fit: others may use the same role, and anybody can send any user agent. */
function isOwn(userAgent: string, principal: string | undefined, self: Self): boolean {
  if (principal === undefined || !isAgent(userAgent, self.instance)) return false;
  const identity = identityOf(principal);
  for (const caller of self.callers()) if (identityOf(caller) === identity) return true;
  return false;
}
