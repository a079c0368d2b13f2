import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateClusterCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, converged, type Drive, freshPass, mutations } from '../../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../../test/sandboxed.ts';
import type { ServiceSpec, Verify } from '../../../api/service.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Desired, Note, Outputs } from '../../../core/driver.ts';
import type { Ref } from '../../../core/manifest.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';
import { CAUSE_TAG, HOLD_TAG } from '../names.ts';
import { VERIFIED_TAG } from './index.ts';

let running: Sandboxed;
let drive: Drive<ServiceSpec, ServiceLive>;
let needs: Readonly<Record<Ref, Outputs>>;
let server: Server;
let requests: number;
/** What the address under verification answers. */
let status: number;

beforeEach(async () => {
  running = await sandboxed();
  drive = { kind: serviceKind, sandbox: running.sandbox, aws: running.aws };
  const { cluster } = await running.aws.ecs.send(
    new CreateClusterCommand({ clusterName: 'main', capacityProviders: ['FARGATE'] }),
  );
  needs = { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } };
  requests = 0;
  status = 200;
  server = createServer((_request, response) => {
    requests++;
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.close();
  await running.close();
});

const http = () => ({
  url: `http://api.localhost:${(server.address() as AddressInfo).port}/health`,
  attempts: 3,
  intervalSeconds: 10,
});

function service(version: number, verify: Verify = { http: http() }, more: Partial<ServiceSpec> = {}) {
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: ['subnet-1'] },
    task: { cpu: 256, memory: 512, containers: [{ name: 'web', image: `example/good:${version}` }] },
    verify,
    ...more,
  };
  return desiredOf('Service/api', spec, needs);
}

async function look(desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await serviceKind.driver(running.aws).observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error('the service is not there');
  return live;
}

const driver = () => serviceKind.driver(running.aws);
const image = (live: ServiceLive) => live.taskDefinition?.taskDefinition.containerDefinitions?.[0]?.image;

/** Until the deployment is over, and what comes after it has begun. */
async function untilOver(desired: Desired<ServiceSpec>, phase: string): Promise<ServiceLive> {
  for (let round = 0; round < 100; round++) {
    const live = await look(desired);
    if (live.standing?.is === phase) return live;
    await running.sandbox.advance(5_000);
  }
  throw new Error(`it never was ${phase}`);
}

