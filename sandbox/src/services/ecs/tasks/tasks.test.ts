import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type ContainerDefinition,
  DescribeTasksCommand,
  GetTaskProtectionCommand,
  ListTagsForResourceCommand,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  TagResourceCommand,
  type Task,
  UntagResourceCommand,
  UpdateTaskProtectionCommand,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';

const behaviours = {
  batch: { exitAfterMs: 5_000, exitCode: 0, logs: ['begin', 'end'] },
  failing: { exitAfterMs: 5_000, exitCode: 7 },
  sick: { healthyAfterMs: 'never' as const },
  unpullable: { pullError: 'failed to resolve ref unpullable: pull access denied' },
};
const role = { executionRoleArn: 'arn:aws:iam::111122223333:role/execution' };

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox({ behaviours });
  await on.register();
});
afterEach(() => on.close());

async function run(more: Partial<RunTaskCommandInput> = {}): Promise<Task[]> {
  const { tasks } = await on.ecs.send(
    new RunTaskCommand({
      cluster: 'main',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      ...more,
    }),
  );
  return tasks ?? [];
}

async function describeTask(taskArn = ''): Promise<Task> {
  const { tasks } = await on.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [taskArn] }));
  return tasks?.[0] ?? {};
}

/** Every state that the task is seen in, looked at each second. */
async function lifeOf(taskArn: string | undefined, seconds: number): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < seconds; i++) {
    const { lastStatus = '' } = await describeTask(taskArn);
    if (seen.at(-1) !== lastStatus) seen.push(lastStatus);
    await on.sandbox.advance(1000);
  }
  return seen;
}

describe('the life of a task', () => {
  test('goes by PROVISIONING, PENDING and ACTIVATING to RUNNING', async () => {
    const [task] = await run();
    expect(task).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
    });
    expect(await lifeOf(task?.taskArn, 20)).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING']);
    await waitUntilTasksRunning({ client: on.ecs, maxWaitTime: 30 }, { cluster: 'main', tasks: [task?.taskArn ?? ''] });
    expect(await describeTask(task?.taskArn)).toMatchObject({
      connectivity: 'CONNECTED',
      containers: [{ name: 'web', lastStatus: 'RUNNING', networkInterfaces: [{ privateIpv4Address: '10.0.0.4' }] }],
    });
  });

  test('goes by STOPPING and DEPROVISIONING to STOPPED when a user stops it', async () => {
    const [task] = await run();
    await on.sandbox.advance(20_000);
    const stopped = await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn, reason: 'enough' }));
    expect(stopped.task).toMatchObject({
      desiredStatus: 'STOPPED',
      stoppedReason: 'enough',
      stopCode: 'UserInitiated',
    });
    expect(await lifeOf(task?.taskArn, 15)).toEqual(['STOPPING', 'DEPROVISIONING', 'STOPPED']);
    await waitUntilTasksStopped({ client: on.ecs, maxWaitTime: 30 }, { cluster: 'main', tasks: [task?.taskArn ?? ''] });
  });

  test('ends with its essential container', async () => {
    await on.register({ image: 'failing' });
    const [task] = await run();
    await on.sandbox.advance(60_000);
    expect(await describeTask(task?.taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ lastStatus: 'STOPPED', exitCode: 7 }],
    });
  });

  test('goes on without a container that is not essential', async () => {
    const containers: ContainerDefinition[] = [
      { name: 'web', image: 'web:1' },
      { name: 'setup', image: 'batch', essential: false },
    ];
    await on.register({}, { containerDefinitions: containers });
    const [task] = await run();
    await on.sandbox.advance(60_000);
    const { lastStatus, containers: now } = await describeTask(task?.taskArn);
    expect(lastStatus).toBe('RUNNING');
    expect(now?.map(({ name, lastStatus: status, exitCode }) => [name, status, exitCode])).toEqual([
      ['web', 'RUNNING', undefined],
      ['setup', 'STOPPED', 0],
    ]);
  });

  test('starts a container when what it depends on is done', async () => {
    const containers: ContainerDefinition[] = [
      { name: 'web', image: 'web:1', dependsOn: [{ containerName: 'setup', condition: 'SUCCESS' }] },
      { name: 'setup', image: 'batch', essential: false },
    ];
    await on.register({}, { containerDefinitions: containers });
    const [task] = await run();
    await on.sandbox.advance(14_000);
    expect((await describeTask(task?.taskArn)).containers?.map(({ lastStatus }) => lastStatus)).toEqual([
      'PENDING',
      'RUNNING',
    ]);
    await on.sandbox.advance(10_000);
    expect((await describeTask(task?.taskArn)).lastStatus).toBe('RUNNING');
  });

  test.each<[condition: 'SUCCESS' | 'HEALTHY', other: ContainerDefinition]>([
    ['SUCCESS', { image: 'failing' }],
    ['HEALTHY', { image: 'sick', healthCheck: { command: ['CMD', 'true'], interval: 5, retries: 2 } }],
  ])('fails to start when what it depends on did not reach %s', async (condition, other) => {
    const containers: ContainerDefinition[] = [
      { name: 'web', image: 'web:1', dependsOn: [{ containerName: 'setup', condition }] },
      { name: 'setup', essential: false, ...other },
    ];
    await on.register({}, { containerDefinitions: containers });
    const [task] = await run();
    await on.sandbox.advance(60_000);
    expect(await describeTask(task?.taskArn)).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
  });

  test('is remembered for an hour after its end', async () => {
    const [task] = await run();
    await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }));
    await on.sandbox.advance(3_590_000);
    expect((await describeTask(task?.taskArn)).lastStatus).toBe('STOPPED');
    await on.sandbox.advance(60_000);
    const { failures } = await on.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [task?.taskArn ?? ''] }));
    expect(failures).toEqual([{ arn: task?.taskArn, reason: 'MISSING' }]);
  });
});

