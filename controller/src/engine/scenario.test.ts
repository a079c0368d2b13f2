import { describe, expect, it } from 'vitest';
import { manifest } from '../../test/applications.ts';
import { harness, type Harness } from '../../test/harness.ts';
import type { Manifest } from '../core/manifest.ts';
import { isEmpty } from '../core/plan.ts';
import { renderText } from '../core/render/text.ts';
import type { Operation, SyncOptions } from './engine.ts';
import type { CallMiddleware } from '../aws/calls.ts';
import { memoryStore } from './stores/memory.ts';

const never = new AbortController().signal;
const byCommit = { initiator: { kind: 'commit', name: 'test' } } as const;

function service(image: string, extra: object = {}): Manifest {
  return manifest('Service/api', {
    cluster: 'main',
    desiredCount: 2,
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    deployment: { rolling: { circuitBreaker: { enable: true, rollback: true } } },
    task: {
      cpu: 256,
      memory: 512,
      executionRole: 'arn:aws:iam::123456789012:role/execution',
      containers: [
        {
          name: 'web',
          image,
          portMappings: [{ containerPort: 8000, name: 'http' }],
          environment: [{ name: 'PUBLIC_URL', value: 'http://${LoadBalancer/public:dnsName}/' }],
        },
      ],
    },
    ...extra,
  });
}

const targetGroup = manifest('TargetGroup/api', {
  vpcId: 'vpc-1',
  protocol: 'HTTP',
  port: 8000,
  healthCheck: { path: '/health', intervalSeconds: 10, healthyThreshold: 2 },
});

function shop(image: string, extra: object = {}): readonly Manifest[] {
  return [
    manifest('Cluster/main', { capacityProviders: ['FARGATE'] }),
    manifest('LoadBalancer/public', {
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      listeners: [{ port: 80, protocol: 'HTTP', default: { forward: [{ targetGroup: 'api' }] } }],
    }),
    targetGroup,
    service(image, extra),
    manifest('ScalingPolicy/api', {
      target: { service: 'api' },
      minCapacity: 2,
      maxCapacity: 6,
      targetTracking: [{ metric: 'ECSServiceAverageCPUUtilization', targetValue: 70 }],
    }),
  ];
}

const images = {
  behaviours: { 'example/web:bad': { exitAfterMs: 2_000, exitCode: 1 }, 'example/web': { startMs: 1_000 } },
};

function sync(
  world: Harness,
  manifests: readonly Manifest[],
  revision: string,
  options: Partial<SyncOptions> = {},
): Promise<Operation> {
  return world.engine.sync(world.application(manifests, revision), { ...byCommit, ...options }, never);
}