describe('a rolling deployment with verify.http', () => {
  test('is done when the address answers, and is verified once', async () => {
    const first = service(1);
    const live = await converge(drive, first);
    expect(live.tags[VERIFIED_TAG]).toBe('shop-api:1');
    expect(requests).toBe(1);
    const before = mutations(running.sandbox);
    await converge(drive, first);
    expect([requests, mutations(running.sandbox)]).toEqual([1, before]);
    expect((await converge(drive, service(2))).tags[VERIFIED_TAG]).toBe('shop-api:2');
    expect(requests).toBe(2);
  });

  test('is Progressing while it is verified, and its rollout is under way', async () => {
    const desired = service(1);
    status = 503;
    await driver().ensure(desired, undefined, freshPass(drive));
    const live = await untilOver(desired, 'Verifying');
    expect(driver().health(desired, live, new Date())).toMatchObject({ status: 'Progressing', reason: 'Verifying' });
    expect(driver().rollout(live)).toMatchObject({ phase: 'InProgress', waitsFor: 'verification', needsUs: true });
    expect(driver().diff(desired, live)).toEqual([]);
  });

  test('goes back when the address does not answer: held, with the cause, and Git clears it', async () => {
    await converge(drive, service(1));
    status = 500;
    const bad = service(2);
    await expect(converge(drive, bad)).rejects.toThrow(
      /rollout of Service\/api failed: verification failed: .*status 500 after 3 attempts.* It goes back to shop-api:1\. It is held/,
    );
    await running.sandbox.advance(120_000);
    const live = await look(bad);
    expect(image(live)).toBe('example/good:1');
    expect(live.tags[CAUSE_TAG]).toContain('status 500 after 3 attempts');
    expect(driver().health(bad, live, new Date())).toMatchObject({
      status: 'Degraded',
      reason: 'Held',
      message: expect.stringContaining('status 500 after 3 attempts'),
    });
    expect(driver().rollout(live)).toMatchObject({ phase: 'Failed', cause: expect.stringContaining('status 500') });
    const before = mutations(running.sandbox);
    await expect(driver().ensure(bad, live, freshPass(drive))).rejects.toThrow(/is held/);
    expect(mutations(running.sandbox)).toEqual(before);

    status = 200;
    const next = await converge(drive, service(3));
    expect([image(next), next.tags[HOLD_TAG], next.tags[VERIFIED_TAG]]).toEqual([
      'example/good:3',
      undefined,
      'shop-api:3',
    ]);
  });

  test('goes back over its network too, not the task definition alone', async () => {
    await converge(drive, service(1));
    status = 500;
    const moved = service(1, { http: http() }, { network: { subnets: ['subnet-2'] } });
    await expect(converge(drive, moved)).rejects.toThrow(/It goes back to shop-api:1/);
    await running.sandbox.advance(120_000);
    const live = await look(moved);
    expect(live.service.networkConfiguration?.awsvpcConfiguration?.subnets).toEqual(['subnet-1']);
  });

  test('is tried again when a person says so', async () => {
    await converge(drive, service(1));
    status = 500;
    const bad = service(2);
    await expect(converge(drive, bad)).rejects.toThrow();
    await running.sandbox.advance(120_000);
    status = 200;
    await driver().act('retry', await look(bad), freshPass(drive));
    const live = await converge(drive, bad);
    expect([image(live), live.tags[HOLD_TAG], live.tags[VERIFIED_TAG]]).toEqual([
      'example/good:2',
      undefined,
      'shop-api:2',
    ]);
  });

  test('goes back to what was verified last, not to what came between', async () => {
    await converge(drive, service(1));
    status = 500;
    const between = service(2);
    await driver().ensure(between, await look(between), freshPass(drive));
    await untilOver(between, 'Verifying');
    await expect(converge(drive, service(3))).rejects.toThrow(/It goes back to shop-api:1/);
  });

  test('has nothing to go back to at first: it stays, held', async () => {
    status = 500;
    const first = service(1);
    await expect(converge(drive, first)).rejects.toThrow(/There is nothing to go back to/);
    const live = await look(first);
    expect(driver().health(first, live, new Date())).toMatchObject({ status: 'Degraded', reason: 'Held' });
    expect(live.service.runningCount).toBe(2);
    status = 200;
    await driver().act('retry', live, freshPass(drive));
    expect((await converge(drive, first)).tags[VERIFIED_TAG]).toBe('shop-api:1');
  });

  test('tells whoever watches of each attempt', async () => {
    const desired = service(1);
    await driver().ensure(desired, undefined, freshPass(drive));
    const live = await untilOver(desired, 'Verifying');
    const notes: Note[] = [];
    const signal = new AbortController().signal;
    const pass = running.aws.pass(new Date(running.sandbox.now()), signal, { note: (note) => void notes.push(note) });
    await driver().ensure(desired, live, pass);
    expect(notes).toEqual([
      {
        code: 'verify.attempt',
        level: 'info',
        message: `${http().url}: status 200, expected 200 to 299 (attempt 1 of 3)`,
        data: { url: http().url, attempt: 1, of: 3 },
      },
    ]);
  });
});

