import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { wrapAws } from '../../aws/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { Destination } from '../../kinds/kind.ts';
import type { Emit } from '../emit.ts';
import { backoffMs } from '../retry.ts';
import type { TouchSink } from '../touch.ts';
import type { Self } from './cloudtrail.ts';
import { type ImagePush, readMessage } from './reading.ts';
import { Seen } from './seen.ts';

/** Hears what a feed does with each message; for metrics. Must not throw. */
export interface FeedObserver {
  /** A message was received. */
  received(): void;
  /** It was about objects, and handed over; it had happened so long before it was received. */
  handed(lagMs: number): void;
  /** It told of a call of our own. */
  ignoredOwn(): void;
  /** It was understood, and about nothing that Longshore keeps. */
  irrelevant(): void;
  /** It had come before. */
  duplicate(): void;
  /** It was no event of EventBridge, or one that is not known. */
  malformed(): void;
}

/** What a feed works with. */
export interface FeedOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** The account and region whose events the queue holds. */
  readonly destination: Destination;
  readonly clock: Clock;
  readonly self: Self;
  /** Who hears of what was touched. A message whose touch it throws at is left to the queue's dead-letter queue. */
  readonly touch: TouchSink;
  /** Who hears of new images. */
  readonly onImage?: (image: ImagePush) => void;
  readonly emit: Emit;
  readonly observer?: FeedObserver;
}

/** A feed that runs. */
export interface EventFeed {
  /** Stops receiving; resolves when nothing is open any more. */
  close(): Promise<void>;
}

/** The longest that SQS keeps a request open, in seconds. */
const LONG_POLL_SECONDS = 20;
/** The most messages in one answer. */
const BATCH = 10;
/** One receiver is enough until its answers are full; more are of use while there is a backlog. */
const MAX_RECEIVERS = 8;
/** Ids of the last so many events: at a hundred events a second, the duplicates of more than a minute. */
const REMEMBERED = 10_000;
/** Complaints that are not repeated. */
const REMEMBERED_COMPLAINTS = 100;
const BACKOFF = { baseMs: 1_000, factor: 2, maxMs: 60_000 };

/**
 * Receives the events of one account and region until it is closed, and hands over what they are about. A message is
 * deleted after it was handed over: what a crash interrupts comes again. Events may come twice and in any order, because
 * a touch only says where to look.
 */
export function eventFeed(options: FeedOptions): EventFeed {
  const stop = new AbortController();
  const receivers = new Set<Promise<void>>();
  const handle = handler(options);
  const start = (extra: boolean): void => {
    const receiver = receive(options, handle, stop.signal, extra, () => {
      if (receivers.size < MAX_RECEIVERS) start(true);
    }).finally(() => receivers.delete(receiver));
    receivers.add(receiver);
  };
  start(false);
  return {
    close: async () => {
      stop.abort();
      while (receivers.size > 0) await Promise.all(receivers);
    },
  };
}

/** Receives until it is stopped; an extra receiver ends when there is no backlog any more. */
async function receive(
  options: FeedOptions,
  handle: (message: Message) => boolean,
  signal: AbortSignal,
  extra: boolean,
  onBacklog: () => void,
): Promise<void> {
  const { sqs, queueUrl: QueueUrl, clock, emit } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: LONG_POLL_SECONDS }),
        { abortSignal: signal },
      );
      if (failures > 0) emit('events.reachable', 'info', `receives from ${QueueUrl} again`);
      failures = 0;
      if (messages.length === BATCH) onBacklog();
      await remove(options, messages.filter(handle));
      if (extra && messages.length < BATCH) return;
    } catch (error) {
      if (signal.aborted) return;
      if (failures === 0) emit('events.unreachable', 'warn', complaint(options, error));
      failures += 1;
      await clock.sleep(backoffMs(BACKOFF, failures, QueueUrl), signal).catch(() => undefined);
    }
  }
}

function complaint({ queueUrl, destination }: FeedOptions, error: unknown): string {
  const { message } = wrapAws(error, `ReceiveMessage from ${queueUrl}`);
  return `${message}; until it works, drift in account ${destination.accountId}, ${destination.region} is seen by sweeps alone`;
}

/** Says of each message whether it is done with. */
function handler(options: FeedOptions): (message: Message) => boolean {
  const { destination, self, clock, emit, observer } = options;
  const seen = new Seen(REMEMBERED);
  const complaints = new Seen(REMEMBERED_COMPLAINTS);
  const complainOnce = (why: string): void => {
    if (complaints.has([why])) return;
    complaints.add([why]);
    emit('events.malformed', 'warn', `an event in ${options.queueUrl} is left out: ${why}`);
  };
  return (message) => {
    const receivedAt = clock.now();
    observer?.received();
    const reading = readMessage(message.Body, { place: destination, self, receivedAt });
    if (reading.is === 'malformed') {
      observer?.malformed();
      complainOnce(reading.why);
      return true;
    }
    if (seen.has(reading.ids)) {
      observer?.duplicate();
      return true;
    }
    try {
      if (reading.is === 'touch') options.touch(reading.touch);
      if (reading.is === 'image') options.onImage?.(reading.image);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      emit('events.failed', 'error', `an event could not be handed over and comes again: ${why}`);
      return false;
    }
    seen.add(reading.ids);
    if (reading.is === 'own') observer?.ignoredOwn();
    else if (reading.is === 'nothing') observer?.irrelevant();
    else observer?.handed(Math.max(0, receivedAt.getTime() - happened(reading).getTime()));
    return true;
  };
}

function happened(
  reading: { readonly touch: { readonly at: Date } } | { readonly image: { readonly at: Date } },
): Date {
  return 'touch' in reading ? reading.touch.at : reading.image.at;
}

/** Takes messages from the queue. What could not be taken comes again, and is known then. */
async function remove({ sqs, queueUrl: QueueUrl, emit }: FeedOptions, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  try {
    // Not aborted with the feed: what was handed over is taken from the queue.
    const { Failed: failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: entries }));
    if (failed.length > 0) {
      const why = failed[0]?.Message ?? failed[0]?.Code ?? 'no reason given';
      emit('events.undeleted', 'debug', `${failed.length} events were not taken from the queue: ${why}`);
    }
  } catch (error) {
    emit('events.undeleted', 'debug', wrapAws(error, `DeleteMessageBatch from ${QueueUrl}`).message);
  }
}
