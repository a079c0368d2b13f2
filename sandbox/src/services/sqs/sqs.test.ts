import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';

let sandbox: Sandbox;
let sqs: SQSClient;
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
  sqs = new SQSClient(clientSettings(sandbox.url));
});
afterEach(() => sandbox.close());

async function create(QueueName: string, more: Partial<CreateQueueCommandInput> = {}): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName, ...more }))).QueueUrl ?? '';
}

async function send(QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) {
  return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
}

async function receive(QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
}

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

async function attributes(QueueUrl: string) {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes ?? {};
}

describe('queues', () => {
  test('CreateQueue: the same attributes answer the same queue, others are QueueNameExists', async () => {
    const url = await create('jobs', { Attributes: { VisibilityTimeout: '60' } });
    expect(await create('jobs')).toBe(url);
    expect(await create('jobs', { Attributes: { VisibilityTimeout: '60' } })).toBe(url);
    await expect(create('jobs', { Attributes: { VisibilityTimeout: '61' } })).rejects.toMatchObject({
      name: 'QueueNameExists',
      message: 'A queue already exists with the same name and a different value for attribute VisibilityTimeout',
    });
  });

  test('CreateQueue: names and attributes have to be as documented', async () => {
    await expect(create('a b')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create('a', { Attributes: { VisibilityTimeout: '43201' } })).rejects.toMatchObject({
      name: 'InvalidAttributeValue',
      message: 'Invalid value for the parameter VisibilityTimeout.',
    });
    await expect(create('a', { Attributes: { Colour: 'red' } as object })).rejects.toMatchObject({
      name: 'InvalidAttributeName',
    });
    await expect(create('a', { Attributes: { ContentBasedDeduplication: 'true' } })).rejects.toMatchObject({
      name: 'InvalidAttributeName',
      message: 'Unknown Attribute ContentBasedDeduplication.',
    });
  });

  test('DeleteQueue: the name is free again after 60 seconds', async () => {
    const QueueUrl = await create('jobs');
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
    await expect(create('jobs')).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    await sandbox.advance(60_000);
    expect(await create('jobs')).toBe(QueueUrl);
  });

  test('GetQueueAttributes: defaults, counts and times, and only what is asked for', async () => {
    const QueueUrl = await create('jobs');
    await send(QueueUrl, 'a');
    await send(QueueUrl, 'b');
    await send(QueueUrl, 'c', { DelaySeconds: 10 });
    await receive(QueueUrl, { MaxNumberOfMessages: 1 });
    expect(await attributes(QueueUrl)).toMatchObject({
      QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:jobs',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      CreatedTimestamp: '1767225600',
      VisibilityTimeout: '30',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
    });
    const some = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['DelaySeconds'] }));
    expect(some.Attributes).toEqual({ DelaySeconds: '0' });
  });

  test('ListQueues: by prefix, in pages only when a page size is asked for', async () => {
    for (const name of ['a-1', 'a-2', 'b-1']) await create(name);
    const { QueueUrls = [], NextToken } = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 1 }),
    );
    const rest = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 1, NextToken }));
    expect([...QueueUrls, ...(rest.QueueUrls ?? [])].map((url) => new URL(url).pathname)).toEqual([
      '/111122223333/a-1',
      '/111122223333/a-2',
    ]);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(3);
  });

  test('PurgeQueue: empties the queue, once in 60 seconds', async () => {
    const QueueUrl = await create('jobs');
    await send(QueueUrl, 'a');
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive(QueueUrl)).toEqual([]);
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  });

  test('queues take tags', async () => {
    const QueueUrl = await create('jobs', { tags: { team: 'a', tier: '1' } });
    await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'b' } }));
    await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['tier'] }));
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'b' });
  });

  test('a queue of another account is used only when its policy allows it', async () => {
    const QueueUrl = await create('jobs');
    const other = new SQSClient(clientSettings(sandbox.url, '444455556666'));
    const message = new SendMessageCommand({ QueueUrl, MessageBody: 'a' });
    await expect(other.send(message)).rejects.toMatchObject({ name: 'AccessDenied' });
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'SQS:SendMessage', Resource: '*' },
    ];
    const Attributes = { Policy: JSON.stringify({ Statement }) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await other.send(message);
    expect(bodies(await receive(QueueUrl))).toEqual(['a']);
  });
});

