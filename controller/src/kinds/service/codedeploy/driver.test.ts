import {
  CreateTaskSetCommand,
  DescribeServicesCommand,
  ListServicesCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  ListApplicationsCommand,
  ListDeploymentConfigsCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, converged, freshPass, mutations, removed } from '../../../../test/converge.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import { serviceKind } from '../index.ts';
import { HOLD_TAG } from '../names.ts';
import { bed, type Bed, deployments, driveUntil, look, manifest, serving, shares } from './testing/bed.ts';

let on: Bed;
beforeEach(async () => {
  on = await bed();
});
afterEach(() => on.close());

const TEST_LISTENER = { testListener: { loadBalancer: 'public', port: 8080 } } as const;

test('a service is made with its application and group, and is Healthy', async () => {
  const first = manifest(on, 'example/web:1');
  await converge(on.drive, first);
  const { live, health } = await converged(on.drive, first);
  expect(health).toMatchObject({ status: 'Healthy' });
  const driver = serviceKind.driver(on.aws);
  expect(driver.diff(first, live)).toEqual([]);
  expect(driver.parts(live).map(({ type }) => type)).toEqual([
    'ecs:service',
    'ecs:task-definition',
    'codedeploy:application',
    'codedeploy:deployment-group',
  ]);
});

test('a change of the image is one deployment, which ends with all traffic on the other target group', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const second = manifest(on, 'example/web:2');
  await converge(on.drive, second);
  const { live, health } = await converged(on.drive, second);
  expect(health).toMatchObject({ status: 'Healthy' });
  expect(serving(live)).toBe('example/web:2');
  expect(await shares(on)).toEqual({ primary: 0, alternate: 100 });
  expect((await deployments(on)).map(({ status }) => status)).toEqual(['Succeeded']);
  expect(serviceKind.driver(on.aws).diff(second, live)).toEqual([]);
});

test('a settled service costs no call of CodeDeploy for five minutes', async () => {
  const first = manifest(on, 'example/web:1');
  await converge(on.drive, first);
  await converged(on.drive, first);
  const calls = (): number =>
    Object.entries(on.sandbox.calls()).reduce((sum, [name, n]) => sum + (name.startsWith('codedeploy:') ? n : 0), 0);
  await look(on, first);
  const before = calls();
  await look(on, first);
  await on.sandbox.advance(60_000);
  await look(on, first);
  expect(calls() - before).toBe(0);
  await on.sandbox.advance(300_000);
  await look(on, first);
  // The group, its tags, and those of the application.
  expect(calls() - before).toBe(3);
});

describe('the configuration of system 002', () => {
  const settings = {
    config: 'CodeDeployDefault.ECSAllAtOnce',
    ...TEST_LISTENER,
    readyWait: { minutes: 5 },
    terminateBlueAfterMinutes: 15,
    autoRollback: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
  } as const;

  test('tests come first, production after five healthy minutes, and blue goes after fifteen', async () => {
    const driver = serviceKind.driver(on.aws);
    await converge(on.drive, manifest(on, 'example/web:1', { ...settings, autoRollback: [...settings.autoRollback] }));
    const next = manifest(on, 'example/web:2', { ...settings, autoRollback: [...settings.autoRollback] });
    const ready = await driveUntil(on, next, (live) => live.codeDeploy?.active?.info.status === 'Ready');
    const began = on.sandbox.now();
    expect([await shares(on), await shares(on, 'test')]).toEqual([
      { primary: 100, alternate: 0 },
      { primary: 0, alternate: 100 },
    ]);
    expect(driver.diff(next, ready)).toEqual([]);
    expect(driver.rollout(ready)).toMatchObject({
      phase: 'InProgress',
      strategy: 'CodeDeploy',
      waitsFor: 'ready wait: 0 of 5 minutes',
      needsUs: true,
      allows: ['promote', 'abort'],
      sides: [
        { role: 'stable', running: 2, weight: 100, testWeight: 0 },
        { role: 'new', running: 2, weight: 0, testWeight: 100 },
      ],
    });
    const moved = await driveUntil(
      on,
      next,
      (live) => live.codeDeploy?.active?.info.instanceTerminationWaitTimeStarted === true,
    );
    const minutes = (on.sandbox.now() - began) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(5);
    expect(minutes).toBeLessThan(6);
    expect(await shares(on)).toEqual({ primary: 0, alternate: 100 });
    expect(driver.rollout(moved)).toMatchObject({
      waitsFor: '15 minutes until blue goes',
      allows: ['promote', 'abort'],
    });
    await converge(on.drive, next);
    expect((on.sandbox.now() - began) / 60_000).toBeGreaterThanOrEqual(20);
    expect((await converged(on.drive, next)).health.status).toBe('Healthy');
    expect((await deployments(on)).length).toBe(1);
  });
});

