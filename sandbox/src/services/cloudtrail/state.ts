import type { AdvancedEventSelector, EventSelector } from '@aws-sdk/client-cloudtrail';
import type { UserIdentity } from '../../kernel/identity.ts';
import { type RandomState, SeededRandom } from '../../kernel/random.ts';
import type { Scope, World } from '../../kernel/world.ts';

/**
 * One event, as CloudTrail writes it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface TrailEvent {
  readonly eventVersion: '1.11';
  readonly userIdentity: UserIdentity;
  /** ISO 8601, in whole seconds. */
  readonly eventTime: string;
  /** `ecs.amazonaws.com`. */
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: object | null;
  readonly responseElements: object | null;
  readonly additionalEventData?: object;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources?: readonly { readonly accountId: string; readonly type?: string; readonly ARN: string }[];
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly eventCategory: 'Management';
  readonly tlsDetails?: object;
}

/** An event of the event history. Times in milliseconds since the epoch. */
export interface HistoryEntry {
  readonly event: TrailEvent;
  readonly at: number;
  /** LookupEvents does not show it before. */
  readonly visibleAt: number;
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

/** A trail. */
export interface TrailState {
  readonly name: string;
  readonly arn: string;
  readonly homeRegion: string;
  bucket: string;
  prefix?: string;
  multiRegion: boolean;
  globalServices: boolean;
  validation: boolean;
  logging: boolean;
  startedAt?: number;
  stoppedAt?: number;
  /** Which events it logs, in one form of the two; without either all management events. */
  eventSelectors?: readonly EventSelector[];
  advancedEventSelectors?: readonly AdvancedEventSelector[];
}

interface CloudTrailState {
  /** Calls that changed something, oldest first. */
  writes: HistoryEntry[];
  /** Calls that did not, oldest first: kept apart, so that who reads often does not push out who changes. */
  reads: HistoryEntry[];
  /** State of the numbers that decide what is late, lost or doubled. */
  numbers: RandomState;
}

/** Most events of each kind that the history keeps for an account and region. AWS keeps 90 days. */
const most = { writes: 5_000, reads: 2_000 } as const;

/** How long events stay in the history. */
export const historyMs = 90 * 24 * 3_600_000;

/** CloudTrail at a place. */
export function trailState(world: World, scope: Scope): CloudTrailState {
  return world.slice<CloudTrailState>(scope, 'cloudtrail', () => ({
    writes: [],
    reads: [],
    numbers: new SeededRandom(world.settings.seed).state,
  }));
}

/** The trails of an account, by ARN, wherever their home is. */
export function trailsOf(world: World, accountId: string): Record<string, TrailState> {
  const scope = { accountId, region: 'aws-global' };
  return world.slice<{ trails: Record<string, TrailState> }>(scope, 'cloudtrail/trails', () => ({ trails: {} })).trails;
}

/** Adds to the history; the oldest make room. */
export function remember(state: CloudTrailState, entry: HistoryEntry): void {
  const kind = entry.event.readOnly ? 'reads' : 'writes';
  state[kind].push(entry);
  if (state[kind].length > most[kind]) state[kind] = state[kind].slice(-Math.floor(most[kind] * 0.9));
}

/**
 * A number from 0 to 1 of CloudTrail's own, so that how much is recorded does not change the ids of resources.
 */
export function draw(state: CloudTrailState): number {
  const numbers = new SeededRandom(state.numbers);
  const number = numbers.next();
  state.numbers = numbers.state;
  return number;
}
