import { type CloudTrailClient, type Event as TrailEvent, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Clock } from '../../core/clock.ts';
import { isObject, type Json } from '../../core/json.ts';
import { callsOn, GLOBAL_SOURCES, REGIONAL_SOURCES } from './calls/sources.ts';
import { type CallRecord, readCallRecord, type Self } from './cloudtrail.ts';
import { typeOfObject } from './object-type.ts';
import type { Place } from './place.ts';

/** The last call of somebody else that touched an object. */
export interface Changer {
  /** As in a touch: the ARN of the user or the role session, or the nearest that AWS says. */
  readonly principal: string;
  readonly at: Date;
  /** `UpdateService`. */
  readonly event: string;
}

/** Where and as whom event history is looked up. */
export interface LookupOptions {
  readonly cloudtrail: CloudTrailClient;
  readonly place: Place;
  readonly self: Self;
  readonly clock: Clock;
  /** Ends all that is asked. */
  readonly signal: AbortSignal;
}

/** Looks up in CloudTrail's event history of one account and region who changed objects. */
export interface Lookup {
  /**
   * Of each object the last change since then by somebody else; objects that nobody is known to have changed are
   * missing. Rejects as LookupEvents does.
   */
  whoChanged(objects: readonly string[], since: Date): Promise<ReadonlyMap<string, Changer>>;
}

/** Events in one answer, the most that there is. */
const PAGE = 50;
/** 250 calls of one name: more than that since the last look is a script, and the newest come first. */
const MAX_PAGES = 5;
/** An answer is shared by those who ask within this time of its beginning; what is still to be asked is shared by all. */
const FRESH_MS = 2_000;

/** What is known of the calls of one name. */
interface Known {
  /** Calls since then are known. */
  readonly since: number;
  /** When CloudTrail was asked; undefined while it waits its turn. */
  askedAt?: number;
  readonly calls: Promise<readonly CallRecord[]>;
}

/**
 * Event history can be asked for one attribute at a time, twice a second: it is asked for the names of the calls that can
 * touch such objects. All who ask at the same time share the answers, whatever the number of objects.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function lookup(options: LookupOptions): Lookup {
  const known = new Map<string, Known>();
  /** One call after another: at two a second, calls side by side would only be throttled. */
  let queue: Promise<unknown> = Promise.resolve();

  const callsNamed = (name: string, since: Date): Promise<readonly CallRecord[]> => {
    const now = options.clock.now().getTime();
    for (const [each, { askedAt = now }] of known) if (now - askedAt >= FRESH_MS) known.delete(each);
    const before = known.get(name);
    if (before !== undefined && before.since <= since.getTime()) return before.calls;
    const calls = queue.then(() => {
      asked.askedAt = options.clock.now().getTime();
      return fetch(options, name, since);
    });
    const asked: Known = { since: since.getTime(), calls };
    known.set(name, asked);
    queue = calls.catch(() => {
      if (known.get(name) === asked) known.delete(name);
    });
    return calls;
  };

  return {
    whoChanged: async (objects, since) => {
      const wanted = new Set(objects);
      const names = new Set(objects.flatMap(callsThatTouch));
      const answers = await Promise.all([...names].map((name) => callsNamed(name, since)));
      const found = new Map<string, Changer>();
      for (const call of answers.flat()) {
        if (call.at === undefined || call.at < since || call.principal === undefined) continue;
        for (const id of call.objects ?? []) {
          const last = found.get(id);
          if (!wanted.has(id) || (last !== undefined && last.at >= call.at)) continue;
          found.set(id, { principal: call.principal, at: call.at, event: call.name });
        }
      }
      return found;
    },
  };
}

function callsThatTouch(id: string): readonly string[] {
  const type = typeOfObject(id);
  if (type === undefined) return [];
  const sources = [...Object.values(REGIONAL_SOURCES), ...Object.values(GLOBAL_SOURCES)];
  const own = sources.filter(({ table }) =>
    Object.values(table).some((touched) => touched.some((t) => t.type === type)),
  );
  return own.flatMap((source) => callsOn(type, source));
}

/** Calls of others of that name that changed something, newest first. */
async function fetch(
  { cloudtrail, place, self, signal }: LookupOptions,
  name: string,
  since: Date,
): Promise<readonly CallRecord[]> {
  const calls: CallRecord[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await cloudtrail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
        StartTime: since,
        MaxResults: PAGE,
        NextToken,
      }),
      { abortSignal: signal },
    );
    for (const event of answer.Events ?? []) {
      const call = readEvent(event, place, self);
      if (call !== undefined && !call.own && !call.changedNothing) calls.push(call);
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  return calls;
}

function readEvent({ CloudTrailEvent: record = '' }: TrailEvent, place: Place, self: Self): CallRecord | undefined {
  let parsed: Json;
  try {
    parsed = JSON.parse(record) as Json;
  } catch {
    return undefined;
  }
  return isObject(parsed) ? readCallRecord(parsed, place, self) : undefined;
}
