import { CreateClusterCommand, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshPass, steppingClock } from '../../test/converge.ts';
import { ACCOUNT, REGION, type Sandboxed, sandboxed } from '../../test/sandboxed.ts';
import type { FinishedCall } from './calls.ts';
import { connect } from './connect.ts';
import { readCluster, readService, readTargetGroupByName, readTaskDefinition } from './reads.ts';

let running: Sandboxed;
const heard: FinishedCall[] = [];

beforeEach(async () => {
  heard.length = 0;
  running = await sandboxed({}, { observer: (call) => void heard.push(call) });
});
afterEach(() => running.close());

const definition = { family: 'api', containerDefinitions: [{ name: 'web', image: 'example/web:1', memory: 128 }] };

describe('connecting', () => {
  test('says who we are', () => {
    expect(running.aws).toMatchObject({ accountId: ACCOUNT, region: REGION, partition: 'aws' });
  });

  test('refuses credentials of another account and names both', async () => {
    const other = connect(
      { accountId: '210987654321', region: REGION },
      {
        clock: steppingClock(running.sandbox),
        endpoint: running.sandbox.url,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      },
    );
    await expect(other).rejects.toMatchObject({
      code: 'WrongAccount',
      message: expect.stringMatching(/123456789012.*210987654321/),
    });
  });
});

describe('calls', () => {
  test('are heard of with service, operation and code', async () => {
    await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    await expect(
      running.aws.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'none' })),
    ).rejects.toThrow();
    expect(heard.map(({ service, operation, code }) => [service, operation, code])).toEqual([
      ['sts', 'GetCallerIdentity', 'OK'],
      ['ecs', 'CreateCluster', 'OK'],
      ['ecs', 'UpdateService', 'ServiceNotFound'],
    ]);
  });

  test('that AWS may have done are not sent a second time without a look', async () => {
    running.sandbox.fault({ service: 'ecs', operation: 'RegisterTaskDefinition', effect: 'dropAnswer', times: 1 });
    const call = running.aws.ecs.send(new RegisterTaskDefinitionCommand(definition));
    await expect(call).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    expect(running.sandbox.calls()['ecs:RegisterTaskDefinition']).toBe(1);
  });

  test('that are idempotent are sent again when the answer is lost', async () => {
    running.sandbox.fault({ service: 'ecs', operation: 'CreateCluster', effect: 'dropAnswer', times: 1 });
    const { cluster } = await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    expect(cluster?.status).toBe('ACTIVE');
    expect(running.sandbox.calls()['ecs:CreateCluster']).toBe(2);
  });
});

describe('reads of one pass', () => {
  test('share calls: a hundred services of a cluster are ten DescribeServices', async () => {
    await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    const pass = freshPass(running);
    const names = Array.from({ length: 100 }, (_, index) => `service-${index}`);
    const found = await Promise.all(names.map((service) => readService(pass, { cluster: 'main', service })));
    expect(found.every((service) => service === undefined)).toBe(true);
    expect(running.sandbox.calls()['ecs:DescribeServices']).toBe(10);
  });

  test('are made once for a key, and again when they have to be fresh', async () => {
    const pass = freshPass(running);
    expect(await readCluster(pass, 'main')).toBeUndefined();
    await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    expect(await readCluster(pass, 'main')).toBeUndefined();
    expect(await readCluster(pass, 'main', { fresh: true })).toMatchObject({ clusterName: 'main' });
    expect(await readCluster(pass, 'main')).toMatchObject({ clusterName: 'main' });
    expect(running.sandbox.calls()['ecs:DescribeClusters']).toBe(2);
  });

  test('of a cluster that is not there are absent, not an error', async () => {
    expect(await readService(freshPass(running), { cluster: 'none', service: 'api' })).toBeUndefined();
  });

  test('of target groups list the region once', async () => {
    const pass = freshPass(running);
    await Promise.all(['a', 'b', 'c'].map((name) => readTargetGroupByName(pass, name)));
    expect(running.sandbox.calls()['elasticloadbalancing:DescribeTargetGroups']).toBe(1);
    expect(await readTargetGroupByName(pass, 'a', { fresh: true })).toBeUndefined();
  });

  test('of a task definition are kept for later passes', async () => {
    const { taskDefinition } = await running.aws.ecs.send(new RegisterTaskDefinitionCommand(definition));
    const arn = taskDefinition?.taskDefinitionArn ?? '';
    for (let look = 0; look < 3; look++) await readTaskDefinition(freshPass(running), arn);
    expect(running.sandbox.calls()['ecs:DescribeTaskDefinition']).toBe(1);
    await readTaskDefinition(freshPass(running), arn, { fresh: true });
    expect(running.sandbox.calls()['ecs:DescribeTaskDefinition']).toBe(2);
  });

  test('fail with the operation named, and are tried again by who asks later', async () => {
    const pass = freshPass(running);
    running.sandbox.fault({ service: 'ecs', operation: 'DescribeClusters', effect: 'expiredCredentials', times: 1 });
    await expect(readCluster(pass, 'main')).rejects.toThrow(/^DescribeClusters: .*credentials/);
    expect(await readCluster(pass, 'main')).toBeUndefined();
  });
});

test('the middleware stands around every attempt and sees its input', async () => {
  const seen: string[] = [];
  const watched = await sandboxed(
    {},
    {
      middleware: [
        async (call, send) => {
          seen.push(`${call.operation} ${JSON.stringify(call.input)}`);
          return send();
        },
      ],
    },
  );
  await watched.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  expect(seen).toEqual(['GetCallerIdentity {}', 'CreateCluster {"clusterName":"main"}']);
  await watched.close();
});