test.each([
  ['canary', { percent: 20, minutes: 2 }, [20]],
  ['linear', { percent: 25, minutes: 1 }, [25, 50, 75]],
] as const)('a %s of its own moves traffic as it says, and another one replaces it', async (kind, shift, steps) => {
  await converge(on.drive, manifest(on, 'example/web:1', { [kind]: shift }));
  const next = manifest(on, 'example/web:2', { [kind]: shift });
  for (const percent of steps) {
    const live = await driveUntil(on, next, (found) =>
      Object.values(serviceKind.driver(on.aws).rollout(found)?.weights ?? {}).includes(percent),
    );
    expect(serviceKind.driver(on.aws).diff(next, live)).toEqual([]);
  }
  await converge(on.drive, next);
  const other = manifest(on, 'example/web:2', { canary: { percent: 30, minutes: 3 } });
  expect(serviceKind.driver(on.aws).diff(other, await look(on, other))).toMatchObject(
    kind === 'canary'
      ? [
          { path: '/deployment/codeDeploy/canary/minutes', from: 2, to: 3, effect: 'inPlace' },
          { path: '/deployment/codeDeploy/canary/percent', from: 20, to: 30, effect: 'inPlace' },
        ]
      : [{ path: '/deployment/codeDeploy/canary' }, { path: '/deployment/codeDeploy/linear' }],
  );
  await converge(on.drive, other);
  const { deploymentConfigsList = [] } = await rolloutClients(on.aws).codeDeploy.send(
    new ListDeploymentConfigsCommand({}),
  );
  expect(deploymentConfigsList.filter((name) => name.includes('shop-api'))).toEqual([
    expect.stringMatching(/^shop-api-canary-30-3-/),
  ]);
});

describe('a bad revision', () => {
  test('that crashes is stopped before CodeDeploy would, held with its cause, and reaches no user', async () => {
    const driver = serviceKind.driver(on.aws);
    await converge(on.drive, manifest(on, 'example/web:1'));
    const bad = manifest(on, 'example/bad:2');
    const began = on.sandbox.now();
    await expect(converge(on.drive, bad)).rejects.toThrow(
      /rollout of Service\/api failed: the new revision does not stay up: \d tasks stopped: exit 137/,
    );
    expect((on.sandbox.now() - began) / 60_000).toBeLessThan(15);
    const live = await look(on, bad);
    expect(driver.rollout(live)).toMatchObject({
      phase: 'Failed',
      cause: expect.stringContaining('exit 137'),
      allows: ['retry', 'restart'],
    });
    expect(driver.health(bad, live, new Date(on.sandbox.now()))).toMatchObject({ status: 'Degraded', reason: 'Held' });
    expect(driver.diff(bad, live).map(({ path }) => path)).toEqual(['/task/containers/web/image']);
    expect(await shares(on)).toEqual({ primary: 100, alternate: 0 });
    const before = mutations(on.sandbox);
    await expect(driver.ensure(bad, await look(on, bad), freshPass(on.drive))).rejects.toThrow(/is held/);
    expect(mutations(on.sandbox)).toEqual(before);
  });

  test('is over when Git moves on, and the hold goes', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    await expect(converge(on.drive, manifest(on, 'example/bad:2'))).rejects.toThrow(/held/);
    const next = manifest(on, 'example/web:3');
    await converge(on.drive, next);
    const { live, health } = await converged(on.drive, next);
    expect([health.status, live.tags[HOLD_TAG], serving(live)]).toEqual(['Healthy', undefined, 'example/web:3']);
  });

  test('is over when Git goes back, without a deployment', async () => {
    const good = manifest(on, 'example/web:1');
    await converge(on.drive, good);
    await expect(converge(on.drive, manifest(on, 'example/bad:2'))).rejects.toThrow(/held/);
    const { length } = await deployments(on);
    await converge(on.drive, good);
    expect((await converged(on.drive, good)).live.tags[HOLD_TAG]).toBeUndefined();
    expect((await deployments(on)).length).toBe(length);
  });

  test('is tried again when a person says so', async () => {
    const driver = serviceKind.driver(on.aws);
    await converge(on.drive, manifest(on, 'example/web:1'));
    const bad = manifest(on, 'example/bad:2');
    await expect(converge(on.drive, bad)).rejects.toThrow(/held/);
    await driver.act('retry', await look(on, bad), freshPass(on.drive));
    const live = await look(on, bad);
    expect(driver.rollout(live)).toMatchObject({ phase: 'InProgress' });
    expect(live.tags[HOLD_TAG]).toBeUndefined();
    expect(driver.diff(bad, live)).toEqual([]);
  });
});

