import type {
  CreateQueueCommandInput,
  DeleteQueueCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  ListDeadLetterSourceQueuesCommandInput,
  ListQueuesCommandInput,
  PurgeQueueCommandInput,
  SetQueueAttributesCommandInput,
} from '@aws-sdk/client-sqs';
import { own } from '../../kernel/own.ts';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import {
  checkAttributes,
  defaultAttributes,
  defaultFifoAttributes,
  invalidValue,
  isSettable,
  redrivePolicyOf,
} from './attributes.ts';
import { countsOf } from './messages.ts';
import { authorize } from './policy.ts';
import { isFifo, queueArn, queueDoesNotExist, queueOf, queueOfArn, type QueueState, sqsState, urlOf } from './state.ts';
import { dropWaiters } from './waiters.ts';

/** "You must wait 60 seconds after deleting a queue before you can create another queue with the same name." */
const deletionMs = 60_000;
/** "only one PurgeQueue operation can occur every 60 seconds" */
const purgeMs = 60_000;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export function createQueue(input: CreateQueueCommandInput, call: Call): object {
  const { world, scope, now } = call;
  const name = input.QueueName ?? '';
  if (!/^(?=.{1,80}$)[\w-]+(\.fifo)?$/.test(name)) {
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  const given = definedOf(input.Attributes);
  const fifo = isFifo({ name });
  if (fifo && given['FifoQueue'] !== 'true') {
    throw new AwsError('InvalidParameterValue', 'The name of a FIFO queue can only end with the .fifo suffix.');
  }
  checkAttributes(given, fifo);
  const state = sqsState(world, scope);
  const existing = own(state.queues, name);
  if (existing) {
    const different = Object.entries(given).find(([key, value]) => existing.attributes[key] !== value);
    if (different) {
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${different[0]}`,
      );
    }
    return { QueueUrl: urlOf(call, existing) };
  }
  if (now - (own(state.deleted, name) ?? Number.NEGATIVE_INFINITY) < deletionMs) {
    throw new AwsError(
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
  }
  const arn = queueArn(scope, name);
  const attributes = { ...defaultAttributes, ...(fifo ? defaultFifoAttributes : {}), ...given };
  checkRedrive(call, arn, attributes);
  const queue: QueueState = {
    name,
    arn,
    accountId: scope.accountId,
    region: scope.region,
    createdAt: now,
    modifiedAt: now,
    attributes,
    messages: [],
    deduplication: {},
    sequence: 0,
  };
  state.queues[name] = queue;
  world.resources.add({ ...scope, arn, type: 'sqs:queue', createdAt: now, tags: definedOf(input.tags) });
  return { QueueUrl: urlOf(call, queue) };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
export function getQueueUrl(input: GetQueueUrlCommandInput, call: Call): object {
  const accountId = input.QueueOwnerAWSAccountId ?? call.scope.accountId;
  const queue = own(sqsState(call.world, { accountId, region: call.scope.region }).queues, input.QueueName);
  if (!queue) throw queueDoesNotExist();
  authorize(call, queue, 'sqs:GetQueueUrl');
  return { QueueUrl: urlOf(call, queue) };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export function getQueueAttributes(input: GetQueueAttributesCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:GetQueueAttributes');
  const { visible, inFlight, delayed } = countsOf(queue, call.now);
  const all: Record<string, string> = {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
  };
  const names: readonly string[] = input.AttributeNames ?? [];
  const unknown = names.find((name) => name !== 'All' && !(name in all) && !isSettable(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = Object.entries(all).filter(
    ([name, value]) => value !== '' && (names.includes('All') || names.includes(name)),
  );
  return { Attributes: Object.fromEntries(wanted) };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export function setQueueAttributes(input: SetQueueAttributesCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:SetQueueAttributes');
  const given = definedOf(input.Attributes);
  checkAttributes(given, isFifo(queue));
  if ('FifoQueue' in given) throw invalidValue('FifoQueue', 'Changing the type of a queue is not supported.');
  checkRedrive(call, queue.arn, given);
  queue.attributes = { ...queue.attributes, ...given };
  queue.modifiedAt = call.now;
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
export function listQueues(input: ListQueuesCommandInput, call: Call): object {
  const queues = Object.values(sqsState(call.world, call.scope).queues)
    .filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ''))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { QueueUrls: undefined, ...pageOfUrls(queues, input.MaxResults, input.NextToken, 'QueueUrls', call) };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html */
export function listDeadLetterSourceQueues(input: ListDeadLetterSourceQueuesCommandInput, call: Call): object {
  const target = queueOf(call, input.QueueUrl);
  const sources = Object.values(sqsState(call.world, call.scope).queues).filter(
    ({ attributes }) => redrivePolicyOf(attributes)?.deadLetterTargetArn === target.arn,
  );
  return { queueUrls: [], ...pageOfUrls(sources, input.MaxResults, input.NextToken, 'queueUrls', call) };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
export function deleteQueue(input: DeleteQueueCommandInput, call: Call): object {
  const { world, now } = call;
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:DeleteQueue');
  const state = sqsState(world, queue);
  delete state.queues[queue.name];
  state.deleted[queue.name] = now;
  world.resources.remove(queue.arn);
  dropWaiters(world, queue.arn);
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export function purgeQueue(input: PurgeQueueCommandInput, call: Call): object {
  const queue = queueOf(call, input.QueueUrl);
  authorize(call, queue, 'sqs:PurgeQueue');
  if (call.now - (queue.purgedAt ?? Number.NEGATIVE_INFINITY) < purgeMs) {
    throw new AwsError(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
    );
  }
  queue.purgedAt = call.now;
  queue.messages = [];
  return {};
}

/** A dead-letter queue is in the same account and region, and of the same type. Source: SQS developer guide, "Using dead-letter queues". */
function checkRedrive({ world }: Call, arn: string, attributes: Readonly<Record<string, string>>): void {
  const target = redrivePolicyOf(attributes)?.deadLetterTargetArn;
  if (target === undefined) return;
  const place = (text: string) => text.split(':').slice(0, 5).join(':');
  if (
    place(target) !== place(arn) ||
    target.endsWith('.fifo') !== arn.endsWith('.fifo') ||
    !queueOfArn(world, target)
  ) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${attributes['RedrivePolicy']} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }
}

function pageOfUrls(
  queues: readonly QueueState[],
  limit: number | undefined,
  token: string | undefined,
  member: string,
  call: Call,
): object {
  // "If MaxResults is not specified, the response contains up to 1,000 queues", and no token.
  const page = pageOf(queues, limit ?? 1000, token, ({ name }) => name);
  if (!page) throw new AwsError('InvalidParameterValue', 'The next token is not valid.');
  return {
    ...(page.items.length > 0 ? { [member]: page.items.map((queue) => urlOf(call, queue)) } : {}),
    ...(page.next && limit !== undefined ? { NextToken: page.next } : {}),
  };
}

function definedOf(map: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
