import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ShiftSandbox, shiftSandbox } from './testing/shift-sandbox.ts';

let on: ShiftSandbox;
beforeEach(async () => {
  on = await shiftSandbox({ behaviours: { broken: { pullError: 'not found' } } });
  await on.register();
});
afterEach(() => on.close());

const blueGreen = (bakeTimeInMinutes = 0) => ({ strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes });

/** Percent of production and test traffic, and tasks asked for, of the revisions before and of the new one. */
async function picture(): Promise<{ source: unknown[]; target: unknown[] }> {
  const { sourceServiceRevisions = [], targetServiceRevision } = await on.deployment();
  const row = (revision: (typeof sourceServiceRevisions)[number] | undefined) => [
    revision?.requestedProductionTrafficWeight,
    revision?.requestedTestTrafficWeight,
    revision?.requestedTaskCount,
  ];
  return { source: row(sourceServiceRevisions[0]), target: row(targetServiceRevision) };
}

test('a deployment goes through its stages, with blue serving until the production shift', async () => {
  await on.deployed(blueGreen(5));
  const serving = await on.servingGroup();
  const other = serving === 'one' ? 'two' : 'one';
  await on.update();
  const seen: string[] = [];
  const { finishedAt } = await on.untilDeployment(({ lifecycleStage = '', status }) => {
    if (seen.at(-1) !== lifecycleStage) seen.push(lifecycleStage);
    return status === 'SUCCESSFUL';
  });
  // Stages that take no time are not seen.
  expect(seen).toEqual(['PRE_SCALE_UP', 'SCALE_UP', 'BAKE_TIME', 'CLEAN_UP']);
  expect(finishedAt).toBeDefined();
  expect(await on.servingGroup()).toBe(other);
  expect(await on.weights(on.productionRule)).toEqual({ [other]: 100, [serving]: 0 });
  expect(await on.weights(on.testRule)).toEqual({ [other]: 100, [serving]: 0 });
});

test('green has all of its tasks before traffic moves, and blue keeps its own until the bake time is over', async () => {
  await on.deployed(blueGreen(5));
  const [serving, before] = [await on.servingGroup(), await on.weights(on.productionRule)];
  await on.update();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
  expect(await picture()).toEqual({ source: [100, 100, 2], target: [0, 0, 2] });
  expect(await on.weights(on.productionRule)).toEqual(before);
  const { updatedAt } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  expect(await picture()).toEqual({ source: [0, 0, 2], target: [100, 100, 2] });
  expect((await on.weights(on.productionRule))[serving]).toBe(0);
  const service = await on.service();
  expect(service.runningCount).toBe(4);
  expect(service.deployments?.map(({ status, desiredCount }) => [status, desiredCount])).toEqual([
    ['PRIMARY', 2],
    ['ACTIVE', 2],
  ]);
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP');
  expect(on.sandbox.now() - (updatedAt?.getTime() ?? 0)).toBe(300_000);
  await on.untilSuccessful();
  expect((await on.service()).runningCount).toBe(2);
  expect((await on.events()).slice(-2)).toEqual([
    '(service web) (deployment ecs-svc) deployment completed.',
    '(service web) has reached a steady state.',
  ]);
});

test('the first deployment shifts from the target group that the production rule sends traffic to', async () => {
  expect(await on.weights(on.productionRule)).toEqual({ one: 1 });
  await on.deployed(blueGreen());
  expect(await on.weights(on.productionRule)).toEqual({ one: 0, two: 100 });
  expect(await on.servingGroup()).toBe('two');
});

test('CloudTrail has each shift as a call that ECS made with the infrastructure role', async () => {
  await on.deployed(blueGreen());
  await on.sandbox.advance(600_000);
  const trail = new CloudTrailClient(on.client);
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'ModifyRule' }];
  const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes }));
  trail.destroy();
  const calls = Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent) as Record<string, object>);
  expect(calls.map(({ requestParameters }) => requestParameters)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ruleArn: on.testRule }),
      expect.objectContaining({ ruleArn: on.productionRule }),
    ]),
  );
  for (const { userIdentity } of calls) {
    expect(userIdentity).toMatchObject({
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/infrastructure/ECSNetworkingWithELB',
      invokedBy: 'ecs.amazonaws.com',
    });
  }
  expect(calls).toHaveLength(2);
});

test('green tasks that never become healthy keep the deployment in SCALE_UP until the stage is a day old', async () => {
  await on.deployed(blueGreen());
  const before = await on.weights(on.productionRule);
  await on.register({ image: 'broken' });
  await on.update({ taskDefinition: 'web' });
  await on.sandbox.advance(23 * 3_600_000);
  expect(await on.deployment()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
  expect((await on.service()).deployments?.[0]?.failedTasks).toBeGreaterThan(0);
  await on.sandbox.advance(3_700_000);
  expect(await on.deployment()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: 'Service deployment rolled back because the SCALE_UP lifecycle stage timed out.',
  });
  expect(await on.weights(on.productionRule)).toEqual(before);
  expect((await on.service()).runningCount).toBe(2);
});

