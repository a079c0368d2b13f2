import { CreateClusterCommand, DescribeServicesCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, converged, freshPass, mutations, type Drive } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Desired, Outputs } from '../../core/driver.ts';
import type { Ref } from '../../core/manifest.ts';
import { serviceKind } from './index.ts';
import type { ServiceLive } from './live.ts';
import { HOLD_TAG } from './names.ts';

/** Behaviours by image: `good` stays up, `crash` ends with out of memory's exit code. */
const behaviours = { 'example/crash': { exitAfterMs: 2_000, exitCode: 137 } };

let running: Sandboxed;
let drive: Drive<ServiceSpec, ServiceLive>;
let needs: Readonly<Record<Ref, Outputs>>;

beforeEach(async () => {
  running = await sandboxed({ behaviours });
  drive = { kind: serviceKind, sandbox: running.sandbox, aws: running.aws };
  const { cluster } = await running.aws.ecs.send(
    new CreateClusterCommand({ clusterName: 'main', capacityProviders: ['FARGATE'] }),
  );
  needs = { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } };
});
afterEach(() => running.close());

function withImage(image: string, more: Partial<ServiceSpec> = {}): Desired<ServiceSpec> {
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: ['subnet-1'] },
    deployment: { rolling: { circuitBreaker: { enable: true, rollback: true } } },
    task: { cpu: 256, memory: 512, containers: [{ name: 'web', image }] },
    ...more,
  };
  return desiredOf('Service/api', spec, needs);
}

async function look(desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await serviceKind.driver(running.aws).observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error('the service is not there');
  return live;
}

describe('a rollout that the circuit breaker takes back', () => {
  test('fails with its cause, is held, and is not sent again', async () => {
    const driver = serviceKind.driver(running.aws);
    const good = withImage('example/good:1');
    const bad = withImage('example/crash:2');
    await converge(drive, good);
    await expect(converge(drive, bad)).rejects.toThrow(/rollout of Service\/api failed: .*exit 137/);
    const live = await look(bad);
    expect(driver.rollout(live)).toMatchObject({ phase: 'Failed', cause: expect.stringContaining('exit 137') });
    expect(driver.health(bad, live, new Date())).toMatchObject({ status: 'Degraded', reason: 'Held' });
    expect(live.tags[HOLD_TAG]).toBeDefined();
    expect(driver.diff(bad, live).map((change) => change.path)).toEqual(['/task/containers/web/image']);
    const before = mutations(running.sandbox);
    await expect(driver.ensure(bad, live, freshPass(drive))).rejects.toThrow(/is held/);
    expect(mutations(running.sandbox)).toEqual(before);
  });

  test('is over when Git says something else, and the hold goes', async () => {
    await converge(drive, withImage('example/good:1'));
    await expect(converge(drive, withImage('example/crash:2'))).rejects.toThrow();
    const next = withImage('example/good:3');
    await converge(drive, next);
    const { live, health } = await converged(drive, next);
    expect(health.status).toBe('Healthy');
    expect(live.tags[HOLD_TAG]).toBeUndefined();
  });

  test('is over when Git goes back, and the hold goes', async () => {
    const good = withImage('example/good:1');
    await converge(drive, good);
    await expect(converge(drive, withImage('example/crash:2'))).rejects.toThrow();
    await converge(drive, good);
    const { live, health } = await converged(drive, good);
    expect([health.status, live.tags[HOLD_TAG]]).toEqual(['Healthy', undefined]);
    expect(serviceKind.driver(running.aws).diff(good, live)).toEqual([]);
  });

  test('is tried again when a person says so', async () => {
    const bad = withImage('example/crash:2');
    await converge(drive, withImage('example/good:1'));
    await expect(converge(drive, bad)).rejects.toThrow();
    const driver = serviceKind.driver(running.aws);
    await driver.act('retry', await look(bad), freshPass(drive));
    expect(driver.rollout(await look(bad))).toMatchObject({ phase: 'InProgress' });
    expect((await look(bad)).tags[HOLD_TAG]).toBeUndefined();
  });
});

