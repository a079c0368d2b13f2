import {
  CreateTaskSetCommand,
  type CreateTaskSetCommandInput,
  DeleteTaskSetCommand,
  DescribeTaskSetsCommand,
  ListTagsForResourceCommand,
  StopTaskCommand,
  TagResourceCommand,
  type TaskSet,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox } from '../testing/ecs-sandbox.ts';
import { twoTargetGroups } from '../testing/two-target-groups.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox({ behaviours: { broken: { status: 503 } } });
  await on.register();
});
afterEach(() => on.close());

const at = { cluster: 'main', service: 'web' };
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } };
const external = {
  deploymentController: { type: 'EXTERNAL' },
  taskDefinition: undefined,
  launchType: undefined,
  networkConfiguration: undefined,
} as const;

async function makeSet(more: Partial<CreateTaskSetCommandInput> = {}): Promise<TaskSet> {
  const { taskSet } = await on.ecs.send(
    new CreateTaskSetCommand({ ...at, taskDefinition: 'web', launchType: 'FARGATE', networkConfiguration, ...more }),
  );
  return taskSet ?? {};
}

const all = { value: 100, unit: 'PERCENT' } as const;

async function look(taskSet: TaskSet, include?: 'TAGS'): Promise<TaskSet> {
  const { taskSets } = await on.ecs.send(
    new DescribeTaskSetsCommand({ ...at, taskSets: [taskSet.id ?? ''], ...(include ? { include: [include] } : {}) }),
  );
  return taskSets?.[0] ?? {};
}

/** Steps time until the set is steady. */
async function steady(taskSet: TaskSet): Promise<TaskSet> {
  for (let waited = 0; waited < 300; waited++) {
    await on.sandbox.advance(1000);
    const now = await look(taskSet);
    if (now.stabilityStatus === 'STEADY_STATE') return now;
  }
  throw new Error(`not steady in five minutes: ${JSON.stringify(await look(taskSet))}`);
}

const makePrimary = (taskSet: TaskSet) =>
  on.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...at, primaryTaskSet: taskSet.id }));
const remove = (taskSet: TaskSet, force?: boolean) =>
  on.ecs.send(new DeleteTaskSetCommand({ ...at, taskSet: taskSet.id, ...(force === undefined ? {} : { force }) }));

describe('a service under EXTERNAL', () => {
  test('begins without tasks, and shows no task definition and no deployments', async () => {
    const created = await on.create(external);
    expect(created).toMatchObject({ deployments: [], taskSets: [], loadBalancers: [], desiredCount: 2 });
    expect(created.taskDefinition).toBeUndefined();
    expect(created.networkConfiguration).toBeUndefined();
    await on.sandbox.advance(60_000);
    expect(await on.tasks()).toEqual([]);
  });

  test.each<[string, Parameters<EcsSandbox['create']>[0], string]>([
    ['a task definition', { taskDefinition: 'web' }, 'TaskDefinition must be blank.'],
    ['an empty task definition', { taskDefinition: '' }, 'Family should not be null or empty.'],
    ['a network', { networkConfiguration }, 'NetworkConfiguration must be null.'],
    ['a launch type', { launchType: 'FARGATE' }, 'LaunchType must be blank.'],
    [
      'Service Connect',
      { serviceConnectConfiguration: { enabled: true } },
      'The EXTERNAL deployment controller type is not supported for services using Service Connect.',
    ],
    [
      'the scheduling strategy DAEMON',
      { schedulingStrategy: 'DAEMON', desiredCount: undefined },
      'The EXTERNAL deployment controller type is not supported for services using the DAEMON scheduling strategy.',
    ],
    [
      'a circuit breaker',
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
      'Deployment circuit breaker feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.',
    ],
    [
      'alarms',
      { deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['a'] } } },
      'Alarm based rollback feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.',
    ],
  ])('is refused with %s', async (_what, input, message) => {
    await expect(on.create({ ...external, ...input })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    });
  });

  test.each<[string, object, string]>([
    [
      'the task definition',
      { taskDefinition: 'web' },
      'Unable to update task definition on services with a EXTERNAL deployment controller.',
    ],
    [
      'the deployment configuration',
      { deploymentConfiguration: { maximumPercent: 150 } },
      'Unable to update deployment configuration on services with a EXTERNAL deployment controller.',
    ],
    [
      'forceNewDeployment',
      { forceNewDeployment: true },
      'Cannot force a new deployment on services with a EXTERNAL deployment controller.',
    ],
  ])('refuses %s from UpdateService', async (_what, input, message) => {
    await on.create(external);
    await expect(on.ecs.send(new UpdateServiceCommand({ ...at, ...input }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    });
  });
});

