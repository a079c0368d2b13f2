import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DescribeTaskSetsCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox } from '../testing/ecs-sandbox.ts';
import { type TwoTargetGroups, twoTargetGroups } from '../testing/two-target-groups.ts';

let on: EcsSandbox;
let groups: TwoTargetGroups;
beforeEach(async () => {
  on = await ecsSandbox({ behaviours: { broken: { status: 503 } } });
  await on.register();
  groups = await twoTargetGroups(on);
});
afterEach(() => on.close());

const at = { cluster: 'main', service: 'web' };
const codeDeploy = (more: Parameters<EcsSandbox['create']>[0] = {}) =>
  on.create({
    deploymentController: { type: 'CODE_DEPLOY' },
    loadBalancers: groups.of(groups.blue),
    healthCheckGracePeriodSeconds: 30,
    ...more,
  });
const update = (more: Partial<UpdateServiceCommandInput>) => on.ecs.send(new UpdateServiceCommand({ ...at, ...more }));
const isSteady = ({ taskSets }: { taskSets?: { stabilityStatus?: string | undefined }[] | undefined }) =>
  taskSets?.[0]?.stabilityStatus === 'STEADY_STATE';

describe('a service under CODE_DEPLOY', () => {
  test('begins with a PRIMARY task set of its own task definition, network and target group', async () => {
    const created = await codeDeploy();
    expect(created).toMatchObject({
      deployments: [],
      deploymentController: { type: 'CODE_DEPLOY' },
      taskSets: [
        {
          status: 'PRIMARY',
          taskDefinition: created.taskDefinition,
          scale: { value: 100, unit: 'PERCENT' },
          loadBalancers: groups.of(groups.blue),
          networkConfiguration: created.networkConfiguration,
          platformVersion: '1.4.0',
          stabilityStatus: 'STABILIZING',
        },
      ],
    });
    const steady = await on.until(isSteady);
    expect(steady).toMatchObject({ runningCount: 2, taskSets: [{ runningCount: 2, computedDesiredCount: 2 }] });
    expect(await groups.states(groups.blue)).toEqual(['healthy', 'healthy']);
  });

  test('is refused without a load balancer, and with the scheduling strategy DAEMON', async () => {
    await expect(codeDeploy({ loadBalancers: [] })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(codeDeploy({ schedulingStrategy: 'DAEMON', desiredCount: undefined })).rejects.toThrow(
      'The CODE_DEPLOY deployment controller type is not supported for services using the DAEMON scheduling strategy.',
    );
  });

  test.each<[string, Partial<UpdateServiceCommandInput>, string]>([
    ['the task definition', { taskDefinition: 'web' }, 'Unable to update task definition on'],
    [
      'the network, also an unchanged one',
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } } },
      'Unable to update network parameters on',
    ],
    ['the platform version', { platformVersion: '1.4.0' }, 'Unable to update platform version on'],
    ['a new deployment by force', { forceNewDeployment: true }, 'Cannot force a new deployment on'],
  ])('refuses %s from UpdateService', async (_what, input, words) => {
    await codeDeploy();
    await expect(update(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `${words} services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`,
    });
  });

  test('takes desired count, percents, grace period, placement and tag settings from UpdateService', async () => {
    await codeDeploy();
    const before = await on.until(isSteady);
    const { service } = await update({
      desiredCount: 3,
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
      healthCheckGracePeriodSeconds: 60,
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
    });
    expect(service).toMatchObject({
      desiredCount: 3,
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
      healthCheckGracePeriodSeconds: 60,
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
    });
    const after = await on.until(({ runningCount }) => runningCount === 3);
    expect(after.taskSets?.map(({ id }) => id)).toEqual([before.taskSets?.[0]?.id]);
  });

  test('is scaled by Application Auto Scaling through its desired count', async () => {
    await codeDeploy({ desiredCount: 1 });
    await on.until(isSteady);
    await new ApplicationAutoScalingClient(on.client).send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: 'ecs',
        ResourceId: 'service/main/web',
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 3,
        MaxCapacity: 5,
      }),
    );
    const scaled = await on.until(({ runningCount }) => runningCount === 3);
    expect(scaled).toMatchObject({ desiredCount: 3, taskSets: [{ computedDesiredCount: 3 }] });
  });

  test('is deleted with its task sets, once their tasks are gone', async () => {
    const created = await codeDeploy();
    await on.until(isSteady);
    await expect(on.ecs.send(new DeleteServiceCommand(at))).rejects.toThrow(
      'The service cannot be stopped while it is scaled above 0.',
    );
    const { service } = await on.ecs.send(new DeleteServiceCommand({ ...at, force: true }));
    expect(service).toMatchObject({ status: 'DRAINING', taskSets: [{ status: 'DRAINING' }] });
    expect(await on.until(({ status }) => status === 'INACTIVE')).toMatchObject({ taskSets: [] });
    expect(await groups.states(groups.blue)).toEqual([]);
    const id = created.taskSets?.[0]?.id ?? '';
    await expect(on.ecs.send(new DescribeTaskSetsCommand({ ...at, taskSets: [id] }))).rejects.toMatchObject({
      name: 'ServiceNotActiveException',
    });
  });

  test('may have a task set whose target group no listener uses yet: it is steady without health checks', async () => {
    await codeDeploy();
    await on.until(isSteady);
    await on.register({ image: 'broken' });
    const unused = await groups.unused('later');
    const { taskSet } = await on.ecs.send(
      new CreateTaskSetCommand({
        ...at,
        taskDefinition: 'web',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        loadBalancers: groups.of(unused),
        scale: { value: 100, unit: 'PERCENT' },
      }),
    );
    const now = await on.until(({ taskSets }) => taskSets?.[1]?.stabilityStatus === 'STEADY_STATE');
    expect(now.taskSets?.[1]).toMatchObject({ id: taskSet?.id, runningCount: 2 });
    expect(await groups.states(unused)).toEqual(['unused', 'unused']);
  });

  test('names its task set as the one who started its tasks', async () => {
    const created = await codeDeploy();
    await on.until(isSteady);
    const startedBy = created.taskSets?.[0]?.id ?? '';
    const { taskArns } = await on.ecs.send(new ListTasksCommand({ cluster: 'main', startedBy }));
    expect(taskArns).toHaveLength(2);
  });
});