describe('a service behind a load balancer', () => {
  it('is made from nothing until Healthy, and then there is nothing left to do', async () => {
    await using world = await harness(images);
    const input = world.application(shop('example/web:1'));
    const plan = await world.engine.plan(input, {}, never);
    expect(plan.waves.map((wave) => wave.map((step) => step.ref))).toEqual([
      ['Cluster/main', 'TargetGroup/api'],
      ['LoadBalancer/public'],
      ['Service/api'],
      ['ScalingPolicy/api'],
    ]);
    const operation = await sync(world, shop('example/web:1'), 'r1');
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    const status = (await world.engine.status(input, never)).status;
    expect(renderText(status.plan)).toContain('No changes.');
    expect(status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
    const again = await sync(world, shop('example/web:1'), 'r1');
    expect(again).toMatchObject({ phase: 'Succeeded' });
  });

  it('is found again by an engine that lost its disk', async () => {
    await using world = await harness(images);
    await sync(world, shop('example/web:1'), 'r1');
    const engine = world.restart(memoryStore());
    const status = (await engine.status(world.application(shop('example/web:1')), never)).status;
    expect(status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
    const plan = await engine.plan(
      world.application([manifest('Cluster/main', { capacityProviders: ['FARGATE'] })]),
      {},
      never,
    );
    expect(plan.waves.flat().filter((step) => step.action === 'delete')).toHaveLength(4);
  });

  it('rolls to the next revision with one deployment, telling what ECS says', async () => {
    await using world = await harness(images);
    await sync(world, shop('example/web:1'), 'r1');
    const plan = await world.engine.plan(world.application(shop('example/web:2'), 'r2'), {}, never);
    expect(renderText(plan)).toContain(
      'task.containers.web.image: "example/web:1" -> "example/web:2"  (restarts tasks)',
    );
    const before = world.sandbox.calls()['ecs:UpdateService'] ?? 0;
    const seen = world.events.length;
    expect(await sync(world, shop('example/web:2'), 'r2')).toMatchObject({ phase: 'Succeeded' });
    expect((world.sandbox.calls()['ecs:UpdateService'] ?? 0) - before).toBe(1);
    expect(world.events.slice(seen).filter((event) => event.code === 'resource.event').length).toBeGreaterThan(0);
    expect(isEmpty(await world.engine.plan(world.application(shop('example/web:2'), 'r2'), {}, never))).toBe(true);
  });

  it('lets the driver finish: revisions beyond the history are deregistered', async () => {
    await using world = await harness(images);
    for (const n of [1, 2, 3]) await sync(world, shop(`example/web:${n}`, { revisionHistoryLimit: 0 }), `r${n}`);
    expect(world.sandbox.calls()['ecs:DeregisterTaskDefinition']).toBeGreaterThan(0);
  });

  it('fails when ECS rolls a bad revision back, holds it, and goes on with the next good one', async () => {
    await using world = await harness(images);
    await sync(world, shop('example/web:1'), 'r1');
    const failed = await sync(world, shop('example/web:bad'), 'r2');
    expect(failed).toMatchObject({ phase: 'Failed' });
    expect(failed.message).toContain('Service/api');
    const held = (await world.engine.status(world.application(shop('example/web:bad'), 'r2'), never)).status;
    expect(held).toMatchObject({ sync: 'OutOfSync', health: { status: 'Degraded', reason: 'Held' } });
    const before = world.sandbox.calls()['ecs:UpdateService'] ?? 0;
    await sync(world, shop('example/web:bad'), 'r2');
    expect(world.sandbox.calls()['ecs:UpdateService']).toBe(before);
    expect(await sync(world, shop('example/web:2'), 'r3')).toMatchObject({ phase: 'Succeeded' });
    const status = (await world.engine.status(world.application(shop('example/web:2'), 'r3'), never)).status;
    expect(status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
  });

  it('is taken away in reverse order when its manifests go', async () => {
    await using world = await harness(images);
    await sync(world, shop('example/web:1'), 'r1');
    const rest = [manifest('Cluster/main', { capacityProviders: ['FARGATE'] })];
    const operation = await sync(world, rest, 'r2');
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    expect(operation.results.map((result) => `${result.status} ${result.ref}`)).toEqual([
      'Synced Cluster/main',
      'Pruned ScalingPolicy/api',
      'Pruned Service/api',
      'Pruned LoadBalancer/public',
      'Pruned TargetGroup/api',
    ]);
    const engine = world.restart(memoryStore());
    expect((await engine.status(world.application(rest, 'r2'), never)).status).toMatchObject({ sync: 'Synced' });
  });

  it('replaces a target group before it takes the old one away', async () => {
    await using world = await harness(images);
    await sync(world, shop('example/web:1'), 'r1');
    const other = shop('example/web:1').map((one) =>
      one === targetGroup ? manifest('TargetGroup/api', { ...targetGroup.spec, port: 9000 }) : one,
    );
    const operation = await sync(world, other, 'r2');
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    expect(operation.results.at(-1)).toMatchObject({ ref: 'TargetGroup/api', status: 'Pruned' });
    expect(isEmpty(await world.engine.plan(world.application(other, 'r2'), {}, never))).toBe(true);
  });
});

describe('a changed destination', () => {
  it('is made anew there, and taken away where it was', async () => {
    await using world = await harness();
    const here = world.application([manifest('Cluster/main', { capacityProviders: ['FARGATE'] })]);
    await world.engine.sync(here, byCommit, never);
    const there = { ...here, destination: { ...here.destination, region: 'us-east-1' } };
    const operation = await world.engine.sync(there, byCommit, never);
    expect(operation.results.map((result) => `${result.status} ${result.ref}`)).toEqual([
      'Synced Cluster/main',
      'Pruned Cluster/main',
    ]);
    expect((await world.engine.status(there, never)).status).toMatchObject({ sync: 'Synced' });
    const back = await world.restart(memoryStore()).plan(here, {}, never);
    expect(back.waves.map((wave) => wave.map((step) => `${step.action} ${step.ref}`))).toEqual([
      ['create Cluster/main'],
    ]);
  });
});

/** Lets a process die at its n-th call that changes something: from then on nothing is answered any more. */
function deadAt(
  n: number,
  when: 'before' | 'after',
): { readonly middleware: CallMiddleware; readonly died: Promise<void> } {
  let made = 0;
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  const silence = new Promise<never>(() => undefined);
  const middleware: CallMiddleware = async (call, send) => {
    if (made >= n) return silence;
    if (/^(Describe|List|Get)/.test(call.operation)) return send();
    made += 1;
    if (made < n) return send();
    if (when === 'after') await send();
    die();
    return silence;
  };
  return { middleware, died };
}

describe('a process that dies in the middle', () => {
  // A sample: the engine's own crash tests try every call on a cloud in memory.
  it.each([
    [1, 'after'],
    [3, 'before'],
    [4, 'after'],
    [7, 'after'],
    [10, 'before'],
    [11, 'after'],
    [13, 'after'],
    [16, 'after'],
    [18, 'before'],
  ] as const)(
    'at call %i, %s it reached AWS: the next one completes the same, without a duplicate',
    async (n, when) => {
      await using world = await harness(images);
      const death = deadAt(n, when);
      const input = world.application(shop('example/web:1'));
      const doomed = world.restart(world.store, { middleware: [death.middleware], maxAttempts: 1 });
      const outcome = await Promise.race([death.died.then(() => 'died'), doomed.sync(input, byCommit, never)]);
      expect(outcome).toBe('died');
      const operation = await sync(world, shop('example/web:1'), 'r1');
      expect(operation.results.filter((result) => result.status !== 'Synced')).toEqual([]);
      expect(operation).toMatchObject({ phase: 'Succeeded' });
      const status = (await world.restart(memoryStore()).status(input, never)).status;
      expect(status).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
      const calls = world.sandbox.calls();
      for (const create of [
        'ecs:CreateCluster',
        'ecs:CreateService',
        'ecs:RegisterTaskDefinition',
        'elasticloadbalancing:CreateTargetGroup',
        'elasticloadbalancing:CreateLoadBalancer',
        'elasticloadbalancing:CreateListener',
      ]) {
        expect(calls[create], create).toBe(1);
      }
    },
  );
});