describe('a task set', () => {
  test('is ACTIVE at scale 0 unless told otherwise, and needs no task to be steady', async () => {
    await on.create(external);
    const made = await makeSet();
    expect(made).toMatchObject({
      status: 'ACTIVE',
      scale: { value: 0, unit: 'PERCENT' },
      computedDesiredCount: 0,
      stabilityStatus: 'STABILIZING',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
    });
    expect(made.taskSetArn).toBe(`arn:aws:ecs:eu-west-1:111122223333:task-set/main/web/${made.id}`);
    expect(await steady(made)).toMatchObject({ runningCount: 0 });
    expect((await on.service()).taskSets).toMatchObject([{ id: made.id, status: 'ACTIVE' }]);
  });

  test('runs its scale of the desired count, rounded up, and tells of each step', async () => {
    await on.create({ ...external, desiredCount: 3 });
    const made = await makeSet({ scale: { value: 34, unit: 'PERCENT' } });
    expect(await steady(made)).toMatchObject({ computedDesiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(await on.events()).toEqual([
      '(service web) updated computedDesiredCount for taskSet ecs-svc to 2.',
      '(service web, taskSet ecs-svc) has started 2 tasks: (task) (task).',
      '(service web, taskSet ecs-svc) updated state to STEADY_STATE.',
      '(service web) has reached a steady state.',
    ]);
    await on.ecs.send(new UpdateTaskSetCommand({ ...at, taskSet: made.id, scale: { value: 0, unit: 'PERCENT' } }));
    expect(await steady(made)).toMatchObject({ computedDesiredCount: 0, runningCount: 0 });
  });

  test('follows the desired count of the service', async () => {
    await on.create({ ...external, desiredCount: 2 });
    const made = await makeSet({ scale: { value: 50, unit: 'PERCENT' } });
    await steady(made);
    await on.ecs.send(new UpdateServiceCommand({ ...at, desiredCount: 5 }));
    expect(await look(made)).toMatchObject({ stabilityStatus: 'STABILIZING' });
    expect(await steady(made)).toMatchObject({ computedDesiredCount: 3, runningCount: 3 });
  });

  test('made with a client token that was used before is answered as it is', async () => {
    await on.create(external);
    const made = await makeSet({ clientToken: 'once' });
    expect((await makeSet({ clientToken: 'once' })).id).toBe(made.id);
    expect((await on.service()).taskSets).toHaveLength(1);
  });

  test('replaces tasks that stop', async () => {
    await on.create({ ...external, desiredCount: 1 });
    const made = await makeSet({ scale: all });
    await steady(made);
    const [task] = await on.tasks();
    await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }));
    await on.sandbox.advance(2000);
    expect(await look(made)).toMatchObject({ stabilityStatus: 'STABILIZING' });
    expect(await steady(made)).toMatchObject({ runningCount: 1 });
    expect((await on.tasks())[0]?.taskArn).not.toBe(task?.taskArn);
  });

  test('is steady when its targets are healthy in its own target group', async () => {
    const groups = await twoTargetGroups(on);
    await on.create(external);
    const blue = await makeSet({ scale: all, loadBalancers: groups.of(groups.blue) });
    await steady(blue);
    await on.register({ image: 'broken' });
    const green = await makeSet({ scale: all, loadBalancers: groups.of(groups.green), externalId: 'release-2' });
    await on.sandbox.advance(120_000);
    expect(await groups.states(groups.blue)).toEqual(['healthy', 'healthy']);
    expect(await look(green)).toMatchObject({ stabilityStatus: 'STABILIZING', externalId: 'release-2' });
    expect(await on.events()).toContain('(service web, taskSet ecs-svc) registered 2 targets in (target-group arn)');
  });

  test('that becomes PRIMARY gives the service its task definition, network and target group', async () => {
    const groups = await twoTargetGroups(on);
    await on.create(external);
    const first = await makeSet({ loadBalancers: groups.of(groups.blue) });
    await makePrimary(first);
    const second = await makeSet({ taskDefinition: await on.register(), loadBalancers: groups.of(groups.green) });
    expect(await on.service()).toMatchObject({ taskDefinition: expect.stringMatching(/web:1$/) });
    await makePrimary(second);
    expect(await on.service()).toMatchObject({
      taskDefinition: expect.stringMatching(/web:2$/),
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      loadBalancers: groups.of(groups.green),
      networkConfiguration,
      taskSets: [
        { id: second.id, status: 'PRIMARY' },
        { id: first.id, status: 'ACTIVE' },
      ],
    });
  });

  test('of a target group that no listener uses is refused', async () => {
    const groups = await twoTargetGroups(on);
    await on.create(external);
    const unused = await groups.unused('later');
    await expect(makeSet({ loadBalancers: groups.of(unused) })).rejects.toThrow(
      'does not have an associated load balancer.',
    );
  });

  test('of a service that has five of them cannot be made', async () => {
    await on.create(external);
    for (let i = 0; i < 5; i++) await makeSet();
    await expect(makeSet()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: '5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.',
    });
  });

  test('of a service under ECS cannot be made', async () => {
    await on.create();
    await expect(makeSet()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    });
  });

  test.each<[string, Partial<CreateTaskSetCommandInput>, string, string]>([
    ['an unknown task definition', { taskDefinition: 'nope' }, 'ClientException', 'TaskDefinition not found.'],
    [
      'no network',
      { networkConfiguration: undefined },
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'a scale above 100',
      { scale: { value: 101, unit: 'PERCENT' } },
      'InvalidParameterException',
      'The scale value must be between 0 and 100.',
    ],
  ])('with %s cannot be made', async (_what, input, name, message) => {
    await on.create(external);
    await expect(makeSet(input)).rejects.toMatchObject({ name, message });
  });
});

