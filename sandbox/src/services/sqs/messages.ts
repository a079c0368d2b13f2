import { randomUUID } from 'node:crypto';
import type { World } from '../../kernel/world.ts';
import { redrivePolicyOf } from './attributes.ts';
import { isFifo, type MessageState, numberOf, queueOfArn, type QueueState } from './state.ts';
import { wake } from './waiters.ts';

/** Messages of a queue by what can be done with them. */
export interface Counts {
  readonly visible: number;
  /** Received and not yet deleted. */
  readonly inFlight: number;
  /** Never received and not to be for now. */
  readonly delayed: number;
}

/** Puts a message into the queue, and wakes who waits for one. */
export function enqueue(world: World, queue: QueueState, message: MessageState): void {
  expire(queue, world.clock.now());
  queue.messages.push(message);
  wake(world, queue);
}

/** Forgets what is older than the retention period. */
function expire(queue: QueueState, now: number): void {
  const oldest = now - numberOf(queue, 'MessageRetentionPeriod') * 1000;
  if (queue.messages.some(({ sentAt }) => sentAt <= oldest)) {
    queue.messages = queue.messages.filter(({ sentAt }) => sentAt > oldest);
  }
}

/** How many messages there are of each kind. */
export function countsOf(queue: QueueState, now: number): Counts {
  expire(queue, now);
  const hidden = queue.messages.filter(({ visibleAt }) => visibleAt > now);
  const inFlight = hidden.filter(({ receipt }) => receipt !== undefined).length;
  return { visible: queue.messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
}

/** "there is a maximum of approximately 120,000 in flight messages", of a FIFO queue 20,000 by group. */
const mostInFlight = 120_000;

/**
 * Receives at most `limit` visible messages and hides them for `visibilityMs`. What was received as often as the
 * redrive policy says goes to the dead-letter queue instead.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function take(world: World, queue: QueueState, limit: number, visibilityMs: number): MessageState[] {
  const now = world.clock.now();
  if (countsOf(queue, now).inFlight >= mostInFlight) return [];
  const redrive = redrivePolicyOf(queue.attributes);
  const taken: MessageState[] = [];
  for (const message of receivable(queue, now)) {
    if (taken.length === limit) break;
    if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
      const target = queueOfArn(world, redrive.deadLetterTargetArn);
      // Without its dead-letter queue a message stays where it is, and is not received.
      if (target) moveToDeadLetters(world, queue, target, message);
      continue;
    }
    message.visibleAt = now + visibilityMs;
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.receipt = randomUUID();
    taken.push(message);
  }
  return taken;
}

/** Visible messages, of a FIFO queue those of groups that have none in flight before. */
function receivable(queue: QueueState, now: number): MessageState[] {
  if (!isFifo(queue)) return queue.messages.filter(({ visibleAt }) => visibleAt <= now);
  const blocked = new Set<string>();
  return queue.messages.filter(({ groupId = '', visibleAt }) => {
    if (visibleAt > now) blocked.add(groupId);
    return !blocked.has(groupId);
  });
}

/** Its age goes on counting from when it was first sent, as in standard queues of AWS. */
function moveToDeadLetters(world: World, from: QueueState, to: QueueState, message: MessageState): void {
  from.messages = from.messages.filter((other) => other !== message);
  const { receipt: _, ...rest } = message;
  enqueue(world, to, { ...rest, visibleAt: world.clock.now(), deadLetterSource: from.arn });
}

/** The message that a receipt handle is the latest receipt of; undefined when it is not there any more. */
export function messageOf(queue: QueueState, handle: string): MessageState | undefined {
  const receipt = receiptOf(handle);
  return queue.messages.find((message) => message.receipt === receipt);
}

/** The handle that a receiver gets. */
export function receiptHandle({ receipt = '' }: MessageState): string {
  return Buffer.from(`receipt ${receipt}`).toString('base64');
}

/** Takes a handle apart; undefined when it is none of ours. */
export function receiptOf(handle: string): string | undefined {
  return /^receipt ([0-9a-f-]{36})$/.exec(Buffer.from(handle, 'base64').toString())?.[1];
}
