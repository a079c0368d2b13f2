import { describe, expect, it } from 'vitest';
import { manifest } from '../../../../test/applications.ts';
import { harness, type Harness } from '../../../../test/harness.ts';
import type { Manifest } from '../../../core/manifest.ts';
import { isEmpty } from '../../../core/plan.ts';
import { renderText } from '../../../core/render/text.ts';
import type { Operation } from '../../../engine/engine.ts';

const never = new AbortController().signal;
const byCommit = { initiator: { kind: 'commit', name: 'test' } } as const;

const images = { behaviours: { 'example/web:bad': { exitAfterMs: 2_000, exitCode: 137 } } };

/** System 004's service: 10, 50, 100 percent, behind a rule with a path of its own. */
function shop(image: string): readonly Manifest[] {
  const forward = [{ targetGroup: 'api' }];
  return [
    manifest('Cluster/main', { capacityProviders: ['FARGATE'] }),
    manifest('TargetGroup/api', {
      vpcId: 'vpc-1',
      protocol: 'HTTP',
      port: 8000,
      blueGreen: true,
      healthCheck: { path: '/health', intervalSeconds: 10, healthyThreshold: 2 },
      attributes: { 'deregistration_delay.timeout_seconds': '5' },
    }),
    manifest('LoadBalancer/public', {
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      listeners: [
        { port: 80, protocol: 'HTTP', default: { fixedResponse: { statusCode: 404 } } },
        { port: 8080, protocol: 'HTTP', default: { forward } },
      ],
    }),
    manifest('ListenerRule/api', {
      listener: { loadBalancer: 'public', port: 80 },
      priority: 10,
      when: { pathPattern: ['/api/*'] },
      then: { forward },
    }),
    manifest('Service/api', {
      cluster: 'main',
      desiredCount: 2,
      launchType: 'FARGATE',
      network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
      loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
      deployment: {
        strategy: 'Progressive',
        progressive: {
          productionRule: { listenerRule: 'api' },
          testRule: { listener: { loadBalancer: 'public', port: 8080 } },
          steps: [{ weight: 10 }, { pause: '150s' }, { weight: 50 }, { pause: '150s' }, { weight: 100 }],
        },
      },
      task: {
        cpu: 256,
        memory: 512,
        executionRole: 'arn:aws:iam::123456789012:role/execution',
        containers: [{ name: 'web', image, portMappings: [{ containerPort: 8000, name: 'http' }] }],
      },
    }),
  ];
}

function sync(world: Harness, image: string, revision: string): Promise<Operation> {
  return world.engine.sync(world.application(shop(image), revision), byCommit, never);
}

describe('a service that is rolled out in steps', () => {
  it('is made from nothing, goes to the next revision, and then there is nothing left to do', async () => {
    await using world = await harness(images);
    expect(await sync(world, 'example/web:1', 'r1')).toMatchObject({ phase: 'Succeeded' });
    const first = await world.engine.plan(world.application(shop('example/web:1'), 'r1'), {}, never);
    expect(renderText(first)).toContain('No changes.');
    const began = world.sandbox.now();
    expect(await sync(world, 'example/web:2', 'r2')).toMatchObject({ phase: 'Succeeded' });
    expect(world.sandbox.now() - began).toBeGreaterThan(300_000);
    const seen = world.events.filter(({ code }) => code === 'rollout.progress').map(({ message }) => message);
    for (const share of [10, 50, 100]) expect(seen.join('\n')).toContain(` ${share}%`);
    const input = world.application(shop('example/web:2'), 'r2');
    expect(isEmpty(await world.engine.plan(input, {}, never))).toBe(true);
    expect((await world.engine.status(input, never)).status).toMatchObject({
      sync: 'Synced',
      health: { status: 'Healthy' },
    });
  });

  it('fails with the cause when its tasks crash, is held, and goes on with the next good revision', async () => {
    await using world = await harness(images);
    await sync(world, 'example/web:1', 'r1');
    const failed = await sync(world, 'example/web:bad', 'r2');
    expect(failed).toMatchObject({ phase: 'Failed' });
    expect(failed.message).toContain('Service/api');
    const held = (await world.engine.status(world.application(shop('example/web:bad'), 'r2'), never)).status;
    expect(held).toMatchObject({ sync: 'OutOfSync', health: { status: 'Degraded', reason: 'Held' } });
    expect(held.health.message).toContain('exit 137');
    expect(await sync(world, 'example/web:3', 'r3')).toMatchObject({ phase: 'Succeeded' });
  });

  it('is taken away with its task sets', async () => {
    await using world = await harness(images);
    await sync(world, 'example/web:1', 'r1');
    const rest = shop('example/web:1').slice(0, 1);
    const operation = await world.engine.sync(world.application(rest, 'r2'), byCommit, never);
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    expect(operation.results.map(({ status, ref }) => `${status} ${ref}`)).toEqual(
      expect.arrayContaining(['Pruned Service/api', 'Pruned TargetGroup/api']),
    );
    expect(world.sandbox.calls()['ecs:DeleteTaskSet']).toBe(1);
  });
});
