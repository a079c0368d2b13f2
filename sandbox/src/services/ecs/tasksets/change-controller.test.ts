import {
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeServiceRevisionsCommand,
  DescribeTaskSetsCommand,
  type DeploymentControllerType,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';
import { type TwoTargetGroups, twoTargetGroups } from '../testing/two-target-groups.ts';

let on: EcsSandbox;
let groups: TwoTargetGroups;
beforeEach(async () => {
  on = await ecsSandbox();
  await on.register();
  groups = await twoTargetGroups(on);
});
afterEach(() => on.close());

const at = { cluster: 'main', service: 'web' };
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } };

const withTaskSets = ['CODE_DEPLOY', 'EXTERNAL'] as const;

/** A steady service under the controller. */
async function serviceUnder(type: DeploymentControllerType): Promise<Service> {
  if (type !== 'EXTERNAL') {
    await on.create({ deploymentController: { type }, loadBalancers: groups.of(groups.blue) });
    return on.until(type === 'ECS' ? isCompleted : isSteady);
  }
  await on.create({
    deploymentController: { type },
    taskDefinition: undefined,
    launchType: undefined,
    networkConfiguration: undefined,
  });
  const { taskSet } = await makeSet(groups.blue);
  await on.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...at, primaryTaskSet: taskSet?.id }));
  return on.until(isSteady);
}

const makeSet = (group: string) =>
  on.ecs.send(
    new CreateTaskSetCommand({
      ...at,
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration,
      loadBalancers: groups.of(group),
      scale: { value: 100, unit: 'PERCENT' },
    }),
  );

const isSteady = ({ taskSets, runningCount }: Service) =>
  taskSets?.[0]?.stabilityStatus === 'STEADY_STATE' && runningCount === 2;

async function changeTo(type: DeploymentControllerType, more: Partial<UpdateServiceCommandInput> = {}) {
  const { service } = await on.ecs.send(new UpdateServiceCommand({ ...at, deploymentController: { type }, ...more }));
  return service ?? {};
}

const taskArns = async () => (await on.tasks()).map(({ taskArn = '' }) => taskArn).toSorted();