describe('a task that cannot start says why in the words of ECS', () => {
  test.each<[string, ContainerDefinition, RegExp]>([
    [
      'a missing parameter',
      { secrets: [{ name: 'A', valueFrom: '/app/a' }] },
      /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: invalid parameters: \/app\/a$/,
    ],
    [
      'a missing secret',
      { secrets: [{ name: 'A', valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:gone-abcdef' }] },
      /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: .*ResourceNotFoundException: /,
    ],
    [
      'a missing log group',
      {
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/gone', 'awslogs-stream-prefix': 'x' } },
      },
      /^ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: .*ResourceNotFoundException: The specified log group does not exist/,
    ],
    [
      'an image that does not exist',
      { image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:does-not-exist' },
      /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref 111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/app:does-not-exist: not found$/,
    ],
    ['an image that is scripted so', { image: 'unpullable' }, /^CannotPullContainerError: .*pull access denied$/],
  ])('%s', async (_what, container, reason) => {
    await on.register(container, role);
    const [task] = await run();
    await on.sandbox.advance(40_000);
    const stopped = await describeTask(task?.taskArn);
    expect(stopped).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    expect(stopped.stoppedReason).toMatch(reason);
    expect(stopped.startedAt).toBeUndefined();
  });

  test('a secret that is there lets it start', async () => {
    await new SSMClient(on.client).send(new PutParameterCommand({ Name: '/app/a', Value: 'x', Type: 'SecureString' }));
    await on.register({ secrets: [{ name: 'A', valueFrom: '/app/a' }] }, role);
    const [task] = await run();
    await on.sandbox.advance(20_000);
    expect((await describeTask(task?.taskArn)).lastStatus).toBe('RUNNING');
  });
});

test('log lines go to prefix/container/task-id of the group', async () => {
  const logs = new CloudWatchLogsClient(on.client);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
  const options = { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'ecs', 'awslogs-region': 'eu-west-1' };
  await on.register({ image: 'batch', logConfiguration: { logDriver: 'awslogs', options } }, role);
  const [task] = await run();
  await on.sandbox.advance(20_000);
  const logStreamName = `ecs/web/${task?.taskArn?.split('/').at(-1)}`;
  const { events } = await logs.send(
    new GetLogEventsCommand({ logGroupName: '/ecs/web', logStreamName, startFromHead: true }),
  );
  expect(events?.map(({ message }) => message)).toEqual(['begin', 'end']);
});

describe('RunTask', () => {
  test('starts up to ten tasks, each with its own address', async () => {
    const tasks = await run({ count: 3, startedBy: 'me', group: 'batch' });
    expect(tasks.map(({ startedBy, group }) => [startedBy, group])).toEqual([
      ['me', 'batch'],
      ['me', 'batch'],
      ['me', 'batch'],
    ]);
    await on.sandbox.advance(20_000);
    const { taskArns } = await on.ecs.send(new ListTasksCommand({ cluster: 'main', startedBy: 'me' }));
    expect(taskArns).toHaveLength(3);
    await expect(run({ count: 11 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('with a token it was called with before starts nothing again', async () => {
    const first = await run({ clientToken: 'token' });
    const again = await run({ clientToken: 'token' });
    expect(again.map(({ taskArn }) => taskArn)).toEqual(first.map(({ taskArn }) => taskArn));
    await expect(run({ clientToken: 'token', count: 2 })).rejects.toMatchObject({ name: 'ConflictException' });
  });

  test('forgets a token an hour after the end of its tasks', async () => {
    const [first] = await run({ clientToken: 'token' });
    await on.sandbox.advance(20_000);
    await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: first?.taskArn }));
    await on.sandbox.advance(50 * 60_000);
    const [again] = await run({ clientToken: 'token' });
    expect(again?.taskArn).toBe(first?.taskArn);
    await on.sandbox.advance(20 * 60_000);
    const [another] = await run({ clientToken: 'token' });
    expect(another?.taskArn).not.toBe(first?.taskArn);
  });

  test('that placed nothing may be sent again with its token', async () => {
    on.sandbox.fault({ effect: 'capacityUnavailable' });
    expect(await run({ clientToken: 'token' })).toEqual([]);
    on.sandbox.clearFaults();
    expect(await run({ clientToken: 'token' })).toHaveLength(1);
  });

  test('propagates no tags of a service', async () => {
    await expect(run({ propagateTags: 'SERVICE' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('shows its overrides, and refuses those of containers that are not there', async () => {
    const containerOverrides = [{ name: 'web', command: ['migrate'] }];
    const [task] = await run({ overrides: { containerOverrides, cpu: '512', memory: '1024' } });
    expect(task).toMatchObject({ cpu: '512', memory: '1024', overrides: { containerOverrides } });
    await expect(run({ overrides: { containerOverrides: [{ name: 'nope' }] } })).rejects.toMatchObject({
      message: 'Override for container named nope is not a container in the TaskDefinition.',
    });
  });

  test('on EC2 finds no container instances', async () => {
    await expect(run({ launchType: 'EC2' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'No Container Instances were found in your cluster.',
    });
  });

  test('takes tags of the call and of the task definition', async () => {
    await on.register({}, { tags: [{ key: 'from', value: 'definition' }] });
    const [task] = await run({
      propagateTags: 'TASK_DEFINITION',
      tags: [{ key: 'own', value: '1' }],
      enableECSManagedTags: true,
    });
    expect(task?.tags).toEqual([
      { key: 'from', value: 'definition' },
      { key: 'own', value: '1' },
      { key: 'aws:ecs:clusterName', value: 'main' },
    ]);
  });
});

describe('lists and lookups', () => {
  test('ListTasks shows tasks that should run, and stopped ones when asked', async () => {
    const [task] = await run();
    await on.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }));
    expect((await on.ecs.send(new ListTasksCommand({ cluster: 'main' }))).taskArns).toEqual([]);
    const stopped = await on.ecs.send(
      new ListTasksCommand({ cluster: 'main', desiredStatus: 'STOPPED', family: 'web' }),
    );
    expect(stopped.taskArns).toEqual([task?.taskArn]);
  });

  test('ListTasks takes no other filter with startedBy', async () => {
    const listing = on.ecs.send(new ListTasksCommand({ cluster: 'main', startedBy: 'me', family: 'web' }));
    await expect(listing).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('StopTask of an unknown task is an InvalidParameterException', async () => {
    await expect(on.ecs.send(new StopTaskCommand({ cluster: 'main', task: 'nope' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    });
  });
});

describe('tasks of a service', () => {
  test('take its tags and the managed ones when it propagates them', async () => {
    await on.create({ propagateTags: 'SERVICE', enableECSManagedTags: true, tags: [{ key: 'team', value: 'a' }] });
    await on.sandbox.advance(2000);
    const [task] = await on.tasks();
    expect(task?.tags).toEqual([
      { key: 'team', value: 'a' },
      { key: 'aws:ecs:clusterName', value: 'main' },
      { key: 'aws:ecs:serviceName', value: 'web' },
    ]);
    expect(task).toMatchObject({ group: 'service:web', startedBy: expect.stringMatching(/^ecs-svc\/\d{19}$/) });
  });

  test('are spread over the subnets', async () => {
    await on.create({ desiredCount: 4 });
    await on.sandbox.advance(2000);
    const zones = (await on.tasks()).map(({ availabilityZone = '' }) => availabilityZone).toSorted();
    expect(zones).toEqual(['eu-west-1a', 'eu-west-1a', 'eu-west-1b', 'eu-west-1b']);
  });

  test('are protected for two hours unless told otherwise, tasks without service not at all', async () => {
    await on.create({ desiredCount: 1 });
    await on.until(isCompleted);
    const [own] = await on.tasks();
    const [other] = await run();
    const tasks = [own?.taskArn ?? '', other?.taskArn ?? ''];
    const updated = await on.ecs.send(
      new UpdateTaskProtectionCommand({ cluster: 'main', tasks, protectionEnabled: true }),
    );
    expect(updated.protectedTasks).toEqual([
      { taskArn: own?.taskArn, protectionEnabled: true, expirationDate: new Date(on.sandbox.now() + 7_200_000) },
    ]);
    expect(updated.failures).toEqual([{ arn: other?.taskArn, reason: 'TASK_NOT_VALID' }]);
    await on.sandbox.advance(7_200_000);
    const later = await on.ecs.send(new GetTaskProtectionCommand({ cluster: 'main', tasks: [own?.taskArn ?? ''] }));
    expect(later.protectedTasks).toEqual([{ taskArn: own?.taskArn, protectionEnabled: false }]);
  });
});

describe('tags', () => {
  test('are added, changed and taken away', async () => {
    const { serviceArn: resourceArn = '' } = await on.create({ tags: [{ key: 'a', value: '1' }] });
    await on.ecs.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { key: 'a', value: '2' },
          { key: 'b', value: '3' },
        ],
      }),
    );
    await on.ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['b', 'unknown'] }));
    expect((await on.ecs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: 'a', value: '2' },
    ]);
  });

  test('of reserved keys are refused', async () => {
    const { serviceArn: resourceArn = '' } = await on.create();
    await expect(
      on.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'aws:x', value: '1' }] })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
