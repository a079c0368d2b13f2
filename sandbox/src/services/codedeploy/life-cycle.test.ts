import { CreateDeploymentConfigCommand } from '@aws-sdk/client-codedeploy';
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const minute = 60_000;

let on: CodeDeploySandbox;
let next: string;
beforeEach(async () => {
  on = await codeDeploySandbox();
  next = await on.register({ image: 'web:2' });
});
afterEach(() => on.close());

/** Weights of green on the production listener, one for each half minute of so many. */
async function greenWeights(minutes: number): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = [];
  for (let half = 0; half < minutes * 2; half++) {
    seen.push((await on.weights(on.listeners.production)).green);
    await on.sandbox.advance(minute / 2);
  }
  return seen;
}

test('a deployment goes through its lifecycle events in their order', async () => {
  await on.createGroup();
  const id = await on.deploy(next);
  expect((await on.deployment(id)).status).toBe('Created');
  await on.untilEvent(id, 'AfterAllowTraffic');
  await on.sandbox.advance(1000);
  const { lifecycleEvents = [], status, targetArn } = await on.target(id);
  expect(lifecycleEvents.map(({ lifecycleEventName }) => lifecycleEventName)).toEqual([
    'BeforeInstall',
    'Install',
    'AfterInstall',
    'AllowTestTraffic',
    'AfterAllowTestTraffic',
    'BeforeAllowTraffic',
    'AllowTraffic',
    'AfterAllowTraffic',
  ]);
  expect(lifecycleEvents.map((event) => event.status)).toEqual(Array(8).fill('Succeeded'));
  const times = lifecycleEvents.flatMap(({ startTime, endTime }) => [startTime?.getTime(), endTime?.getTime()]);
  expect(times).toEqual(times.toSorted((a = 0, b = 0) => a - b));
  expect(status).toBe('Succeeded');
  expect(targetArn).toMatch(/:service\/main\/web$/);
  expect(await on.deployment(id)).toMatchObject({ status: 'InProgress', instanceTerminationWaitTimeStarted: true });
});

test('without a test listener there are no events of test traffic', async () => {
  const { loadBalancerInfo } = on.groupInput();
  const [{ testTrafficRoute: _, ...pair } = {}] = loadBalancerInfo?.targetGroupPairInfoList ?? [];
  await on.createGroup({ loadBalancerInfo: { targetGroupPairInfoList: [pair] } });
  const id = await on.deploy(next);
  await on.untilStatus(id, 'Succeeded');
  expect(Object.keys(await on.eventStatuses(id))).toEqual([
    'BeforeInstall',
    'Install',
    'AfterInstall',
    'BeforeAllowTraffic',
    'AllowTraffic',
    'AfterAllowTraffic',
  ]);
});

test('test traffic goes to the replacement task set before any production traffic does', async () => {
  await on.createGroup();
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AllowTestTraffic');
  expect(await on.weights(on.listeners.test)).toEqual({ blue: 0, green: 100 });
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
});

test('the replacement task set has the other target group, all tasks and the id of the deployment', async () => {
  await on.createGroup();
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AfterInstall');
  const { taskSets } = await on.service();
  const green = taskSets?.find(({ status }) => status === 'ACTIVE');
  expect(green).toMatchObject({
    externalId: id,
    startedBy: 'CODE_DEPLOY',
    taskDefinition: next,
    scale: { value: 100, unit: 'PERCENT' },
    runningCount: 2,
    stabilityStatus: 'STEADY_STATE',
    loadBalancers: [{ targetGroupArn: on.groups.green, containerName: 'web', containerPort: 80 }],
  });
  expect((await on.target(id)).taskSetsInfo).toMatchObject([
    { status: 'PRIMARY', trafficWeight: 100, desiredCount: 2, targetGroup: { name: 'blue' }, taskSetLabel: 'Blue' },
    {
      identifer: green?.id,
      status: 'ACTIVE',
      trafficWeight: 0,
      runningCount: 2,
      targetGroup: { name: 'green' },
      taskSetLabel: 'Green',
    },
  ]);
});

