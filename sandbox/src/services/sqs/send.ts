import { createHash, randomUUID } from 'node:crypto';
import type {
  SendMessageBatchCommandInput,
  SendMessageCommandInput,
  SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { batch } from './batch.ts';
import { md5OfAttributes, md5OfBody, storedAttributes } from './message-attributes.ts';
import { enqueue } from './messages.ts';
import { authorize } from './policy.ts';
import { isFifo, type MessageState, numberOf, queueOf, type QueueState } from './state.ts';

/** "If a message with a particular message deduplication ID is sent successfully, any messages with the same ID are accepted but aren't delivered during the 5-minute deduplication interval." */
const deduplicationMs = 300_000;

/** A message that is to be sent, whether alone or in a batch. */
type Outgoing = Omit<SendMessageCommandInput, 'QueueUrl'> & Partial<SendMessageBatchRequestEntry>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sendMessage(input: SendMessageCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:SendMessage');
  return send(call.world, queue, input, call.scope.accountId);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export function sendMessageBatch(input: SendMessageBatchCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:SendMessage');
  const entries = input.Entries ?? [];
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > 1_048_576) {
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than 1048576 bytes. You have sent ${size} bytes.`,
    );
  }
  return batch(entries, (entry) => send(call.world, queue, entry, call.scope.accountId));
}

/** Puts a message into the queue and answers as SendMessage does. Throws AwsError. */
export function send(world: World, queue: QueueState, message: Outgoing, senderId: string): object {
  const { MessageBody: body = '' } = message;
  const now = world.clock.now();
  checkBody(queue, message);
  const attributes = storedAttributes(message.MessageAttributes);
  const order = isFifo(queue) ? orderOf(queue, message, now) : undefined;
  const answer = {
    MD5OfMessageBody: md5OfBody(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MessageId: order?.earlier?.id ?? randomUUID(),
    SequenceNumber: order?.sequenceNumber,
  };
  if (order?.earlier) return answer;
  if (order) {
    queue.deduplication[order.key] = { id: answer.MessageId, sequenceNumber: order.sequenceNumber, at: now };
  }
  if (!order && message.MessageDeduplicationId !== undefined) {
    throw invalid(
      'MessageDeduplicationId',
      message.MessageDeduplicationId,
      'The request includes a parameter that is not valid for this queue type.',
    );
  }
  const delay = message.DelaySeconds;
  if (delay !== undefined && (delay < 0 || delay > 900)) {
    throw invalid('DelaySeconds', delay, 'DelaySeconds must be >= 0 and <= 900.');
  }
  if (order && delay) {
    throw invalid('DelaySeconds', delay, 'The request include parameter that is not valid for this queue type.');
  }
  const trace = message.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const stored: MessageState = {
    id: answer.MessageId,
    body,
    attributes,
    senderId,
    sentAt: now,
    visibleAt: now + (delay ?? numberOf(queue, 'DelaySeconds')) * 1000,
    receiveCount: 0,
    ...(trace === undefined ? {} : { traceHeader: trace }),
    ...(message.MessageGroupId === undefined ? {} : { groupId: message.MessageGroupId }),
    ...(order ? { deduplicationId: order.id, sequenceNumber: order.sequenceNumber } : {}),
  };
  enqueue(world, queue, stored);
  return answer;
}

/** What FIFO queues ask of a message. Source: SQS developer guide, "FIFO queue and message identifiers". */
function orderOf(queue: QueueState, message: Outgoing, now: number) {
  const { MessageGroupId: group } = message;
  if (!group) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  const byContent = queue.attributes['ContentBasedDeduplication'] === 'true';
  const id =
    message.MessageDeduplicationId ??
    (byContent
      ? createHash('sha256')
          .update(message.MessageBody ?? '')
          .digest('hex')
      : undefined);
  if (id === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  for (const [key, { at }] of Object.entries(queue.deduplication)) {
    if (now - at >= deduplicationMs) delete queue.deduplication[key];
  }
  const key = queue.attributes['DeduplicationScope'] === 'messageGroup' ? `${group} ${id}` : id;
  const earlier = queue.deduplication[key];
  // Sequence numbers have 20 digits and grow, not by one.
  const sequenceNumber =
    earlier?.sequenceNumber ?? String(18_870_000_000_000_000_000n + BigInt(++queue.sequence) * 256n);
  return { id, key, earlier, sequenceNumber };
}

function checkBody(queue: QueueState, message: Outgoing): void {
  const { MessageBody: body = '' } = message;
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  // "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
  if (!/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(body)) {
    throw new AwsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  const most = numberOf(queue, 'MaximumMessageSize');
  if (sizeOf(message) > most) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    );
  }
}

/** Body and attributes (names, types and values) count. */
function sizeOf({ MessageBody = '', MessageAttributes = {} }: Outgoing): number {
  return Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    Buffer.byteLength(MessageBody),
  );
}

function invalid(name: string, value: unknown, reason: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`,
  );
}
