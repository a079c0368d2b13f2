import * as sdk from '@aws-sdk/client-sqs';
import type { Queues } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { serviceMaySend } from './policy.ts';
import {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listDeadLetterSourceQueues,
  listQueues,
  purgeQueue,
  setQueueAttributes,
} from './queues.ts';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
  receiveMessage,
} from './receive.ts';
import { send, sendMessage, sendMessageBatch } from './send.ts';
import { queueOfArn } from './state.ts';
import { listQueueTags, tagQueue, untagQueue } from './tags.ts';
import { wakeTimer, wakeUp } from './waiters.ts';

/** Amazon SQS: standard and FIFO queues. */
export const sqs: Service = {
  name: 'sqs',
  sdk,
  model: 'sqs',
  ownChecks: ['AttributeNameList', 'QueueAttributeMap'],
  handlers: {
    ChangeMessageVisibility: changeMessageVisibility,
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
    CreateQueue: createQueue,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    DeleteQueue: deleteQueue,
    GetQueueAttributes: getQueueAttributes,
    GetQueueUrl: getQueueUrl,
    ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
    ListQueueTags: listQueueTags,
    ListQueues: listQueues,
    PurgeQueue: purgeQueue,
    ReceiveMessage: receiveMessage,
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    SetQueueAttributes: setQueueAttributes,
    TagQueue: tagQueue,
    UntagQueue: untagQueue,
  },
  timers: { [wakeTimer]: wakeUp },
};

/** The queues of this world, for services that send to them. */
export function queuesPort(world: World): Queues {
  return {
    deliver(arn, { body, attributes = {}, groupId }, { service, sourceArn }) {
      const queue = queueOfArn(world, arn);
      if (!queue) return 'noQueue';
      if (!serviceMaySend(queue, service, sourceArn)) return 'notPermitted';
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      const group = groupId === undefined ? {} : { MessageGroupId: groupId };
      send(world, queue, { MessageBody: body, MessageAttributes, ...group }, service);
      return undefined;
    },
  };
}