test('abort takes a rollout back and holds it', async () => {
  const driver = serviceKind.driver(running.aws);
  const next = withImage('example/good:2');
  await converge(drive, withImage('example/good:1'));
  await driver.ensure(next, await look(next), freshPass(drive));
  await running.sandbox.advance(1_000);
  await driver.act('abort', await look(next), freshPass(drive));
  await expect(converge(drive, next)).rejects.toThrow(/is held/);
});

test('restart starts new tasks of the same revision, and diff stays empty', async () => {
  const driver = serviceKind.driver(running.aws);
  const desired = withImage('example/good:1');
  const before = await converge(drive, desired);
  await driver.act('restart', before, freshPass(drive));
  const live = await look(desired);
  expect(driver.diff(desired, live)).toEqual([]);
  expect(driver.rollout(live)).toMatchObject({ phase: 'InProgress' });
  expect((await converged(drive, desired)).live.service.taskDefinition).toBe(before.service.taskDefinition);
});

test('without a circuit breaker tasks that keep stopping are Degraded with their exit code', async () => {
  const bad = withImage('example/crash:1', { deployment: {} });
  const driver = serviceKind.driver(running.aws);
  await driver.ensure(bad, undefined, freshPass(drive));
  const { health } = await converged(drive, bad);
  expect(health).toMatchObject({ status: 'Degraded', message: expect.stringContaining('exit 137') });
});

test('one sync is one UpdateService, also when the capacity providers change', async () => {
  const first = withImage('example/good:1');
  const live = await converge(drive, first);
  const { launchType: _, ...spec } = first.spec;
  const second = desiredOf<ServiceSpec>(
    'Service/api',
    {
      ...spec,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      desiredCount: 3,
      enableExecuteCommand: true,
      task: { ...spec.task, containers: [{ name: 'web', image: 'example/good:2' }] },
    },
    needs,
  );
  expect(live.service.launchType).toBe('FARGATE');
  await converge(drive, second);
  expect(running.sandbox.calls()['ecs:UpdateService']).toBe(1);
});

test('old revisions go, those in use and the newest stay', async () => {
  for (const tag of ['1', '2', '3', '4'])
    await converge(drive, withImage(`example/good:${tag}`, { revisionHistoryLimit: 1 }));
  const { taskDefinitionArns = [] } = await running.aws.ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  expect(taskDefinitionArns.map((arn) => arn.split(':').at(-1))).toEqual(expect.arrayContaining(['4', '3']));
  expect(taskDefinitionArns.length).toBeLessThanOrEqual(3);
});

test('a revision with the same content is used again', async () => {
  for (const tag of ['1', '2', '1']) await converge(drive, withImage(`example/good:${tag}`));
  expect(running.sandbox.calls()['ecs:RegisterTaskDefinition']).toBe(2);
  const { services } = await running.aws.ecs.send(
    new DescribeServicesCommand({ cluster: 'main', services: [(await look(withImage('example/good:1'))).key.service] }),
  );
  expect(services?.[0]?.taskDefinition).toMatch(/:1$/);
});

test('a count that a ScalingPolicy holds is left alone within its bounds', async () => {
  const desired = withImage('example/good:1');
  const claim = { on: 'Service/api', path: '/desiredCount', by: 'ScalingPolicy/api', reason: 'autoscaling' } as const;
  const scaled = { ...desired, claims: [{ ...claim, holds: { between: [1, 4] } as const }] };
  const live = await converge(drive, scaled);
  expect(
    serviceKind.driver(running.aws).diff({ ...desired, claims: [{ ...claim, holds: { between: [3, 9] } }] }, live),
  ).toMatchObject([{ path: '/desiredCount', from: 2, to: 3, effect: 'inPlace' }]);
  expect(serviceKind.driver(running.aws).diff(scaled, live)).toEqual([]);
});