test('StopServiceDeployment moves all traffic back to blue at once, and then stops green', async () => {
  const { taskDefinition } = await on.deployed(blueGreen(60));
  const serving = await on.servingGroup();
  await on.register({ image: 'web:2' });
  await on.update({ taskDefinition: 'web' });
  const { serviceDeploymentArn } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
  expect((await on.deployment()).status).toBe('ROLLBACK_REQUESTED');
  await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
  await on.sandbox.advance(1);
  expect(await on.deployment()).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS', lifecycleStage: 'CLEAN_UP' });
  expect((await on.weights(on.productionRule))[serving]).toBe(100);
  expect((await on.weights(on.testRule))[serving]).toBe(100);
  const done = await on.untilDeployment(({ status }) => status !== 'ROLLBACK_IN_PROGRESS');
  expect(done).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: 'Service deployment rolled back because of a StopServiceDeployment request.',
    rollback: { serviceRevisionArn: (await on.service()).currentServiceRevisions?.[0]?.arn },
  });
  expect(await on.service()).toMatchObject({ taskDefinition, runningCount: 2 });
});

test('StopServiceDeployment during the clean-up brings the tasks of blue back first', async () => {
  await on.deployed(blueGreen());
  const serving = await on.servingGroup();
  await on.update();
  const { serviceDeploymentArn } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP');
  await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
  await on.untilDeployment(({ status }) => status === 'ROLLBACK_IN_PROGRESS');
  expect(await on.deployment()).toMatchObject({ lifecycleStage: 'SCALE_UP' });
  expect((await on.weights(on.productionRule))[serving]).toBe(0);
  await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
  expect((await on.weights(on.productionRule))[serving]).toBe(100);
  expect((await on.service()).runningCount).toBe(2);
});

test('ABORT leaves both revisions and their traffic as they are, and the next deployment reconciles them', async () => {
  await on.deployed(blueGreen(60));
  const serving = await on.servingGroup();
  await on.update();
  const { serviceDeploymentArn } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ABORT' }));
  await on.sandbox.advance(60_000);
  expect((await on.deployment()).status).toBe('STOPPED');
  expect((await on.weights(on.productionRule))[serving]).toBe(0);
  expect(await on.service()).toMatchObject({ runningCount: 4, deployments: [{ rolloutState: 'FAILED' }, {}] });
  await on.update({ forceNewDeployment: true, deploymentConfiguration: blueGreen(1) });
  expect((await on.deployment()).lifecycleStage).toBe('RECONCILE_SERVICE');
  await on.sandbox.advance(1000);
  expect((await on.weights(on.productionRule))[serving]).toBe(100);
  await on.untilSuccessful();
  expect(await on.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
  expect((await on.weights(on.productionRule))[serving]).toBe(0);
});

test('a new deployment takes the place of one that is under way, and begins with RECONCILE_SERVICE', async () => {
  await on.deployed(blueGreen(60));
  await on.update();
  const { serviceDeploymentArn } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
  await on.update();
  const next = await on.deployment();
  expect(next.serviceDeploymentArn).not.toBe(serviceDeploymentArn);
  expect(next).toMatchObject({ lifecycleStage: 'RECONCILE_SERVICE', status: 'IN_PROGRESS' });
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  expect((await on.service()).runningCount).toBe(4);
});

test('a desired count that changes during the deployment holds for both revisions', async () => {
  await on.deployed(blueGreen(60));
  await on.update();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  await on.update({ desiredCount: 5 });
  await on.until(({ runningCount }) => runningCount === 10);
  expect(await picture()).toEqual({ source: [0, 0, 5], target: [100, 100, 5] });
});

test('a failed first deployment has nothing to roll back to', async () => {
  await on.create({ loadBalancers: [on.loadBalancer()], deploymentConfiguration: blueGreen() });
  const { serviceDeploymentArn } = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
  await on.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
  expect(await on.untilDeployment(({ status }) => status !== 'ROLLBACK_REQUESTED')).toMatchObject({
    status: 'ROLLBACK_FAILED',
    statusReason: expect.stringContaining('No rollback candidate was found to run the rollback.'),
  });
});

test('a service without load balancer and Service Connect is deployed without traffic', async () => {
  await on.deployed(blueGreen(1), { loadBalancers: [] });
  await on.update();
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
  expect(await picture()).toEqual({ source: [undefined, undefined, 2], target: [undefined, undefined, 2] });
  await on.untilSuccessful();
  expect((await on.service()).runningCount).toBe(2);
});
