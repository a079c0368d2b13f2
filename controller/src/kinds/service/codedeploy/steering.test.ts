import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, converged, freshPass } from '../../../../test/converge.ts';
import { serviceKind } from '../index.ts';
import { bed, type Bed, deployments, driveUntil, look, manifest, serving, shares } from './testing/bed.ts';

let on: Bed;
beforeEach(async () => {
  on = await bed();
});
afterEach(() => on.close());

const TEST_LISTENER = { testListener: { loadBalancer: 'public', port: 8080 } } as const;

test('Manual waits for a person, who promotes', async () => {
  const driver = serviceKind.driver(on.aws);
  const settings = { ...TEST_LISTENER, readyWait: { minutes: 5, then: 'Manual' } } as const;
  await converge(on.drive, manifest(on, 'example/web:1', settings));
  const next = manifest(on, 'example/web:2', settings);
  await driveUntil(on, next, (live) => live.codeDeploy?.active?.info.status === 'Ready');
  await on.sandbox.advance(3_600_000);
  const ready = await look(on, next);
  expect(driver.rollout(ready)).toMatchObject({ phase: 'AwaitingPromotion', waitsFor: 'a person to promote or abort' });
  expect(driver.health(next, ready, new Date(on.sandbox.now()))).toMatchObject({ status: 'Suspended' });
  await driver.act('promote', ready, freshPass(on.drive));
  await converge(on.drive, next);
  expect(serving(await look(on, next))).toBe('example/web:2');
});

test('Stop takes it back when nobody promotes, and holds it', async () => {
  const settings = { ...TEST_LISTENER, readyWait: { minutes: 5, then: 'Stop' } } as const;
  await converge(on.drive, manifest(on, 'example/web:1', settings));
  const next = manifest(on, 'example/web:2', settings);
  await expect(converge(on.drive, next)).rejects.toThrow(/rollout of Service\/api failed/);
  const live = await look(on, next);
  expect(serving(live)).toBe('example/web:1');
  // What CodeDeploy left, because its group does not roll stops back, is gone.
  expect(live.service.taskSets?.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
  expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
});

test('abort takes a rollout back and holds it', async () => {
  const driver = serviceKind.driver(on.aws);
  const canary = { canary: { percent: 10, minutes: 30 } };
  await converge(on.drive, manifest(on, 'example/web:1', canary));
  const next = manifest(on, 'example/web:2', canary);
  const live = await driveUntil(on, next, (found) => Object.values(driver.rollout(found)?.weights ?? {}).includes(10));
  await driver.act('abort', live, freshPass(on.drive));
  await expect(converge(on.drive, next)).rejects.toThrow(/held/);
  expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
});

test('pause is refused with the reason', async () => {
  const first = manifest(on, 'example/web:1');
  await converge(on.drive, first);
  const act = serviceKind.driver(on.aws).act('pause', await look(on, first), freshPass(on.drive));
  await expect(act).rejects.toThrow(/CodeDeploy has no call that pauses/);
});

test('restart deploys the same revision to new tasks', async () => {
  const driver = serviceKind.driver(on.aws);
  const first = manifest(on, 'example/web:1');
  const before = await converge(on.drive, first);
  await driver.act('restart', before, freshPass(on.drive));
  const live = await look(on, first);
  expect(driver.rollout(live)).toMatchObject({ phase: 'InProgress' });
  await converge(on.drive, first);
  const after = (await converged(on.drive, first)).live;
  expect(after.service.taskDefinition).toBe(before.service.taskDefinition);
  expect(after.service.taskSets?.[0]?.id).not.toBe(before.service.taskSets?.[0]?.id);
});

describe('Git moves on during a rollout', () => {
  const canary = { canary: { percent: 10, minutes: 5 } };

  test('Supersede takes the deployment back and begins the next one', async () => {
    await converge(on.drive, manifest(on, 'example/web:1', canary));
    await driveUntil(
      on,
      manifest(on, 'example/web:2', canary),
      (live) => live.codeDeploy?.active?.info.status === 'InProgress',
    );
    const next = manifest(on, 'example/web:3', canary);
    await converge(on.drive, next);
    const { live, health } = await converged(on.drive, next);
    expect([health.status, serving(live)]).toEqual(['Healthy', 'example/web:3']);
  });

  test('what was superseded may come back: it did not fail', async () => {
    const first = manifest(on, 'example/web:1', canary);
    const second = manifest(on, 'example/web:2', canary);
    await converge(on.drive, first);
    await driveUntil(on, second, (live) => live.codeDeploy?.active?.info.status === 'InProgress');
    await converge(on.drive, first);
    await converge(on.drive, second);
    expect(serving(await look(on, second))).toBe('example/web:2');
  });

  test('Queue lets the deployment end first', async () => {
    await converge(on.drive, manifest(on, 'example/web:1', canary));
    await driveUntil(
      on,
      manifest(on, 'example/web:2', canary),
      (live) => live.codeDeploy?.active?.info.status === 'InProgress',
    );
    await converge(on.drive, manifest(on, 'example/web:3', canary, {}, { onNewRevision: 'Queue' }));
    expect((await deployments(on)).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
  });
});

test('a deployment that came through gives way at once: its old tasks need not be waited for', async () => {
  const settings = { terminateBlueAfterMinutes: 600 };
  await converge(on.drive, manifest(on, 'example/web:1', settings));
  const second = manifest(on, 'example/web:2', settings);
  await driveUntil(on, second, (live) => live.codeDeploy?.active?.info.instanceTerminationWaitTimeStarted === true);
  const third = manifest(on, 'example/web:3', settings);
  const began = on.sandbox.now();
  const live = await driveUntil(
    on,
    third,
    (found) =>
      found.codeDeploy?.active?.info.instanceTerminationWaitTimeStarted === true && serving(found) === 'example/web:3',
  );
  expect((on.sandbox.now() - began) / 60_000).toBeLessThan(15);
  await serviceKind.driver(on.aws).act('promote', live, freshPass(on.drive));
  await converge(on.drive, third);
  expect((await deployments(on)).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
});

test('a task that fails during the ready wait begins it anew', async () => {
  const settings = { ...TEST_LISTENER, readyWait: { minutes: 5 } };
  await converge(on.drive, manifest(on, 'example/web:1', settings));
  const next = manifest(on, 'example/web:2', settings);
  const ready = await driveUntil(on, next, (live) => live.codeDeploy?.active?.info.status === 'Ready');
  await on.sandbox.advance(180_000);
  const { tasks = [] } = await on.aws.ecs.send(
    new DescribeTasksCommand({
      cluster: 'main',
      tasks: (await on.aws.ecs.send(new ListTasksCommand({ cluster: 'main' }))).taskArns,
    }),
  );
  const green = ready.service.taskSets?.find(({ status }) => status === 'ACTIVE')?.taskDefinition;
  const task = tasks.find(({ taskDefinitionArn }) => taskDefinitionArn === green)?.taskArn;
  const stopped = on.sandbox.now();
  await on.aws.ecs.send(new StopTaskCommand({ cluster: 'main', task }));
  await converge(on.drive, next);
  expect((on.sandbox.now() - stopped) / 60_000).toBeGreaterThanOrEqual(5);
});