test('all at once all traffic goes over, and the original task set ends after the termination wait', async () => {
  await on.createGroup();
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AfterAllowTraffic');
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 0, green: 100 });
  expect(await on.taskSets()).toEqual(['PRIMARY web:2', 'ACTIVE web:1']);
  await on.sandbox.advance(5 * minute - 2000);
  expect((await on.deployment(id)).status).toBe('InProgress');
  await on.sandbox.advance(4000);
  expect(await on.deployment(id)).toMatchObject({
    status: 'Succeeded',
    creator: 'user',
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    deploymentOverview: { Succeeded: 1, Failed: 0, InProgress: 0 },
  });
  expect(await on.taskSets()).toEqual(['PRIMARY web:2', 'DRAINING web:1']);
});

test('a linear configuration shifts equal increments at equal times', async () => {
  await on.createGroup({ deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes' });
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AllowTraffic');
  await on.sandbox.advance(1000);
  expect(await greenWeights(10)).toEqual([
    10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60, 70, 70, 80, 80, 90, 90, 100, 100,
  ]);
});

test('a canary configuration shifts a part, and the rest when its interval is over', async () => {
  await on.createGroup({ deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' });
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AllowTraffic');
  await on.sandbox.advance(1000);
  expect(await greenWeights(6)).toEqual([...Array<number>(10).fill(10), 100, 100]);
  expect(await on.taskSets()).toEqual(['PRIMARY web:2', 'ACTIVE web:1']);
});

test('own configurations shift as they say, and the last increment is what is left', async () => {
  await on.codedeploy.send(
    new CreateDeploymentConfigCommand({
      deploymentConfigName: 'thirds',
      computePlatform: 'ECS',
      trafficRoutingConfig: { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 40, linearInterval: 2 } },
    }),
  );
  await on.createGroup();
  const id = await on.deploy(next, { deploymentConfigName: 'thirds' });
  expect((await on.deployment(id)).deploymentConfigName).toBe('thirds');
  await on.untilEvent(id, 'AllowTraffic');
  await on.sandbox.advance(1000);
  expect(await greenWeights(5)).toEqual([40, 40, 40, 40, 80, 80, 80, 80, 100, 100]);
});

test('the replacement task set is behind the listener before it has traffic', async () => {
  await on.createGroup({ deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' });
  const id = await on.deploy(next);
  await on.untilEvent(id, 'Install');
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
});

test('every rule that forwards to the pair shifts, and no other', async () => {
  const rule = async (Priority: number, TargetGroupArn: string) => {
    const { Rules } = await on.elb.send(
      new CreateRuleCommand({
        ListenerArn: on.listeners.production,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: [`/${Priority}/*`] }],
        Actions: [{ Type: 'forward', TargetGroupArn }],
      }),
    );
    return Rules?.[0]?.RuleArn ?? '';
  };
  const { TargetGroups } = await on.elb.send(
    new CreateTargetGroupCommand({
      Name: 'other',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
    }),
  );
  const other = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const ofPair = await rule(1, on.groups.blue);
  const ofOther = await rule(2, other);
  await on.createGroup();
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AfterAllowTraffic');
  const { Rules } = await on.elb.send(new DescribeRulesCommand({ RuleArns: [ofPair, ofOther] }));
  const forwards = Rules?.map(({ Actions }) =>
    Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ TargetGroupArn, Weight }) => [TargetGroupArn, Weight]),
  );
  expect(forwards).toEqual([
    [
      [on.groups.blue, 0],
      [on.groups.green, 100],
    ],
    [[other, 1]],
  ]);
});

test('the next deployment uses the target groups the other way round', async () => {
  await on.createGroup();
  const second = await on.deploy(next);
  await on.untilStatus(second, 'Succeeded');
  const third = await on.register({ image: 'web:3' });
  const id = await on.deploy(third);
  await on.untilStatus(id, 'Succeeded');
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
  expect(await on.weights(on.listeners.test)).toEqual({ blue: 100, green: 0 });
  expect((await on.deployment(id)).previousRevision).toEqual((await on.deployment(second)).revision);
});
