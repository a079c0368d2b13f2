import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { arnOf } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** A message in a queue. Times in milliseconds since the epoch. */
export interface MessageState {
  readonly id: string;
  readonly body: string;
  /** Binary values in base64. */
  readonly attributes: Readonly<Record<string, StoredAttribute>>;
  /** Unique id, or account, of who sent it. */
  readonly senderId: string;
  readonly sentAt: number;
  /** Not to be received before this time: delayed, or in flight since it was received. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The handle of the latest receipt; absent until the first. */
  receipt?: string;
  readonly traceHeader?: string;
  /** Of FIFO queues. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** ARN of the queue that it was a dead letter of. */
  readonly deadLetterSource?: string;
}

/** A message attribute as it is kept. */
export type StoredAttribute = Pick<MessageAttributeValue, 'DataType' | 'StringValue'> & {
  /** Base64. */
  readonly binary?: string;
};

/** A queue. */
export interface QueueState {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** Everything that can be set, with its defaults. */
  attributes: Record<string, string>;
  messages: MessageState[];
  /** Of FIFO queues: what was sent, by deduplication id (and group, when that is the scope). */
  deduplication: Record<string, { readonly id: string; readonly sequenceNumber: string; readonly at: number }>;
  /** Of FIFO queues: how many messages were sent. */
  sequence: number;
  purgedAt?: number;
}

interface SqsState {
  /** By name. */
  readonly queues: Record<string, QueueState>;
  /** When queues of these names were deleted. */
  readonly deleted: Record<string, number>;
}

/** The queues of a place. */
export function sqsState(world: World, scope: Scope): SqsState {
  return world.slice<SqsState>(scope, 'sqs', () => ({ queues: {}, deleted: {} }));
}

/** The queue of an ARN; undefined when there is none. */
export function queueOfArn(world: World, arn: string): QueueState | undefined {
  const [, , service, region = '', accountId = '', name] = arn.split(':');
  return service === 'sqs' ? own(sqsState(world, { accountId, region }).queues, name) : undefined;
}

/** The queue of a URL. Throws QueueDoesNotExist. */
export function queueOf(call: Call, url: string | undefined): QueueState {
  const [, accountId = call.scope.accountId, name] = /(?:\/(\d{12}))?\/([\w-]+(?:\.fifo)?)\/?$/.exec(url ?? '') ?? [];
  const queue = own(sqsState(call.world, { accountId, region: call.scope.region }).queues, name);
  if (!queue) throw queueDoesNotExist();
  return queue;
}

/**
 * The URL of a queue, at the endpoint that the caller uses: clients send there what is for the queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
export function urlOf({ endpoint }: Call, { accountId, name }: QueueState): string {
  return `${endpoint}/${accountId}/${name}`;
}

/** ARN of the queue of a name. */
export function queueArn(scope: Scope, name: string): string {
  return arnOf('sqs', scope, name);
}

/** Whether order and uniqueness are kept. */
export function isFifo({ name }: Pick<QueueState, 'name'>): boolean {
  return name.endsWith('.fifo');
}

/** A number among the queue's attributes. */
export function numberOf({ attributes }: QueueState, name: string): number {
  return Number(attributes[name] ?? 0);
}

/** There is no such queue. */
export function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}