test('the count goes through UpdateService, without a deployment', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const more = manifest(on, 'example/web:1', {}, { desiredCount: 3, enableECSManagedTags: true });
  const changes = serviceKind.driver(on.aws).diff(more, await look(on, more));
  expect(changes.map(({ path, effect }) => [path, effect])).toEqual([
    ['/desiredCount', 'inPlace'],
    ['/enableECSManagedTags', 'inPlace'],
  ]);
  await converge(on.drive, more);
  expect((await converged(on.drive, more)).live.service.runningCount).toBe(3);
  expect(await deployments(on)).toEqual([]);
});

test('what neither UpdateService nor an AppSpec changes is refused with the reason', async () => {
  await converge(on.drive, manifest(on, 'example/web:1'));
  const exec = manifest(on, 'example/web:1', {}, { enableExecuteCommand: true });
  expect(serviceKind.driver(on.aws).diff(exec, await look(on, exec))).toMatchObject([
    { path: '/enableExecuteCommand', effect: 'replaces', refused: expect.stringContaining('CODE_DEPLOY') },
  ]);
  await expect(converge(on.drive, exec)).rejects.toThrow(/Give the service another name/);
});

test('settings of the group that somebody changed by hand are drift, and go back', async () => {
  const first = manifest(on, 'example/web:1', { terminateBlueAfterMinutes: 15 });
  const live = await converge(on.drive, first);
  const { codeDeploy } = rolloutClients(on.aws);
  const { application: applicationName, group: currentDeploymentGroupName } = live.codeDeploy?.key ?? never();
  await codeDeploy.send(
    new UpdateDeploymentGroupCommand({
      applicationName,
      currentDeploymentGroupName,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
      autoRollbackConfiguration: { enabled: false },
    }),
  );
  await on.sandbox.advance(300_001);
  expect(
    serviceKind
      .driver(on.aws)
      .diff(first, await look(on, first))
      .map(({ path, part }) => [part, path]),
  ).toEqual([
    ['codedeploy:deployment-group', '/deployment/codeDeploy/autoRollback'],
    ['codedeploy:deployment-group', '/deployment/codeDeploy/config'],
  ]);
  await converge(on.drive, first);
  expect(serviceKind.driver(on.aws).diff(first, await look(on, first))).toEqual([]);
});

test('a task set that somebody made by hand is drift, and goes after a minute', async () => {
  const first = manifest(on, 'example/web:1');
  const live = await converge(on.drive, first);
  await on.sandbox.advance(120_000);
  const { taskDefinition, networkConfiguration } = live.service.taskSets?.[0] ?? {};
  await on.aws.ecs.send(
    new CreateTaskSetCommand({
      ...live.key,
      taskDefinition,
      networkConfiguration,
      launchType: 'FARGATE',
      loadBalancers: [{ targetGroupArn: on.alternate, containerName: 'web', containerPort: 8000 }],
      scale: { unit: 'PERCENT', value: 50 },
    }),
  );
  const driver = serviceKind.driver(on.aws);
  expect(driver.diff(first, await look(on, first))).toMatchObject([
    { part: 'ecs:task-set', path: expect.stringContaining('/deployment/codeDeploy/taskSets/') },
  ]);
  await converge(on.drive, first);
  expect((await look(on, first)).service.taskSets?.filter(({ status }) => status !== 'DRAINING').length).toBe(1);
});

