import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Change } from '../../src/core/driver.ts';
import type { ApplicationInput, StatusOptions } from '../../src/engine/engine.ts';
import { manifest } from '../applications.ts';
import type { Harness } from '../harness.ts';
import { BEHAVIOURS, cluster } from '../matrix/manifests.ts';
import { asUser, syncs, users } from '../users-ask/shop.ts';
import { never } from './world.ts';

const service = manifest('Service/api', {
  cluster: 'main',
  desiredCount: 1,
  launchType: 'FARGATE',
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  task: { cpu: 256, memory: 512, containers: [{ name: 'web', image: 'example/web:1' }] },
});

let world: Harness;
let input: ApplicationInput;
let definition: string;
beforeEach(async () => {
  world = await users({ behaviours: BEHAVIOURS });
  input = world.application([cluster(), service]);
  expect((await syncs(world, input)).phase).toBe('Succeeded');
  definition = await definitionInUse();
  await asUser(world, ({ ecs }) => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: definition })));
});
afterEach(() => world[Symbol.asyncDispose]());

async function definitionInUse(): Promise<string> {
  const { parts } = await world.engine.status(input, never);
  return parts.get('Service/api')?.find(({ type }) => type === 'ecs:task-definition')?.id ?? '';
}

async function changes(options?: StatusOptions): Promise<readonly Change[]> {
  const { status } = await world.engine.status(input, never, options);
  return status.plan.waves.flat().flatMap((step) => step.changes);
}

const drift = { path: '/task', from: expect.stringMatching(/shop-api:1 is INACTIVE$/u), effect: 'restartsTasks' };

it('a deregistered task definition is drift as soon as an event says so, and a sync gives the service another one', async () => {
  expect(await changes({ recheck: true })).toMatchObject([drift]);
  expect((await syncs(world, input)).phase).toBe('Succeeded');
  expect(await changes({ recheck: true })).toEqual([]);
  expect(await definitionInUse()).toBe(definition.replace(/1$/u, '2'));
});

it('without an event it is seen half an hour later, with one call in between', async () => {
  const reads = () => world.sandbox.calls()['ecs:DescribeTaskDefinition'] ?? 0;
  const before = reads();
  await world.clock.sleep(600_000);
  expect(await changes()).toEqual([]);
  expect(reads()).toBe(before);
  await world.clock.sleep(1_200_000);
  expect(await changes()).toMatchObject([drift]);
  expect(reads()).toBe(before + 1);
});
