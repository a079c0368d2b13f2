import type { EventQueue } from '../../api/controllerconfiguration.ts';
import type { RoleToAssume } from '../../aws/assume-role.ts';
import type { AwsContext } from '../../aws/context.ts';
import { type EventClients, eventClients } from '../../aws/event-clients.ts';
import type { Clock } from '../../core/clock.ts';
import type { EventSink } from '../../core/events.ts';
import type { Destination } from '../../kinds/kind.ts';
import { emitter } from '../emit.ts';
import { backoffMs } from '../retry.ts';
import type { TouchSink } from '../touch.ts';
import { type EventFeed, eventFeed, type FeedObserver } from './feed.ts';
import type { Self } from './cloudtrail.ts';
import { type Changer, type Lookup, lookup } from './lookup.ts';
import type { ImagePush } from './reading.ts';

/** Where to connect, and as whom where not as oneself. */
export interface FeedPlace extends Destination {
  readonly role?: RoleToAssume;
}

/** What the feeds of a controller work with. */
export interface FeedsDeps {
  /** Connects to an account and region; made anew when it failed. The context is not closed by the feeds. */
  readonly connect: (place: FeedPlace) => Promise<AwsContext>;
  /** Every ARN that this controller works as, also by the roles of Projects: calls of theirs are its own. */
  readonly callers?: () => Iterable<string>;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** Name of this installation, as in the user agent of its calls (`ConnectOptions.agent`). */
  readonly instance: string;
  /** Who hears of what was touched: `Controller.touch`. */
  readonly touch: TouchSink;
  /** Who hears of new images. */
  readonly onImage?: (image: ImagePush) => void;
  readonly observer?: FeedObserver;
}

/** The feeds of all queues of a controller. */
export interface Feeds {
  /**
   * Who changed these objects since then, from CloudTrail's event history: for drift that no event told of. Objects that
   * nobody is known to have changed are missing; so are all when the history cannot be read, which is said once.
   */
  whoChanged(
    destination: Destination,
    objects: readonly string[],
    since: Date,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Changer>>;
  /** Stops receiving; resolves when nothing is open any more. */
  close(): Promise<void>;
}

/** Clients of a destination, and what hangs on them. */
interface Connected {
  readonly self: Self;
  readonly clients: EventClients;
  readonly history: Lookup;
}

const BACKOFF = { baseMs: 1_000, factor: 2, maxMs: 60_000 };

/** Starts a feed for each queue. One whose account cannot be reached is tried again, and holds up nobody. */
export function startFeeds(queues: readonly EventQueue[], deps: FeedsDeps): Feeds {
  const stop = new AbortController();
  const connected = connections(queues, deps, stop.signal);
  const running = queues.map((queue) => run(queue, deps, connected, stop.signal));
  const emit = emitter(deps.sink, deps.clock);
  const said = new Set<string>();
  return {
    whoChanged: async (destination, objects, since, signal) => {
      try {
        const { history } = await connected.to(destination);
        return await unlessAborted(history.whoChanged(objects, since), signal);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const key = `${destination.accountId}/${destination.region}`;
        if (!signal.aborted && !stop.signal.aborted && !said.has(key)) {
          said.add(key);
          emit('events.no-history', 'warn', `who changed what in ${key} cannot be looked up: ${message}`);
        }
        return new Map();
      }
    },
    close: async () => {
      stop.abort();
      await Promise.all(running);
      await connected.close();
    },
  };
}

/** Connects, receives until stopped, and comes to rest. */
async function run(
  { queueUrl, accountId, region }: EventQueue,
  deps: FeedsDeps,
  connected: Pick<Connections, 'to'>,
  signal: AbortSignal,
): Promise<void> {
  const destination = { accountId, region };
  const emit = emitter(deps.sink, deps.clock, { accountId, region });
  let feed: EventFeed | undefined;
  for (let failures = 0; feed === undefined && !signal.aborted; failures += 1) {
    try {
      const { self, clients } = await connected.to(destination);
      feed = eventFeed({
        ...deps,
        sqs: clients.sqs,
        queueUrl,
        destination,
        self,
        emit,
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (failures === 0) emit('events.unreachable', 'warn', `no events from ${queueUrl}: ${message}`);
      await deps.clock.sleep(backoffMs(BACKOFF, failures + 1, queueUrl), signal).catch(() => undefined);
    }
  }
  await aborted(signal);
  await feed?.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The same, for one who may give up earlier: what was asked is shared, and goes on for the others. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let giveUp: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([promise, given]);
  } finally {
    if (giveUp !== undefined) signal.removeEventListener('abort', giveUp);
  }
}

/** What hangs on each destination. */
interface Connections {
  to(destination: Destination): Promise<Connected>;
  close(): Promise<void>;
}

/** Clients by destination, each made once. One that failed is made anew next time. */
function connections(
  queues: readonly EventQueue[],
  { connect, callers, instance, clock }: FeedsDeps,
  signal: AbortSignal,
): Connections {
  const open = new Map<string, Promise<Connected>>();
  return {
    to: (destination) => {
      const key = `${destination.accountId}/${destination.region}`;
      const known = open.get(key);
      if (known !== undefined) return known;
      const connecting = connect(placeOf(destination, queues, instance)).then((aws) => {
        const clients = eventClients(aws);
        const self = { instance, callers: () => [aws.callerArn, ...(callers?.() ?? [])] };
        const history = lookup({ cloudtrail: clients.cloudtrail, place: destination, self, clock, signal });
        return { self, clients, history };
      });
      connecting.catch(() => open.delete(key));
      open.set(key, connecting);
      return connecting;
    },
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') result.value.clients.close();
      open.clear();
    },
  };
}

/** With the role that the queue of the account is read with: it may look into the event history as well. */
function placeOf(destination: Destination, queues: readonly EventQueue[], instance: string): FeedPlace {
  const { accountId, region } = destination;
  const { roleArn, externalId } =
    queues.find((queue) => queue.accountId === accountId && queue.region === region) ??
    queues.find((queue) => queue.accountId === accountId) ??
    {};
  if (roleArn === undefined) return { accountId, region };
  const sessionName = `longshore-${instance}`;
  return { accountId, region, role: { arn: roleArn, sessionName, ...(externalId !== undefined && { externalId }) } };
}
