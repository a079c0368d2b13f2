import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../index.ts';

const open: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

async function start(options: SandboxOptions = { time: 'stepped' }, name = 'jobs') {
  const sandbox = await startSandbox({ port: 0, ...options });
  open.push(sandbox);
  const sqs = new SQSClient(clientSettings(sandbox.url));
  const fifo = name.endsWith('.fifo') ? { Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } } : {};
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, ...fifo }));
  /** Calls ReceiveMessage and gives back when the sandbox has it. */
  const poll = async (WaitTimeSeconds = 20, abortSignal = new AbortController().signal) => {
    const before = sandbox.calls()['sqs:ReceiveMessage'] ?? 0;
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 });
    const received = sqs.send(command, { abortSignal }).then(({ Messages = [] }) => Messages.map(({ Body }) => Body));
    await expect.poll(() => sandbox.calls()['sqs:ReceiveMessage'] ?? 0).toBe(before + 1);
    return { received };
  };
  const send = (MessageBody: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  return { sandbox, sqs, QueueUrl, poll, send };
}

test('long polling: with stepped time a poll ends when its time was stepped', async () => {
  const { sandbox, poll } = await start();
  const { received } = await poll();
  await sandbox.advance(20_000);
  expect(await received).toEqual([]);
});

test('long polling: a message ends the poll at once', async () => {
  const { poll, send } = await start();
  const { received } = await poll();
  await send('a');
  expect(await received).toEqual(['a']);
});

test('long polling: a message that becomes visible ends the poll at its time', async () => {
  const { sandbox, poll, send } = await start();
  await send('later', { DelaySeconds: 10 });
  const { received } = await poll();
  await sandbox.advance(10_000);
  expect(await received).toEqual(['later']);
});

test('long polling: with running time a poll ends by itself', async () => {
  const { poll } = await start({ time: 'real', speed: 1000 });
  const { received } = await poll();
  expect(await received).toEqual([]);
});

test('long polling: who came first is served first', async () => {
  const { poll, send, sandbox } = await start();
  const first = await poll();
  const second = await poll();
  await send('a');
  expect(await first.received).toEqual(['a']);
  await send('b');
  expect(await second.received).toEqual(['b']);
  await sandbox.advance(20_000);
});

test('long polling: who went away gets no message', async () => {
  const { poll, send } = await start();
  const client = new AbortController();
  const gone = await poll(20, client.signal);
  client.abort();
  await expect(gone.received).rejects.toThrow();
  const { received } = await poll();
  await send('a');
  expect(await received).toEqual(['a']);
});

test('long polling: a queue that is deleted ends its polls', async () => {
  const { sqs, poll, QueueUrl } = await start();
  const { received } = await poll();
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  expect(await received).toEqual([]);
});

test('FIFO: messages of a group come in order, and the group waits for those in flight', async () => {
  const { sqs, QueueUrl, poll, send } = await start({ time: 'stepped' }, 'jobs.fifo');
  for (const [body, MessageGroupId] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
  ] as const) {
    await send(body, { MessageGroupId });
  }
  const take = async (MaxNumberOfMessages: number) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }))).Messages ?? [];
  const [a1] = await take(1);
  expect(a1?.Body).toBe('a1');
  expect((await take(10)).map(({ Body }) => Body)).toEqual(['b1']);
  const { received } = await poll();
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: a1?.ReceiptHandle }));
  expect(await received).toEqual(['a2']);
});

test('FIFO: the same message within five minutes is taken and not delivered', async () => {
  const { sandbox, sqs, QueueUrl, send } = await start({ time: 'stepped' }, 'jobs.fifo');
  const first = await send('same', { MessageGroupId: 'a' });
  const second = await send('same', { MessageGroupId: 'a' });
  expect(second.MessageId).toBe(first.MessageId);
  expect(second.SequenceNumber).toBe(first.SequenceNumber);
  await sandbox.advance(300_000);
  expect((await send('same', { MessageGroupId: 'a' })).MessageId).not.toBe(first.MessageId);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages).toHaveLength(2);
  await expect(send('x')).rejects.toMatchObject({
    name: 'MissingParameter',
    message: 'The request must contain the parameter MessageGroupId.',
  });
});

test('a snapshot holds queues with what is in flight', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const first = await start();
  await first.send('a');
  const { Messages } = await first.sqs.send(new ReceiveMessageCommand({ QueueUrl: first.QueueUrl }));
  await first.sandbox.snapshot(folder);
  const second = await start({ time: 'stepped', restore: folder });
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  await second.sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: second.QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }),
  );
  const { received } = await second.poll(10);
  await second.sandbox.advance(5_000);
  expect(await received).toEqual(['a']);
  await rm(folder, { recursive: true });
});
