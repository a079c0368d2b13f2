import { CreateTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AwsContext } from '../../src/aws/context.ts';
import { isEmpty } from '../../src/core/plan.ts';
import { renderText } from '../../src/core/render/text.ts';
import { ALL_STRATEGIES, type Strategy } from '../../src/kinds/service/transitions.ts';
import { mutations } from '../converge.ts';
import { rest } from '../matrix/stage.ts';
import { idleGroup, productionShares, setProductionShares, type Shares, strayGroup } from './listeners.ts';
import { DEPLOYMENTS, shop } from './shop.ts';
import { type Kept, keep, type Stand, stand } from './stand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Calls that begin a deployment. */
const BEGINNINGS = ['ecs:UpdateService', 'ecs:CreateTaskSet', 'codedeploy:CreateDeployment'];

const beginnings = ({ world }: Stand): readonly number[] => {
  const calls = world.sandbox.calls();
  return BEGINNINGS.map((call) => calls[call] ?? 0);
};

async function differences(on: Stand): Promise<readonly string[]> {
  const plan = await on.plan();
  return plan.waves.flat().flatMap(({ ref, changes }) => changes.map(({ path }) => `${ref} ${path}`));
}

async function expectNothingLeft(on: Stand): Promise<void> {
  const plan = await on.plan();
  expect(isEmpty(plan), renderText(plan)).toBe(true);
  expect(await on.status()).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
}

/** What a person may do to the weights of users' traffic: the new ones, from the two target groups. */
const STRAYS: readonly (readonly [string, (aws: AwsContext, serving: string) => Promise<Shares>])[] = [
  ['a stray weight', async (aws, serving) => ({ [serving]: 70, [await idleGroup(aws)]: 30 })],
  ['all traffic on the other group', async (aws, serving) => ({ [serving]: 0, [await idleGroup(aws)]: 100 })],
  ['a third target group', async (aws, serving) => ({ [serving]: 80, [await strayGroup(aws)]: 20 })],
];

describe.each(ALL_STRATEGIES)('after rollouts by %s', (strategy) => {
  let kept: Kept | undefined;
  beforeAll(async () => {
    await using on = await stand();
    for (const version of ['1', '2']) {
      on.commit(shop(version, DEPLOYMENTS[strategy]));
      expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    }
    await rest(on.world);
    kept = await keep(on);
  });
  afterAll(() => kept?.[Symbol.asyncDispose]());

  const standing = async (): Promise<Stand> => {
    const on = await stand(kept);
    on.commit(shop('2', DEPLOYMENTS[strategy]));
    return on;
  };

  test('there is nothing to do, now and in the next three sweeps', async () => {
    await using on = await standing();
    await expectNothingLeft(on);
    const before = mutations(on.world.sandbox);
    for (let sweep = 0; sweep < 3; sweep++) {
      await on.world.clock.sleep(180_000);
      await expectNothingLeft(on);
    }
    expect(mutations(on.world.sandbox)).toEqual(before);
  });

  // A rolling service moves no traffic, and claims none within the pair.
  const strays = strategy === 'Rolling' ? STRAYS.slice(-1) : STRAYS;
  test.each(strays)('%s is seen in the plan with its field, and taken back without a deployment', async (_, stray) => {
    await using on = await standing();
    const shares = await on.byHand(productionShares);
    const tasks = await on.tasks();
    const [serving = ''] = Object.keys(shares);
    await on.byHand(async (aws) => setProductionShares(aws, await stray(aws, serving)));
    const seen = await differences(on);
    expect(seen.length).toBeGreaterThan(0);
    for (const field of seen) expect(field).toMatch(/^LoadBalancer\/public \/listeners\/80\/default\/forward\//);
    expect(await on.status()).toMatchObject({ sync: 'OutOfSync' });
    const before = beginnings(on);
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    expect(await on.byHand(productionShares)).toEqual(shares);
    expect(beginnings(on)).toEqual(before);
    expect(await on.tasks()).toEqual(tasks);
    await expectNothingLeft(on);
  });
});

const SHIFTING: readonly Strategy[] = ALL_STRATEGIES.filter((strategy) => strategy !== 'Rolling');

test.each(SHIFTING)('the weights of a rollout by %s are its own while it runs', async (strategy) => {
  await using on = await stand();
  on.commit(shop('1', DEPLOYMENTS[strategy]));
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  on.commit(shop('2', DEPLOYMENTS[strategy]));
  await on.syncFor(75_000);
  const [one = '', other = await on.byHand(idleGroup)] = Object.keys(await on.byHand(productionShares));
  const byHand = { [one]: 40, [other]: 60 };
  await on.byHand((aws) => setProductionShares(aws, byHand));
  expect(await differences(on)).toEqual([]);
  expect(await on.status()).toMatchObject({ sync: 'Synced', health: { status: 'Progressing' } });
  expect(await on.byHand(productionShares)).toEqual(byHand);
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  await rest(on.world);
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  await expectNothingLeft(on);
  expect(Object.values(await on.byHand(productionShares))).toEqual([100]);
});

test.each(['CodeDeploy', 'Progressive'] as const)(
  'under %s a task set that no deployment made is seen in the plan, and goes after a minute',
  async (strategy) => {
    await using on = await stand();
    on.commit(shop('1', DEPLOYMENTS[strategy]));
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    await rest(on.world);
    const { clusterArn: cluster, serviceName: service, taskSets = [] } = await on.service();
    const [{ taskDefinition, networkConfiguration, id } = {}] = taskSets;
    const before = await on.tasks();
    const set = { cluster, service, taskDefinition, networkConfiguration, launchType: 'FARGATE' as const };
    const scale = { unit: 'PERCENT' as const, value: 50 };
    await on.byHand(({ ecs }) => ecs.send(new CreateTaskSetCommand({ ...set, scale })));
    expect(await differences(on)).toEqual([expect.stringMatching(/^Service\/api \/deployment\/\w+\/taskSets/)]);
    const made = on.world.sandbox.now();
    const began = beginnings(on);
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    expect(on.world.sandbox.now() - made).toBeGreaterThanOrEqual(60_000);
    await rest(on.world);
    expect((await on.service()).taskSets?.map((one) => one.id)).toEqual([id]);
    expect(await on.tasks()).toEqual(before);
    expect(beginnings(on)).toEqual(began);
    await expectNothingLeft(on);
  },
);
