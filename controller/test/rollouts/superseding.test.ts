import { BatchGetDeploymentsCommand, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { DescribeTaskDefinitionCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test, vi } from 'vitest';
import type { DeploymentSpec } from '../../src/api/deployment.ts';
import { rolloutClients } from '../../src/aws/rollout-clients.ts';
import { isEmpty } from '../../src/core/plan.ts';
import { renderText } from '../../src/core/render/text.ts';
import { ALL_STRATEGIES, type Strategy, strategyOf } from '../../src/kinds/service/transitions.ts';
import { rest } from '../matrix/stage.ts';
import { DEPLOYMENTS, shop } from './shop.ts';
import { type Stand, stand } from './stand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** When the new version has its first share of the traffic, in milliseconds of AWS's time. */
const underWay = (strategy: Strategy): number => (strategy === 'Rolling' ? 12_000 : 60_000);

/** With version 1 at rest, and a rollout to version 2 that nobody looks after. */
async function inFlight(strategy: Strategy, deployment: DeploymentSpec = DEPLOYMENTS[strategy]): Promise<Stand> {
  const on = await stand();
  on.commit(shop('1', deployment));
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  await rest(on.world);
  on.commit(shop('2', deployment));
  await on.syncFor(underWay(strategy));
  return on;
}

/** What became of every deployment, oldest first; of the task sets of Progressive, how many came to serve. */
async function outcomes(on: Stand, strategy: Strategy): Promise<readonly unknown[]> {
  const { clusterArn: cluster, serviceName: service } = await on.service();
  if (strategy === 'Progressive') return [on.world.sandbox.calls()['ecs:UpdateServicePrimaryTaskSet']];
  return on.byHand(async (aws) => {
    if (strategy === 'CodeDeploy') {
      const { codeDeploy } = rolloutClients(aws);
      const { deployments: deploymentIds = [] } = await codeDeploy.send(new ListDeploymentsCommand({}));
      const { deploymentsInfo = [] } = await codeDeploy.send(new BatchGetDeploymentsCommand({ deploymentIds }));
      const byTime = deploymentsInfo.toSorted((a, b) => Number(a.createTime) - Number(b.createTime));
      return byTime.map(({ creator, status }) => `${creator} ${status}`);
    }
    const { serviceDeployments = [] } = await aws.ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
    const byTime = serviceDeployments.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
    return byTime.map(({ status }) => status);
  });
}

async function expectAt(on: Stand, image: string): Promise<void> {
  const { taskDefinition } = await on.service();
  const answer = await on.byHand(({ ecs }) => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })));
  expect(answer.taskDefinition?.containerDefinitions?.[0]?.image).toBe(image);
  const plan = await on.plan();
  expect(isEmpty(plan), renderText(plan)).toBe(true);
  expect(await on.status()).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
}

const NATIVE = ['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL'];
const SUPERSEDED: Readonly<Record<Strategy, readonly unknown[]>> = {
  Rolling: NATIVE,
  BlueGreen: NATIVE,
  Linear: NATIVE,
  Canary: NATIVE,
  CodeDeploy: ['user Stopped', 'codeDeployRollback Succeeded', 'user Succeeded'],
  Progressive: [2],
};
const IN_TURN = ['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL'];
const QUEUED: Readonly<Record<Strategy, readonly unknown[]>> = {
  Rolling: IN_TURN,
  BlueGreen: IN_TURN,
  Linear: IN_TURN,
  Canary: IN_TURN,
  CodeDeploy: ['user Succeeded', 'user Succeeded'],
  Progressive: [3],
};

describe.each(ALL_STRATEGIES)('a newer version while a rollout by %s is under way', (strategy) => {
  test('takes its place', async () => {
    await using on = await inFlight(strategy);
    on.commit(shop('3', DEPLOYMENTS[strategy]));
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    expect(await outcomes(on, strategy)).toEqual(SUPERSEDED[strategy]);
    await expectAt(on, 'example/web:3');
  });

  test('waits for its end where Git says so', async () => {
    const deployment = { ...DEPLOYMENTS[strategy], onNewRevision: 'Queue' as const };
    await using on = await inFlight(strategy, deployment);
    on.commit(shop('3', deployment));
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    expect(await outcomes(on, strategy)).toEqual(QUEUED[strategy]);
    await expectAt(on, 'example/web:3');
  });

  test('that is the one before ends where it began', async () => {
    await using on = await inFlight(strategy);
    on.commit(shop('1', DEPLOYMENTS[strategy]));
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    await expectAt(on, 'example/web:1');
  });
});

const OTHERS: readonly (readonly [Strategy, Strategy])[] = [
  ['Rolling', 'Canary'],
  ['Canary', 'Rolling'],
  ['Canary', 'Progressive'],
  ['CodeDeploy', 'BlueGreen'],
  ['CodeDeploy', 'Progressive'],
  ['Progressive', 'Rolling'],
  ['Progressive', 'Linear'],
];

test.each(OTHERS)('a newer version that comes by another strategy, from %s to %s, gets there', async (from, to) => {
  await using on = await inFlight(from);
  on.commit(shop('3', DEPLOYMENTS[to]));
  expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
  expect(strategyOf({ service: await on.service() })).toBe(to);
  await rest(on.world);
  await expectAt(on, 'example/web:3');
});
