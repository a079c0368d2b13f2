import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type InputLogEvent,
  ListTagsForResourceCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';

const hour = 3_600_000;
const logGroupName = '/ecs/web';
const logStreamName = 'web/app/1';
let sandbox: Sandbox;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped', throttle: false });
  client = new CloudWatchLogsClient(clientSettings(sandbox.url));
  await client.send(new CreateLogGroupCommand({ logGroupName, tags: { team: 'web' } }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
});
afterEach(() => sandbox.close());

function put(events: readonly InputLogEvent[], stream = logStreamName) {
  return client.send(new PutLogEventsCommand({ logGroupName, logStreamName: stream, logEvents: [...events] }));
}

/** Events of the given ages in milliseconds, whose messages are their positions. */
function aged(...ages: number[]): InputLogEvent[] {
  return ages.map((age, index) => ({ timestamp: sandbox.now() - age, message: String(index) }));
}

async function filtered(filterPattern: string): Promise<(string | undefined)[]> {
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
  return events.map(({ message }) => message);
}

test('CreateLogGroup: a name is taken once', async () => {
  await expect(client.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
  await expect(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
});

test('DescribeLogGroups: groups come in order of name, by prefix or by pattern, page by page', async () => {
  for (const name of ['/ecs/api', '/lambda/ecs', 'constructor']) {
    await client.send(new CreateLogGroupCommand({ logGroupName: name }));
  }
  const list = async (input: object): Promise<(string | undefined)[]> =>
    (await client.send(new DescribeLogGroupsCommand(input))).logGroups?.map((group) => group.logGroupName) ?? [];
  expect(await list({})).toEqual(['/ecs/api', '/ecs/web', '/lambda/ecs', 'constructor']);
  expect(await list({ logGroupNamePrefix: '/ecs' })).toEqual(['/ecs/api', '/ecs/web']);
  expect(await list({ logGroupNamePattern: 'ECS' })).toEqual(['/ecs/api', '/ecs/web', '/lambda/ecs']);
  await expect(list({ logGroupNamePattern: 'ecs', logGroupNamePrefix: '/' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  const { nextToken, logGroups } = await client.send(new DescribeLogGroupsCommand({ limit: 3 }));
  expect(logGroups).toHaveLength(3);
  expect(await list({ limit: 3, nextToken })).toEqual(['constructor']);
  await expect(list({ nextToken: 'mine' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect(logGroups?.[1]).toMatchObject({
    logGroupArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/web',
    arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/web:*',
    creationTime: sandbox.now(),
    logGroupClass: 'STANDARD',
  });
});

test('DeleteLogGroup: the group is gone with its streams, and its tags with it', async () => {
  await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
  await expect(put(aged(0))).rejects.toMatchObject({ message: 'The specified log stream does not exist.' });
  await client.send(new DeleteLogGroupCommand({ logGroupName }));
  await expect(put(aged(0))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
  const state = (await (await fetch(`${sandbox.url}/_sandbox/state`)).json()) as { resources: unknown[] };
  expect(state.resources).toEqual([]);
});

test('PutRetentionPolicy: only the documented numbers of days, and older events are gone', async () => {
  await put(aged(2 * 24 * hour + 1000, 2 * 24 * hour));
  await put(aged(0));
  await expect(client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
  expect(await filtered('')).toEqual(['0']);
  await client.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
  expect(logGroups?.[0]?.retentionInDays).toBeUndefined();
});

test('PutLogEvents: a batch is in chronological order and spans at most 24 hours', async () => {
  await expect(put(aged(0, 1))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Log events in a single PutLogEvents request must be in chronological order.',
  });
  await expect(put(aged(25 * hour, 0))).rejects.toMatchObject({
    message: 'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  });
  const message = 'x'.repeat(600_000);
  await expect(
    put([
      { timestamp: sandbox.now(), message },
      { timestamp: sandbox.now(), message },
    ]),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Upload too large: 1200052 bytes exceeds limit of 1048576',
  });
});

test('PutLogEvents: events that are too old, expired or too new are rejected, the others kept', async () => {
  const day = 24 * hour;
  expect((await put(aged(14 * day + hour, 14 * day - hour))).rejectedLogEventsInfo).toEqual({
    tooOldLogEventEndIndex: 1,
  });
  expect((await put(aged(0, -3 * hour))).rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
  expect((await put(aged(0))).rejectedLogEventsInfo).toBeUndefined();
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
  expect((await put(aged(day + hour, day - hour))).rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
  await client.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  expect(await filtered('')).toEqual(['1', '1', '0', '0']);
});

const get = async (input: object) => {
  const page = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit: 2, ...input }));
  return { ...page, messages: page.events?.map(({ message }) => message) };
};

test('GetLogEvents: pages go both ways, and the end of the stream answers the token that was sent', async () => {
  await put(aged(5, 4, 3, 2, 1));
  const tail = await get({});
  expect(tail.messages).toEqual(['3', '4']);
  const before = await get({ nextToken: tail.nextBackwardToken });
  expect(before.messages).toEqual(['1', '2']);
  const after = await get({ nextToken: before.nextForwardToken });
  expect(after.messages).toEqual(['3', '4']);
  const end = await get({ nextToken: after.nextForwardToken });
  expect(end.messages).toEqual([]);
  expect(end.nextForwardToken).toBe(after.nextForwardToken);

  expect((await get({ startFromHead: true })).messages).toEqual(['0', '1']);
  const time = sandbox.now();
  expect((await get({ startTime: time - 4, endTime: time - 3 })).messages).toEqual(['1']);
  await expect(get({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterException' });

  await put([{ timestamp: sandbox.now() + 1, message: 'new' }]);
  expect((await get({ nextToken: end.nextForwardToken })).messages).toEqual(['new']);
});

test('FilterLogEvents: the streams of a group are interleaved in order of time', async () => {
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'web/app/2' }));
  await put([{ timestamp: sandbox.now() - 1, message: 'two' }]);
  await put([{ timestamp: sandbox.now() - 2, message: 'one' }], 'web/app/2');
  await put([{ timestamp: sandbox.now() - 3, message: 'zero' }]);
  expect(await filtered('')).toEqual(['zero', 'one', 'two']);
  const select = async (input: object) =>
    (await client.send(new FilterLogEventsCommand({ logGroupName, ...input }))).events?.map((event) => event.message);
  expect(await select({ logStreamNames: ['web/app/2'] })).toEqual(['one']);
  expect(await select({ logStreamNamePrefix: 'web/app' })).toEqual(['zero', 'one', 'two']);
  expect(await select({ startTime: sandbox.now() - 2, endTime: sandbox.now() - 1 })).toEqual(['one', 'two']);
  await expect(select({ logStreamNames: ['a'], logStreamNamePrefix: 'a' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('following a group as `aws logs tail --follow` does sees each event once', async () => {
  const seen: string[] = [];
  const ids = new Set<string>();
  let startTime = sandbox.now() - hour;
  const poll = async (): Promise<void> => {
    for await (const { events = [] } of paginateFilterLogEvents(
      { client, pageSize: 2 },
      { logGroupName, startTime, interleaved: true },
    )) {
      for (const { eventId = '', timestamp = 0, message = '' } of events) {
        if (!ids.has(eventId)) seen.push(message);
        ids.add(eventId);
        startTime = Math.max(startTime, timestamp);
      }
    }
  };
  await put(aged(9, 8, 7, 6, 5));
  await poll();
  await put([
    { timestamp: sandbox.now() - 5, message: 'same time' },
    { timestamp: sandbox.now(), message: 'later' },
  ]);
  await poll();
  expect(seen).toEqual(['0', '1', '2', '3', '4', 'same time', 'later']);
});

test('filter patterns: terms, phrases, any of, none of, regular expressions', async () => {
  const messages = ['ERROR disk full', 'ERROR net down', 'WARN disk slow', 'error 503', 'cannot start [x]'];
  await put(messages.map((message, index) => ({ timestamp: sandbox.now() + index, message })));
  expect(await filtered('ERROR')).toEqual(messages.slice(0, 2));
  expect(await filtered('ERROR disk')).toEqual([messages[0]]);
  expect(await filtered('"disk full"')).toEqual([messages[0]]);
  expect(await filtered('ERROR -disk')).toEqual([messages[1]]);
  expect(await filtered('?WARN ?ERROR')).toEqual(messages.slice(0, 3));
  expect(await filtered('%50[0-9]%')).toEqual([messages[3]]);
  await expect(filtered('%[%')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(filtered('{ $.level = "error" }')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('DescribeLogStreams: by name or by time of the last event, never both', async () => {
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a' }));
  await put(aged(9), 'a');
  await put(aged(1));
  const list = async (input: object) =>
    (await client.send(new DescribeLogStreamsCommand({ logGroupName, ...input }))).logStreams?.map(
      (stream) => stream.logStreamName,
    );
  expect(await list({})).toEqual(['a', logStreamName]);
  expect(await list({ orderBy: 'LastEventTime', descending: true })).toEqual([logStreamName, 'a']);
  expect(await list({ logStreamNamePrefix: 'web/' })).toEqual([logStreamName]);
  await expect(list({ orderBy: 'LastEventTime', logStreamNamePrefix: 'web' })).rejects.toMatchObject({
    message: 'Cannot order by LastEventTime with a logStreamNamePrefix.',
  });
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
  expect(logStreams?.[0]).toMatchObject({
    firstEventTimestamp: sandbox.now() - 9,
    lastEventTimestamp: sandbox.now() - 9,
    lastIngestionTime: sandbox.now(),
    storedBytes: 0,
  });
});

test('tags of a group are those of its ARN without the asterisk', async () => {
  const resourceArn = `arn:aws:logs:eu-west-1:111122223333:log-group:${logGroupName}`;
  await client.send(new TagResourceCommand({ resourceArn, tags: { env: 'test' } }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ env: 'test' });
  await expect(client.send(new ListTagsForResourceCommand({ resourceArn: `${resourceArn}:*` }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(
    client.send(new ListTagsForResourceCommand({ resourceArn: `${resourceArn}-none` })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key-${index}`, 'x']));
  await expect(client.send(new TagResourceCommand({ resourceArn, tags: many }))).rejects.toMatchObject({
    name: 'TooManyTagsException',
  });
});
