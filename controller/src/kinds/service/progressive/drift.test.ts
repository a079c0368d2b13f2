import { CreateTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge } from '../../../../test/converge.ts';
import { serviceKind } from '../index.ts';
import { type Bed, bed, look, manifest, setWeights, targetGroup, taskSets, turn, weights } from './testing/bed.ts';

let on: Bed;

beforeEach(async () => {
  on = await bed();
});
afterEach(() => on.close());

describe('at rest', () => {
  test('a task set made by hand is a difference, and goes after a minute', async () => {
    const desired = manifest(on, 'example/web:1');
    const live = await converge(on.drive, desired);
    const { key, service } = live;
    const { taskDefinition, networkConfiguration } = service;
    await on.aws.ecs.send(
      new CreateTaskSetCommand({
        ...key,
        taskDefinition,
        networkConfiguration,
        launchType: 'FARGATE',
        scale: { unit: 'PERCENT', value: 50 },
      }),
    );
    const driver = serviceKind.driver(on.aws);
    const seen = await look(on, desired);
    expect(driver.diff(desired, seen).map(({ path }) => path)).toEqual([
      expect.stringContaining('/deployment/progressive/taskSets/'),
    ]);
    await turn(on, desired);
    expect((await taskSets(on, seen)).map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
    await converge(on.drive, desired);
    expect(driver.diff(desired, await look(on, desired))).toEqual([]);
  });

  test('a stray weight is claimed by the service, and goes after a minute', async () => {
    const desired = manifest(on, 'example/web:1');
    const live = await converge(on.drive, desired);
    await setWeights(on, { [on.primary]: 70, [on.alternate]: 30 });
    const driver = serviceKind.driver(on.aws);
    expect(driver.claims(desired, live)).toMatchObject([
      { on: 'LoadBalancer/public', by: 'Service/api', holds: { exactly: { primary: 100, alternate: 0 } } },
      { on: 'LoadBalancer/public', by: 'Service/api' },
    ]);
    await on.sandbox.advance(60_000);
    await converge(on.drive, desired);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
  });
});

test('what a rule outside of the Application forwards to besides is a difference of the service, and goes after a minute', async () => {
  const { 'ruleArn(80)': listenerRuleArn } = on.needs['LoadBalancer/public'] ?? {};
  if (typeof listenerRuleArn !== 'string') throw new Error('there is no rule');
  const desired = manifest(on, 'example/web:1', { productionRule: { listenerRuleArn } });
  await converge(on.drive, desired);
  const third = await targetGroup(on.aws, 'third');
  await setWeights(on, { [on.primary]: 80, [third]: 20 });
  const driver = serviceKind.driver(on.aws);
  expect(driver.diff(desired, await look(on, desired))).toEqual([
    {
      part: 'elbv2:rule',
      path: '/deployment/progressive/productionRule/weights',
      from: { [on.primary]: 80, [third]: 20 },
      to: { [on.primary]: 100, [on.alternate]: 0 },
      effect: 'inPlace',
    },
  ]);
  await converge(on.drive, desired);
  expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
  expect(driver.diff(desired, await look(on, desired))).toEqual([]);
});