describe('changing the deployment controller', () => {
  test.each(withTaskSets)(
    'from %s to ECS makes the PRIMARY task set the completed deployment of a service revision, and restarts no task',
    async (from) => {
      const before = await serviceUnder(from);
      const tasks = await taskArns();
      const after = await changeTo('ECS');
      expect(after).toMatchObject({
        deploymentController: { type: 'ECS' },
        taskSets: [],
        deployments: [{ id: before.taskSets?.[0]?.id, status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }],
      });
      await on.sandbox.advance(120_000);
      expect(await taskArns()).toEqual(tasks);
      const arns = after.currentServiceRevisions?.flatMap(({ arn }) => arn ?? []);
      const { serviceRevisions } = await on.ecs.send(
        new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns ?? [] }),
      );
      expect(serviceRevisions).toMatchObject([{ taskDefinition: before.taskDefinition }]);
    },
  );

  test('from CODE_DEPLOY to ECS may come with a new task definition, which is deployed', async () => {
    const before = await serviceUnder('CODE_DEPLOY');
    const taskDefinition = await on.register();
    const after = await changeTo('ECS', { taskDefinition });
    expect(after.deployments).toMatchObject([
      { status: 'PRIMARY', taskDefinition, rolloutState: 'IN_PROGRESS' },
      { status: 'ACTIVE', id: before.taskSets?.[0]?.id },
    ]);
    const done = await on.until((now) => isCompleted(now) && now.deployments?.length === 1);
    expect(done).toMatchObject({ runningCount: 2, taskDefinition });
  });

  test('from CODE_DEPLOY to ECS may come with the strategy BLUE_GREEN and its listener rules', async () => {
    await serviceUnder('CODE_DEPLOY');
    const { production, test: testListenerRule } = groups.rules;
    const [balanced] = groups.of(groups.blue);
    const advancedConfiguration = {
      alternateTargetGroupArn: groups.green,
      productionListenerRule: production,
      testListenerRule,
      roleArn: 'arn:aws:iam::111122223333:role/ecs',
    };
    await changeTo('ECS', {
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
      loadBalancers: [{ ...balanced, advancedConfiguration }],
    });
    const done = await on.until((now) => isCompleted(now) && now.deployments?.length === 1);
    expect(done).toMatchObject({ runningCount: 2, deploymentConfiguration: { strategy: 'BLUE_GREEN' } });
    expect(await groups.states(groups.green)).toEqual(['healthy', 'healthy']);
    expect(await groups.states(groups.blue)).toEqual([]);
  });

  test('from CODE_DEPLOY to EXTERNAL keeps the task set', async () => {
    const before = await serviceUnder('CODE_DEPLOY');
    const tasks = await taskArns();
    const after = await changeTo('EXTERNAL');
    expect(after.taskSets).toMatchObject([{ id: before.taskSets?.[0]?.id, status: 'PRIMARY', runningCount: 2 }]);
    await on.sandbox.advance(60_000);
    expect(await taskArns()).toEqual(tasks);
  });

  test('from ECS to EXTERNAL makes the deployment the PRIMARY task set, which the service still shows as a deployment', async () => {
    const before = await serviceUnder('ECS');
    const tasks = await taskArns();
    const id = before.deployments?.[0]?.id ?? '';
    const after = await changeTo('EXTERNAL');
    expect(after).toMatchObject({ deployments: [{ id, status: 'PRIMARY' }], taskSets: [] });
    const described = await on.ecs.send(new DescribeTaskSetsCommand({ ...at, taskSets: [id] }));
    expect(described.taskSets).toMatchObject([{ id, status: 'PRIMARY', scale: { value: 100 }, runningCount: 2 }]);
    await on.sandbox.advance(60_000);
    expect(await taskArns()).toEqual(tasks);
  });

  test('from ECS to EXTERNAL leaves the former deployment to be removed as a task set', async () => {
    const before = await serviceUnder('ECS');
    const id = before.deployments?.[0]?.id;
    await changeTo('EXTERNAL');
    const { taskSet } = await makeSet(groups.green);
    await on.until((now) => isSteady({ ...now, runningCount: (now.runningCount ?? 0) - 2 }));
    await on.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...at, primaryTaskSet: taskSet?.id }));
    expect(await on.service()).toMatchObject({
      deployments: [{ id, status: 'ACTIVE' }],
      taskSets: [{ id: taskSet?.id, status: 'PRIMARY' }],
    });
    await on.ecs.send(new DeleteTaskSetCommand({ ...at, taskSet: id, force: true }));
    const done = await on.until(({ deployments }) => deployments?.length === 0);
    expect(done).toMatchObject({ runningCount: 2, taskSets: [{ id: taskSet?.id }] });
  });

  test.each<[DeploymentControllerType, DeploymentControllerType]>([
    ['ECS', 'CODE_DEPLOY'],
    ['EXTERNAL', 'CODE_DEPLOY'],
  ])('from %s to %s is not one of the valid transitions', async (from, to) => {
    await serviceUnder(from);
    await expect(changeTo(to)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(`Updating the deployment controller from ${from} to ${to} is not supported.`),
    });
  });

  test('is refused with several task sets, and without a PRIMARY one', async () => {
    await serviceUnder('EXTERNAL');
    const { taskSet } = await makeSet(groups.green);
    await expect(changeTo('ECS')).rejects.toThrow(
      'Updating the deployment controller is not supported when there are multiple tasksets in the service. Please ensure your service has only one taskset and try again.',
    );
    const [primary] = (await on.service()).taskSets ?? [];
    await on.ecs.send(new DeleteTaskSetCommand({ ...at, taskSet: primary?.id, force: true }));
    await on.until(({ taskSets }) => taskSets?.length === 1 && taskSets[0]?.id === taskSet?.id);
    await expect(changeTo('ECS')).rejects.toThrow(
      'Updating the deployment controller requires a primary taskset in the service. Please ensure your service has a primary taskset and try again.',
    );
  });

  test('from ECS is refused during a deployment', async () => {
    await serviceUnder('ECS');
    await on.ecs.send(new UpdateServiceCommand({ ...at, forceNewDeployment: true }));
    await expect(changeTo('EXTERNAL')).rejects.toThrow(
      'Updating the deployment controller is not supported during an ongoing service deployment.',
    );
  });

  test('from ECS is refused with a circuit breaker or alarms, unless the same call takes them away', async () => {
    await on.create({
      loadBalancers: groups.of(groups.blue),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await on.until(isCompleted);
    await expect(changeTo('EXTERNAL')).rejects.toThrow(
      'Deployment circuit breaker feature is only supported with ECS deployment controller.',
    );
    const without = { deploymentCircuitBreaker: { enable: false, rollback: false } };
    expect(await changeTo('EXTERNAL', { deploymentConfiguration: without })).toMatchObject({
      deploymentController: { type: 'EXTERNAL' },
    });
  });

  test('from ECS is refused with VPC Lattice or Service Connect', async () => {
    await on.register({ portMappings: [{ name: 'http', containerPort: 80 }] });
    const words = (what: string) =>
      `The EXTERNAL deployment controller type is not supported for services using ${what}.`;
    await on.create({ serviceConnectConfiguration: { enabled: true, namespace: 'main' } });
    await expect(changeTo('EXTERNAL')).rejects.toThrow(words('Service Connect'));
    const roleArn = 'arn:aws:iam::111122223333:role/ecs';
    const targetGroupArn = 'arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-0123456789abcdef0';
    const vpcLatticeConfigurations = [{ roleArn, targetGroupArn, portName: 'http' }];
    await on.create({ serviceName: 'lattice', vpcLatticeConfigurations });
    await expect(changeTo('EXTERNAL', { service: 'lattice' })).rejects.toThrow(words('VPC Lattice'));
  });

  test('to EXTERNAL may not come with a task definition', async () => {
    await serviceUnder('ECS');
    await expect(changeTo('EXTERNAL', { taskDefinition: 'web' })).rejects.toThrow(
      'Unable to update task definition on services with a EXTERNAL deployment controller.',
    );
  });
});
