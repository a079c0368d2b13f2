import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../src/index.ts';
import type { Service } from '../src/kernel/service.ts';
import { type Scope, type World } from '../src/kernel/world.ts';
import { sts } from '../src/services/sts/index.ts';
import { clientSettings } from './clients.ts';

const scope: Scope = { accountId: '111122223333', region: 'eu-west-1' };
const open: Sandbox[] = [];

async function start(options: SandboxOptions, services?: readonly Service[]): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0, time: 'stepped', onProblem: () => undefined, ...options }, services);
  open.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

/** A service that notes when its timers run. */
function clockwork(log: string[]): Service {
  const note = (payload: { name: string }, _scope: Scope, world: World): void => {
    log.push(`${payload.name}@${world.clock.now()}`);
  };
  return {
    name: 'clockwork',
    sdk,
    model: 'secretsmanager',
    handlers: {},
    timers: {
      'clockwork/note': note,
      'clockwork/chain': (payload: { name: string }, where: Scope, world: World) => {
        note(payload, where, world);
        world.timers.set(where, 'clockwork/note', 500, { name: `${payload.name}+` });
      },
      'clockwork/fail': () => {
        throw new Error('the spring broke');
      },
    },
    start(world) {
      const { timers } = world;
      if (world.clock.now() > 0) return;
      timers.set(scope, 'clockwork/note', 2000, { name: 'later' });
      timers.set(scope, 'clockwork/chain', 1000, { name: 'first' });
      timers.set(scope, 'clockwork/note', 1000, { name: 'second' });
      timers.cancel(timers.set(scope, 'clockwork/note', 10, { name: 'cancelled' }));
    },
  };
}

describe('time', () => {
  test('Time: advance runs what becomes due in order of time, each at its own time', async () => {
    const log: string[] = [];
    const sandbox = await start({ startAt: 0 }, [clockwork(log)]);
    await sandbox.advance(999);
    expect(log).toEqual([]);
    await sandbox.advance(5000);
    expect(log).toEqual(['first@1000', 'second@1000', 'first+@1500', 'later@2000']);
    expect(sandbox.now()).toBe(5999);
  });

  test('a timer that fails is reported by advance and by the health page, and the others run', async () => {
    const log: string[] = [];
    const service = clockwork(log);
    const failing: Service = {
      ...service,
      start(world) {
        world.timers.set(scope, 'clockwork/fail', 1, { spring: 1 });
        world.timers.set(scope, 'clockwork/note', 2, { name: 'after' });
        world.timers.set(scope, 'clockwork/nobody', 3, {});
      },
    };
    const sandbox = await start({ startAt: 0 }, [failing]);
    await expect(sandbox.advance(10)).rejects.toThrow(
      'timer clockwork/fail {"spring":1} failed: Error: the spring broke\ntimer clockwork/nobody {} failed: Error: no service has a timer handler of this name',
    );
    expect(log).toEqual(['after@2']);
    expect(sandbox.now()).toBe(10);
    const health = await (await fetch(`${sandbox.url}/_sandbox/health`)).json();
    expect(health).toMatchObject({
      status: 'problems',
      problems: [expect.stringContaining('the spring broke'), expect.anything()],
    });
  });

  test('stepped time waits for a service to be quiet before and after each timer', async () => {
    const log: string[] = [];
    const service: Service = { ...clockwork(log), quiesce: async () => void log.push('quiet') };
    const sandbox = await start({ startAt: 0 }, [service]);
    await sandbox.advance(1000);
    expect(log).toEqual(['quiet', 'first@1000', 'quiet', 'second@1000', 'quiet']);
  });

  test('running time runs due timers by itself, faster by the speed', async () => {
    const ran = Promise.withResolvers<number>();
    const service: Service = {
      ...clockwork([]),
      timers: { 'clockwork/done': (_payload: object, _scope: Scope, world: World) => ran.resolve(world.clock.now()) },
      start: (world) => void world.timers.set(scope, 'clockwork/done', 60_000, {}),
    };
    const sandbox = await start({ time: 'real', speed: 10_000, startAt: 0 }, [service]);
    expect(await ran.promise).toBeGreaterThanOrEqual(60_000);
    await expect(sandbox.advance(1)).rejects.toThrow('time runs by itself here');
  });
});

describe('snapshot', () => {
  test('Snapshot: state, tags, timers, sessions, time and random numbers go on in another sandbox', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const log: string[] = [];
    const services = [clockwork(log), sts];
    const first = await start({ startAt: 0 }, services);
    const client = new STSClient(clientSettings(first.url));
    const { Credentials } = await client.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::444455556666:role/a', RoleSessionName: 'one' }),
    );
    await first.advance(1000);
    await first.snapshot(folder);
    const session = async (url: string): Promise<string | undefined> =>
      (await new STSClient(clientSettings(url, Credentials?.AccessKeyId)).send(new GetCallerIdentityCommand({}))).Arn;

    const second = await start({ restore: folder }, services);
    expect(second.now()).toBe(1000);
    expect(await session(second.url)).toBe('arn:aws:sts::444455556666:assumed-role/a/one');
    await second.advance(1000);
    expect(log).toEqual(['first@1000', 'second@1000', 'first+@1500', 'later@2000']);

    const next = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::444455556666:role/a', RoleSessionName: 'two' });
    const keys = await Promise.all(
      [first, second].map(async ({ url }) => (await new STSClient(clientSettings(url)).send(next)).Credentials),
    );
    expect(keys[0]?.AccessKeyId).toBe(keys[1]?.AccessKeyId);
    await rm(folder, { recursive: true });
  });

  test('a snapshot of another version, or none at all, is refused with its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await expect(startSandbox({ port: 0, restore: folder })).rejects.toThrow(
      `no snapshot to restore: ${join(folder, 'sandbox.json')} cannot be read`,
    );
    const sandbox = await start({});
    await sandbox.snapshot(folder);
    const file = join(folder, 'sandbox.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"version":1', '"version":99'));
    await expect(startSandbox({ port: 0, restore: folder })).rejects.toThrow(
      `${file} is of snapshot version 99; this sandbox reads version 1`,
    );
    await rm(folder, { recursive: true });
  });
});

describe('eventual consistency', () => {
  test('Consistency: reads show what was, until the lag is over', async () => {
    const sandbox = await start({ consistencyLagMs: 1000 });
    const client = new CloudWatchLogsClient(clientSettings(sandbox.url));
    const names = async (): Promise<(string | undefined)[]> =>
      (await client.send(new DescribeLogGroupsCommand({}))).logGroups?.map(({ logGroupName }) => logGroupName) ?? [];
    await client.send(new CreateLogGroupCommand({ logGroupName: 'a' }));
    expect(await names()).toEqual([]);
    await sandbox.advance(600);
    await client.send(new CreateLogGroupCommand({ logGroupName: 'b' }));
    expect(await names()).toEqual([]);
    await sandbox.advance(400);
    expect(await names()).toEqual(['a']);
    await sandbox.advance(600);
    expect(await names()).toEqual(['a', 'b']);
    // Writes see the present.
    await client.send(new CreateLogGroupCommand({ logGroupName: 'c' }));
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'c' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });
});

describe('the endpoint', () => {
  test('a busy port is an error that names the port and what to do', async () => {
    const first = await start({});
    const port = Number(new URL(first.url).port);
    let closed = false;
    const service: Service = { ...clockwork([]), close: () => void (closed = true) };
    await expect(startSandbox({ port }, [service])).rejects.toThrow(
      `port ${port} of 127.0.0.1 is in use: stop what listens there, or start the sandbox on another port`,
    );
    expect(closed).toBe(true);
  });
});
