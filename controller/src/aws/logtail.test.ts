import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REGION, sandboxed, type Sandboxed } from '../../test/sandboxed.ts';
import { manualClock, type ManualClock } from '../server/testing/manual-clock.ts';
import { type LogSource, logSourcesOf } from './logsources.ts';
import { type TailOptions, tailLogs } from './logtail.ts';

const SOURCES: readonly LogSource[] = [
  { container: 'web', group: '/shop', streamPrefix: 'ecs' },
  { container: 'proxy', group: '/shop', streamPrefix: 'ecs' },
];

let world: Sandboxed;
let clock: ManualClock;
let start: number;
let stop: AbortController;
beforeEach(async () => {
  world = await sandboxed({ throttle: false });
  start = world.sandbox.now();
  clock = manualClock(start);
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await world.close();
});

/** Lines of streams such as `ecs/web/task1`, so many milliseconds ago. */
async function write(...lines: readonly (readonly [stream: string, agoMs: number, text: string])[]): Promise<void> {
  const { logs } = world.aws;
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/shop' })).catch(() => undefined);
  for (const [logStreamName, ago, message] of lines) {
    await logs.send(new CreateLogStreamCommand({ logGroupName: '/shop', logStreamName })).catch(() => undefined);
    const logEvents = [{ timestamp: start - ago, message }];
    await logs.send(new PutLogEventsCommand({ logGroupName: '/shop', logStreamName, logEvents }));
  }
}

function tail(options: Partial<TailOptions> = {}): AsyncGenerator<{ readonly text: string }> {
  const since = new Date(start - 3_600_000);
  return tailLogs(
    world.aws.logs,
    { sources: SOURCES, since, tail: 100, follow: false, ...options },
    clock,
    stop.signal,
  );
}

async function texts(options: Partial<TailOptions> = {}): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { text } of tail(options)) found.push(text);
  return found;
}

describe('the logs of containers', () => {
  it('are in the order of their times, whichever container and task they are of', async () => {
    await write(
      ['ecs/web/t1', 3_000, 'a'],
      ['ecs/proxy/t1', 2_000, 'b'],
      ['ecs/web/t2', 1_000, 'c\n'],
      ['other/web/t1', 500, 'x'],
    );
    expect(await texts()).toEqual(['a', 'b', 'c']);
    expect((await tail().next()).value).toEqual({
      at: new Date(start - 3_000).toISOString(),
      container: 'web',
      task: 't1',
      text: 'a',
    });
  });

  it('are those of a container, a task, a time, a text, and the newest of them', async () => {
    await write(
      ['ecs/web/t1', 9_000, 'old'],
      ['ecs/web/t1', 3_000, 'GET /'],
      ['ecs/web/t2', 2_000, 'GET /x'],
      ['ecs/proxy/t1', 1_000, 'put'],
    );
    expect(await texts({ sources: SOURCES.slice(1) })).toEqual(['put']);
    expect(await texts({ task: 't2' })).toEqual(['GET /x']);
    expect(await texts({ since: new Date(start - 3_000) })).toEqual(['GET /', 'GET /x', 'put']);
    expect(await texts({ contains: 'GET' })).toEqual(['GET /', 'GET /x']);
    expect(await texts({ tail: 2 })).toEqual(['GET /x', 'put']);
    expect(await texts({ tail: 0 })).toEqual([]);
  });

  it('are none while the group is not there', async () => {
    expect(await texts()).toEqual([]);
  });

  it('go on with what comes, each line once, late ones too, until they are stopped', async () => {
    await write(['ecs/web/t1', 5_000, 'first']);
    const lines = tail({ follow: true });
    expect((await lines.next()).value?.text).toBe('first');
    const next = async (): Promise<unknown> => {
      const line = lines.next();
      const there = new AbortController();
      void line.finally(() => there.abort());
      // It asks AWS, sleeps, and asks again: its clock goes on until it has something.
      while (!there.signal.aborted) await clock.advance(2_000);
      return (await line).value?.text;
    };
    await write(['ecs/web/t1', 3_000, 'second']);
    expect(await next()).toBe('second');
    await write(['ecs/proxy/t1', 6_000, 'late']);
    expect(await next()).toBe('late');
    const last = lines.next();
    stop.abort();
    expect((await last).done).toBe(true);
  });
});

describe('where containers log to', () => {
  const register = async (...containers: readonly object[]): Promise<string> => {
    const containerDefinitions = containers.map((container, index) => ({
      name: `c${index}`,
      image: 'x',
      memory: 128,
      ...container,
    }));
    const answer = await world.aws.ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
    return answer.taskDefinition?.taskDefinitionArn ?? '';
  };
  const awslogs = (options: Record<string, string> = {}): object => ({
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/shop', 'awslogs-region': REGION, 'awslogs-stream-prefix': 'ecs', ...options },
    },
  });

  it('is what their task definition says', async () => {
    const arn = await register(awslogs(), {}, awslogs({ 'awslogs-group': '/proxy' }));
    expect(await logSourcesOf(world.aws.ecs, arn, REGION)).toEqual([
      { container: 'c0', group: '/shop', streamPrefix: 'ecs' },
      { container: 'c2', group: '/proxy', streamPrefix: 'ecs' },
    ]);
    expect(await logSourcesOf(world.aws.ecs, arn, REGION, 'c2')).toHaveLength(1);
  });

  it('cannot be read elsewhere: another driver, another region', async () => {
    const arn = await register({}, awslogs({ 'awslogs-region': 'us-east-1' }));
    await expect(logSourcesOf(world.aws.ecs, arn, REGION)).rejects.toMatchObject({
      code: 'NoLogs',
      message: expect.stringContaining('(c0: no log driver, c1: awslogs), expected the log driver awslogs'),
    });
  });

  it('of a container that is not there is refused with the nearest right word', async () => {
    const arn = await register({ name: 'web' });
    await expect(logSourcesOf(world.aws.ecs, arn, REGION, 'wbe')).rejects.toMatchObject({
      code: 'NotFound',
      message: expect.stringContaining('did you mean "web"?'),
    });
  });
});
