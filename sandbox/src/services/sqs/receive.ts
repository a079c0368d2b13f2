import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
  Message,
  ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { batch } from './batch.ts';
import { attributeValues, md5OfAttributes, md5OfBody, shownAttributes } from './message-attributes.ts';
import { messageOf, receiptHandle, receiptOf, take } from './messages.ts';
import { authorize } from './policy.ts';
import { type MessageState, numberOf, queueOf, type QueueState } from './state.ts';
import { addWaiter, wake } from './waiters.ts';

/** A message can be in flight for at most twelve hours from when it was received. */
const longestVisibilitySeconds = 43_200;

/**
 * ReceiveMessage. Long polling waits in sandbox time: until a message comes, or the wait is over.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export function receiveMessage(input: ReceiveMessageCommandInput, call: Call): object | Promise<object> {
  const { world, now, gone } = call;
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:ReceiveMessage');
  const limit = within(
    input.MaxNumberOfMessages ?? 1,
    'MaxNumberOfMessages',
    1,
    10,
    'Must be between 1 and 10, if provided.',
  );
  const waitSeconds = within(
    input.WaitTimeSeconds ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds'),
    'WaitTimeSeconds',
    0,
    20,
    'Must be >= 0 and <= 20, if provided.',
  );
  const visibilitySeconds = visibilityOf(input.VisibilityTimeout ?? numberOf(queue, 'VisibilityTimeout'));
  const receive = (): Message[] =>
    take(world, queue, limit, visibilitySeconds * 1000).map((message) => describe(message, input));
  const found = receive();
  if (found.length > 0) return { Messages: found };
  if (waitSeconds === 0) return {};
  return new Promise((resolve) => {
    const leave = addWaiter(world, queue, {
      queueArn: queue.arn,
      until: now + waitSeconds * 1000,
      look() {
        const messages = receive();
        if (messages.length > 0) resolve({ Messages: messages });
        return messages.length > 0;
      },
      end: () => resolve({}),
    });
    // A client that went away must not be given messages.
    gone.addEventListener('abort', () => {
      leave();
      resolve({});
    });
  });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export function deleteMessage(input: DeleteMessageCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:DeleteMessage');
  return remove(call.world, queue, input.ReceiptHandle);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
export function deleteMessageBatch(input: DeleteMessageBatchCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:DeleteMessage');
  return batch(input.Entries ?? [], (entry) => remove(call.world, queue, entry.ReceiptHandle));
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export function changeMessageVisibility(input: ChangeMessageVisibilityCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:ChangeMessageVisibility');
  return hide(call.world, queue, input.ReceiptHandle, input.VisibilityTimeout);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html */
export function changeMessageVisibilityBatch(input: ChangeMessageVisibilityBatchCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:ChangeMessageVisibility');
  return batch(input.Entries ?? [], (entry) => hide(call.world, queue, entry.ReceiptHandle, entry.VisibilityTimeout));
}

/** With a handle that is not the latest one the request succeeds, and the message stays. */
function remove(world: World, queue: QueueState, handle = ''): object {
  if (receiptOf(handle) === undefined) {
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  const message = messageOf(queue, handle);
  queue.messages = queue.messages.filter((other) => other !== message);
  // Of a FIFO queue the next message of the group can be received now.
  wake(world, queue);
  return {};
}

function hide(world: World, queue: QueueState, handle = '', seconds = 0): object {
  if (receiptOf(handle) === undefined) {
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  const message = messageOf(queue, handle);
  if (!message) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  const now = world.clock.now();
  if (message.visibleAt <= now) {
    throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
  }
  message.visibleAt = now + visibilityOf(seconds) * 1000;
  wake(world, queue);
  return {};
}

function describe(message: MessageState, input: ReceiveMessageCommandInput): Message {
  const asked: readonly string[] = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
  const system: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    AWSTraceHeader: message.traceHeader,
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: message.sequenceNumber,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
  const shown = Object.entries(system).filter(
    ([name, value]) => value !== undefined && (asked.includes('All') || asked.includes(name)),
  );
  const attributes = shownAttributes(message.attributes, input.MessageAttributeNames ?? []);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(message),
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(shown.length > 0 ? { Attributes: Object.fromEntries(shown) as Message['Attributes'] & object } : {}),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest, MessageAttributes: attributeValues(attributes) }),
  };
}

function visibilityOf(seconds: number): number {
  return within(
    seconds,
    'VisibilityTimeout',
    0,
    longestVisibilitySeconds,
    `Must be between 0 and ${longestVisibilitySeconds}, if provided.`,
  );
}

function within(value: number, name: string, least: number, most: number, reason: string): number {
  if (value >= least && value <= most) return value;
  throw new AwsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}