test('at rest the production listener is claimed for what serves, in flight for nobody', async () => {
  const driver = serviceKind.driver(on.aws);
  const canary = { canary: { percent: 10, minutes: 5 } };
  const first = manifest(on, 'example/web:1', canary);
  await converge(on.drive, first);
  await on.sandbox.advance(61_000);
  const path = '/listeners/80/default/forward/api/pair';
  expect(driver.claims(first, await look(on, first))).toMatchObject([
    { on: 'LoadBalancer/public', path, holds: { oneOf: [{ primary: 100, alternate: 0 }, { primary: 100 }] } },
  ]);
  const second = manifest(on, 'example/web:2', canary);
  const live = await driveUntil(on, second, (found) => found.codeDeploy?.active !== undefined);
  expect(driver.claims(second, live)).toMatchObject([{ path, holds: 'any' }]);
});

test('removal takes group, application and configuration along', async () => {
  const first = manifest(on, 'example/web:1', { canary: { percent: 10, minutes: 5 } });
  await converge(on.drive, first);
  await removed(on.drive, first);
  const { codeDeploy } = rolloutClients(on.aws);
  const { applications } = await codeDeploy.send(new ListApplicationsCommand({}));
  const { deploymentConfigsList = [] } = await codeDeploy.send(new ListDeploymentConfigsCommand({}));
  const { serviceArns } = await on.aws.ecs.send(new ListServicesCommand({ cluster: 'main' }));
  expect([applications, deploymentConfigsList.filter((name) => name.startsWith('shop-')), serviceArns]).toEqual([
    [],
    [],
    [],
  ]);
});

test('a service without its manifest is found by the parts on record', async () => {
  const first = manifest(on, 'example/web:1');
  const live = await converge(on.drive, first);
  const driver = serviceKind.driver(on.aws);
  const recorded = driver.parts(live);
  const found = await driver.observe({ recorded }, freshPass(on.drive));
  expect(found?.codeDeploy?.key).toEqual(live.codeDeploy?.key);
  expect(found && driver.parts(found)).toEqual(recorded);
});

test('autoscaling during a canary is kept', async () => {
  const canary = { canary: { percent: 10, minutes: 5 } };
  const claim = { on: 'Service/api', path: '/desiredCount', by: 'ScalingPolicy/api', reason: 'autoscaling' } as const;
  const scaled = (image: string) => ({
    ...manifest(on, image, canary),
    claims: [{ ...claim, holds: { between: [2, 10] as const } }],
  });
  await converge(on.drive, scaled('example/web:1'));
  const next = scaled('example/web:2');
  const live = await driveUntil(on, next, (found) =>
    Object.values(serviceKind.driver(on.aws).rollout(found)?.weights ?? {}).includes(10),
  );
  await on.aws.ecs.send(new UpdateServiceCommand({ ...live.key, desiredCount: 10 }));
  await converge(on.drive, next);
  const after = (await converged(on.drive, next)).live;
  expect([after.service.desiredCount, after.service.runningCount, serving(after)]).toEqual([10, 10, 'example/web:2']);
});

test('a service is not made while the pair of its target group is missing', async () => {
  const desired = manifest({ needs: { ...on.needs, 'TargetGroup/api': { arn: on.primary } } }, 'example/web:1');
  const ensure = serviceKind.driver(on.aws).ensure(desired, undefined, freshPass(on.drive));
  await expect(ensure).rejects.toThrow(/TargetGroup\/api has no pair yet/);
  const { services } = await on.aws.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['shop-api'] }));
  expect(services).toEqual([]);
});

function never(): never {
  throw new Error('there is a group');
}