describe('a controller that was killed', () => {
  test('after the hold goes back all the same', async () => {
    await converge(drive, service(1));
    const bad = service(2);
    status = 500;
    await driver().ensure(bad, await look(bad), freshPass(drive));
    await untilOver(bad, 'Verifying');
    for (let attempt = 0; attempt < 3; attempt++) {
      await driver().ensure(bad, await look(bad), freshPass(drive));
      await running.sandbox.advance(10_000);
    }
    const live = await look(bad);
    expect(live.standing?.is).toBe('GoingBack');
    expect(driver().rollout(live)).toMatchObject({ phase: 'RollingBack', needsUs: true });
    await expect(driver().ensure(bad, live, freshPass(drive))).rejects.toThrow(/It goes back to shop-api:1/);
    expect(image(await look(bad))).toBe('example/good:1');
  });

  test('between the mark and the deployment verifies what it deploys then', async () => {
    await converge(drive, service(1));
    const live = await look(service(1));
    await running.aws.ecs.send(
      new TagResourceCommand({
        resourceArn: live.service.serviceArn,
        tags: [{ key: VERIFIED_TAG, value: 'pending shop-api:1' }],
      }),
    );
    expect((await converge(drive, service(2))).tags[VERIFIED_TAG]).toBe('shop-api:2');
    expect(requests).toBe(2);
  });
});

describe('a service that was rolled out before there was verification', () => {
  test('counts as verified until its next rollout', async () => {
    const first = service(1);
    const live = await converge(drive, first);
    await running.aws.ecs.send(
      new UntagResourceCommand({ resourceArn: live.service.serviceArn, tagKeys: [VERIFIED_TAG] }),
    );
    requests = 0;
    const before = mutations(running.sandbox);
    await converge(drive, first);
    expect((await converged(drive, first)).health.status).toBe('Healthy');
    expect([requests, mutations(running.sandbox)]).toEqual([0, before]);
    status = 500;
    await expect(converge(drive, service(2))).rejects.toThrow(/It goes back to shop-api:1/);
  });

  test('and one without verify has no mark', async () => {
    const live = await converge(drive, service(1, {}));
    expect(Object.keys(live.tags)).not.toContain(VERIFIED_TAG);
  });

  test('a change that starts no tasks is not verified again', async () => {
    await converge(drive, service(1));
    await converge(drive, service(1, { http: http() }, { desiredCount: 3, enableECSManagedTags: true }));
    expect(requests).toBe(1);
  });
});

describe('an analysis of a rolling deployment', () => {
  const analyses: Verify = {
    analyses: [
      {
        name: 'errors',
        when: 'Rollout',
        intervalSeconds: 60,
        failureCondition: 'result > 5',
        cloudWatch: {
          queries: [{ id: 'errors', metricStat: { namespace: 'Shop', metricName: 'Errors', stat: 'Sum' } }],
        },
      },
    ],
  };

  async function put(value: number): Promise<void> {
    const at = new Date(running.sandbox.now());
    await rolloutClients(running.aws).cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [{ MetricName: 'Errors', Value: value, Timestamp: at }],
      }),
    );
  }

  test('rolls it back while it is under way', async () => {
    await converge(drive, service(1, analyses));
    // Tasks that never get healthy keep the deployment going.
    const bad = service(2, analyses, {
      task: {
        cpu: 256,
        memory: 512,
        containers: [
          {
            name: 'web',
            image: 'example/slow:2',
            healthCheck: { command: ['CMD', 'false'], startPeriod: 300, interval: 300, retries: 10 },
          },
        ],
      },
    });
    const failed = (async () => {
      for (let round = 0; round < 100; round++) {
        await driver().ensure(bad, await look(bad), freshPass(drive));
        await put(9);
        await running.sandbox.advance(20_000);
      }
    })();
    await expect(failed).rejects.toThrow(/analysis errors: 1 of 1 measurement failed .* ECS rolls it back/);
    await running.sandbox.advance(120_000);
    const live = await look(bad);
    expect([image(live), driver().rollout(live)?.phase]).toEqual(['example/good:1', 'Failed']);
    expect(driver().health(bad, live, new Date())).toMatchObject({
      reason: 'Held',
      message: expect.stringContaining('analysis errors'),
    });
  });
});