describe('DeleteTaskSet', () => {
  test('refuses a task set that is scaled above 0, or PRIMARY, unless forced', async () => {
    await on.create(external);
    const made = await makeSet({ scale: all });
    await expect(remove(made)).rejects.toThrow('The task set cannot be deleted while it is scaled above 0.');
    const primary = await makeSet();
    await makePrimary(primary);
    await expect(remove(primary)).rejects.toThrow('The primary task set cannot be deleted without force.');
    expect((await remove(primary, true)).taskSet).toMatchObject({ id: primary.id, status: 'DRAINING' });
    expect((await on.service()).taskDefinition).toBeUndefined();
  });

  test('leaves a task set DRAINING until its tasks have left their target group', async () => {
    const groups = await twoTargetGroups(on);
    await on.create(external);
    const made = await makeSet({ scale: all, loadBalancers: groups.of(groups.blue) });
    await steady(made);
    await remove(made, true);
    await on.sandbox.advance(5000);
    expect(await look(made)).toMatchObject({ status: 'DRAINING', computedDesiredCount: 0 });
    expect(await groups.states(groups.blue)).toEqual(['draining', 'draining']);
    await on.until(({ taskSets }) => taskSets?.length === 0);
    expect(await groups.states(groups.blue)).toEqual([]);
    await expect(remove(made)).rejects.toMatchObject({ name: 'TaskSetNotFoundException' });
  });
});

describe('DescribeTaskSets', () => {
  test('answers unknown task sets as MISSING failures', async () => {
    await on.create(external);
    const described = await on.ecs.send(new DescribeTaskSetsCommand({ ...at, taskSets: ['ecs-svc/1'] }));
    expect(described).toMatchObject({
      taskSets: [],
      failures: [{ arn: 'arn:aws:ecs:eu-west-1:111122223333:task-set/main/web/ecs-svc/1', reason: 'MISSING' }],
    });
  });

  test('refuses an empty list, and identifiers of other things', async () => {
    await on.create(external);
    await expect(on.ecs.send(new DescribeTaskSetsCommand(at))).rejects.toThrow('TaskSets cannot be empty.');
    await expect(on.ecs.send(new DescribeTaskSetsCommand({ ...at, taskSets: ['web'] }))).rejects.toThrow(
      'Task Set Identifier is invalid',
    );
  });

  test('shows tags when they are included, and other services see them', async () => {
    await on.create(external);
    const made = await makeSet({ tags: [{ key: 'step', value: '1' }] });
    await on.ecs.send(
      new TagResourceCommand({ resourceArn: made.taskSetArn, tags: [{ key: 'since', value: 'noon' }] }),
    );
    const tags = [
      { key: 'step', value: '1' },
      { key: 'since', value: 'noon' },
    ];
    expect((await look(made)).tags ?? []).toEqual([]);
    expect((await look(made, 'TAGS')).tags).toEqual(tags);
    expect((await on.ecs.send(new ListTagsForResourceCommand({ resourceArn: made.taskSetArn }))).tags).toEqual(tags);
    const { ResourceTagMappingList } = await new ResourceGroupsTaggingAPIClient(on.client).send(
      new GetResourcesCommand({ ResourceTypeFilters: ['ecs:task-set'] }),
    );
    expect(ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN)).toEqual([made.taskSetArn]);
    await remove(made, true);
    await on.until(({ taskSets }) => taskSets?.length === 0);
    await expect(on.ecs.send(new ListTagsForResourceCommand({ resourceArn: made.taskSetArn }))).rejects.toThrow(
      'The specified resource was not found.',
    );
  });
});