describe('messages', () => {
  test('ReceiveMessage: a message is hidden for the visibility timeout, then received again', async () => {
    const url = await create('jobs');
    await send(url, 'a');
    const [first] = await receive(url, { MessageSystemAttributeNames: ['All'] });
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SentTimestamp: '1767225600000' });
    expect(await receive(url)).toEqual([]);
    await sandbox.advance(30_000);
    const [second] = await receive(url, { AttributeNames: ['ApproximateReceiveCount' as 'All'] });
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  test('DeleteMessage: with the latest receipt handle only', async () => {
    const QueueUrl = await create('jobs');
    await send(QueueUrl, 'a');
    const [first] = await receive(QueueUrl, { VisibilityTimeout: 0 });
    const [second] = await receive(QueueUrl, { VisibilityTimeout: 0 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(await receive(QueueUrl, { VisibilityTimeout: 0 })).toHaveLength(1);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    const [third] = await receive(QueueUrl);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: third?.ReceiptHandle }));
    expect(await attributes(QueueUrl)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
    await expect(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'not-a-handle' }))).rejects.toMatchObject(
      { name: 'ReceiptHandleIsInvalid' },
    );
  });

  test('ChangeMessageVisibility: back at once with 0, and only while in flight', async () => {
    const QueueUrl = await create('jobs');
    await send(QueueUrl, 'a');
    const [message] = await receive(QueueUrl);
    const change = (VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
      );
    await change(100);
    await sandbox.advance(99_000);
    expect(await receive(QueueUrl)).toEqual([]);
    await change(0);
    await expect(change(10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    expect(bodies(await receive(QueueUrl))).toEqual(['a']);
  });

  test('batches: each entry on its own, at most ten, with ids that differ', async () => {
    const QueueUrl = await create('jobs', { Attributes: { MaximumMessageSize: '1024' } });
    const entry = (Id: string, MessageBody = 'a') => ({ Id, MessageBody });
    const sent = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [entry('1'), entry('2', 'x'.repeat(1025))] }),
    );
    expect(sent.Successful).toMatchObject([{ Id: '1' }]);
    expect(sent.Failed).toMatchObject([{ Id: '2', SenderFault: true, Code: 'InvalidParameterValue' }]);
    const refused = async (Entries: { Id: string; MessageBody: string }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })).catch((error: Error) => error.name);
    expect(await refused([])).toBe('EmptyBatchRequest');
    expect(await refused([entry('1'), entry('1')])).toBe('BatchEntryIdsNotDistinct');
    expect(await refused([entry('a b')])).toBe('InvalidBatchEntryId');
    expect(await refused(Array.from({ length: 11 }, (_none, i) => entry(String(i))))).toBe(
      'TooManyEntriesInBatchRequest',
    );
    const [message] = await receive(QueueUrl);
    const Entries = [
      { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
      { Id: 'bad', ReceiptHandle: 'x' },
    ];
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(deleted.Successful).toEqual([{ Id: 'good' }]);
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
  });

  test('DelaySeconds: of the message, else of the queue', async () => {
    const url = await create('jobs', { Attributes: { DelaySeconds: '5' } });
    await send(url, 'queue');
    await send(url, 'message', { DelaySeconds: 1 });
    expect(await receive(url)).toEqual([]);
    await sandbox.advance(1000);
    expect(bodies(await receive(url))).toEqual(['message']);
    await sandbox.advance(4000);
    expect(bodies(await receive(url))).toEqual(['queue']);
  });

  test('MessageRetentionPeriod: older messages are gone', async () => {
    const url = await create('jobs', { Attributes: { MessageRetentionPeriod: '60' } });
    await send(url, 'a');
    await sandbox.advance(60_000);
    expect(await receive(url)).toEqual([]);
  });

  test('message attributes come with their digest, those that are asked for', async () => {
    const url = await create('jobs');
    const MessageAttributes = {
      'trace.id': { DataType: 'String', StringValue: 'x' },
      size: { DataType: 'Number', StringValue: '1' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    const sent = await send(url, 'a', { MessageAttributes });
    expect(sent.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
    const [all] = await receive(url, { MessageAttributeNames: ['All'], VisibilityTimeout: 0 });
    expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(all?.MessageAttributes).toEqual(MessageAttributes);
    const [some] = await receive(url, { MessageAttributeNames: ['trace.*'] });
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['trace.id']);
  });

  test('dead letters: a message that was received too often goes to the dead-letter queue', async () => {
    const dead = await create('dead');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:dead',
      maxReceiveCount: 2,
    });
    const url = await create('jobs', { Attributes: { RedrivePolicy, VisibilityTimeout: '1' } });
    await send(url, 'poison');
    for (let i = 0; i < 2; i++) {
      expect(bodies(await receive(url))).toEqual(['poison']);
      await sandbox.advance(1000);
    }
    expect(await receive(url)).toEqual([]);
    const [letter] = await receive(dead, { MessageSystemAttributeNames: ['All'] });
    expect(letter).toMatchObject({
      Body: 'poison',
      Attributes: {
        DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:jobs',
        SentTimestamp: '1767225600000',
      },
    });
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(sources.queueUrls).toEqual([url]);
    const absent = RedrivePolicy.replace('dead"', 'nowhere"');
    await expect(create('other', { Attributes: { RedrivePolicy: absent } })).rejects.toMatchObject({
      message: expect.stringContaining('Dead letter target does not exist.'),
    });
  });
});

const authorization =
  'AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0';

test('an error tells its Query code in a header', async () => {
  const headers = {
    'x-amz-target': 'AmazonSQS.GetQueueUrl',
    'content-type': 'application/x-amz-json-1.0',
    authorization,
  };
  const answer = await fetch(sandbox.url, { method: 'POST', headers, body: '{"QueueName":"nothing"}' });
  expect(answer.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
});

test('SQS speaks Query, as older AWS CLIs do', async () => {
  const query = async (form: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ Version: '2012-11-05', ...form });
    return (await fetch(sandbox.url, { method: 'POST', headers: { authorization }, body })).text();
  };
  const created = await query({
    Action: 'CreateQueue',
    QueueName: 'old',
    'Attribute.1.Name': 'DelaySeconds',
    'Attribute.1.Value': '0',
  });
  const [, QueueUrl = ''] = /<QueueUrl>(.+)<\/QueueUrl>/.exec(created) ?? [];
  await query({
    Action: 'SendMessageBatch',
    QueueUrl,
    'SendMessageBatchRequestEntry.1.Id': 'a',
    'SendMessageBatchRequestEntry.1.MessageBody': 'one <two>',
  });
  const received = await query({ Action: 'ReceiveMessage', QueueUrl, 'AttributeName.1': 'All' });
  expect(received).toContain('<Message><MessageId>');
  expect(received).toContain('<Body>one &lt;two&gt;</Body>');
  expect(received).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  expect(await query({ Action: 'GetQueueUrl', QueueName: 'none' })).toContain(
    '<Code>AWS.SimpleQueueService.NonExistentQueue</Code>',
  );
});
