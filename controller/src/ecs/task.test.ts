import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { TaskTemplate } from '../api/task.ts';
import { diffTrees } from '../core/diff.ts';
import { renderTaskDefinition } from './render.ts';
import { canonicalLiveTask, canonicalTask, TASK_DIFF, type TaskSetting } from './task.ts';

const setting: TaskSetting = { partition: 'aws', accountId: '123456789012', hasNetwork: true, onFargate: true };

const declared: TaskTemplate = {
  cpu: '1 vCPU',
  memory: '2 GB',
  executionRole: 'exec',
  runtimePlatform: { cpuArchitecture: 'ARM64' },
  volumes: [{ name: 'tmp' }, { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
  containers: [
    {
      name: 'web',
      image: 'example/web:1',
      portMappings: [{ containerPort: 8000, name: 'http' }, { containerPort: 9000 }],
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '' },
      ],
      secrets: [{ name: 'KEY', valueFrom: '/shop/key' }],
      healthCheck: { command: ['CMD-SHELL', 'true'] },
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/shop', 'awslogs-region': 'eu-west-1' } },
      mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp' }],
    },
    {
      name: 'agent',
      image: 'example/agent:1',
      essential: false,
      dependsOn: [{ containerName: 'web', condition: 'START' }],
    },
  ],
};

/** What DescribeTaskDefinition answers for it: defaults filled in, lists reordered, output fields added. */
const echo: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-api:7',
  family: 'shop-api',
  revision: 7,
  status: 'ACTIVE',
  compatibilities: ['EC2', 'FARGATE'],
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.task-iam-role' }],
  registeredAt: new Date(0),
  registeredBy: 'arn:aws:iam::123456789012:user/ci',
  cpu: '1024',
  memory: '2048',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  executionRoleArn: 'arn:aws:iam::123456789012:role/exec',
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  placementConstraints: [],
  enableFaultInjection: false,
  volumes: [
    {
      name: 'data',
      efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/', transitEncryption: 'DISABLED' },
    },
    { name: 'tmp', host: {} },
  ],
  containerDefinitions: [
    {
      name: 'agent',
      image: 'example/agent:1',
      cpu: 0,
      essential: false,
      portMappings: [],
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      dependsOn: [{ containerName: 'web', condition: 'START' }],
    },
    {
      name: 'web',
      image: 'example/web:1',
      cpu: 0,
      essential: true,
      portMappings: [
        { containerPort: 9000, hostPort: 9000, protocol: 'tcp' },
        { containerPort: 8000, hostPort: 8000, protocol: 'tcp', name: 'http' },
      ],
      environment: [
        { name: 'A', value: '' },
        { name: 'B', value: '2' },
      ],
      secrets: [{ name: 'KEY', valueFrom: '/shop/key' }],
      healthCheck: { command: ['CMD-SHELL', 'true'], interval: 30, timeout: 5, retries: 3 },
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-region': 'eu-west-1', 'awslogs-group': '/shop', mode: 'non-blocking' },
        secretOptions: [],
      },
      mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false }],
      volumesFrom: [],
      systemControls: [],
    },
  ],
};

const ordered = (conditions: readonly string[]): object =>
  conditions.map((containerName) => ({ containerName, condition: 'START' }));

function changes(live: TaskDefinition, task: TaskTemplate = declared): readonly unknown[] {
  const from = { task: canonicalLiveTask(live) };
  return diffTrees('ecs:task-definition', from, { task: canonicalTask(task, setting) }, TASK_DIFF).map(
    ({ path, from: found, to }) => [path, found, to],
  );
}

function withWeb(web: object): TaskDefinition {
  const [agent, live] = echo.containerDefinitions ?? [];
  return { ...echo, containerDefinitions: [agent ?? {}, { ...live, ...web }] };
}

test("AWS's echo of the defaults is no difference", () => {
  expect(changes(echo)).toEqual([]);
});

describe('any other value shows exactly', () => {
  test.each<[string, TaskDefinition, readonly unknown[]]>([
    ['cpu', { ...echo, cpu: '2048' }, ['/task/cpu', 2048, 1024]],
    [
      'a role',
      { ...echo, taskRoleArn: 'arn:aws:iam::123456789012:role/x' },
      ['/task/taskRole', 'arn:aws:iam::123456789012:role/x', undefined],
    ],
    ['network mode', { ...echo, networkMode: 'bridge' }, ['/task/networkMode', 'bridge', 'awsvpc']],
    ['an image', withWeb({ image: 'example/web:2' }), ['/task/containers/web/image', 'example/web:2', 'example/web:1']],
    [
      'the interval of a health check',
      withWeb({ healthCheck: { command: ['CMD-SHELL', 'true'], interval: 10, timeout: 5, retries: 3 } }),
      ['/task/containers/web/healthCheck/interval', 10, 30],
    ],
    [
      'a variable',
      withWeb({
        environment: [
          { name: 'A', value: '' },
          { name: 'B', value: '3' },
        ],
      }),
      ['/task/containers/web/environment/B/value', '3', '2'],
    ],
    [
      'a default that is not one',
      withWeb({ readonlyRootFilesystem: true }),
      ['/task/containers/web/readonlyRootFilesystem', true, false],
    ],
    [
      'an option of the logs',
      withWeb({
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/shop', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'x' },
        },
      }),
      ['/task/containers/web/logConfiguration/options/awslogs-stream-prefix', 'x', undefined],
    ],
    [
      'a field that Longshore has no word for',
      { ...echo, inferenceAccelerators: [{ deviceName: 'd', deviceType: 't' }] },
      ['/task/inferenceAccelerators', [{ deviceName: 'd', deviceType: 't' }], undefined],
    ],
  ])('%s', (_, live, expected) => {
    expect(changes(live)).toEqual([expected]);
  });

  test('a mode of the logs that is declared', () => {
    const [web, agent] = declared.containers;
    if (web?.logConfiguration === undefined || agent === undefined) throw new Error('the declared task has changed');
    const options = { ...web.logConfiguration.options, mode: 'blocking' };
    const task = {
      ...declared,
      containers: [{ ...web, logConfiguration: { ...web.logConfiguration, options } }, agent],
    };
    expect(changes(echo, task)).toEqual([
      ['/task/containers/web/logConfiguration/options/mode', 'non-blocking', 'blocking'],
    ]);
  });

  test('the order of what ECS keeps in order', () => {
    const live = withWeb({ dependsOn: ordered(['a', 'b']) });
    const [web, agent] = declared.containers;
    const task = { ...declared, containers: [{ ...web, dependsOn: ordered(['b', 'a']) }, agent] } as TaskTemplate;
    expect(changes(live, task)).toHaveLength(2);
  });
});

test('null, empty strings, empty lists and empty objects all mean that a field is not set', () => {
  const tool = {
    ...declared,
    pidMode: '',
    ipcMode: null,
    placementConstraints: [],
    containers: declared.containers.map((container) => ({
      ...container,
      links: [],
      dockerLabels: {},
      user: '',
      command: null,
    })),
  } as unknown as TaskTemplate;
  expect(changes(echo, tool)).toEqual([]);
  const input = renderTaskDefinition('shop-api', tool, setting, {});
  expect(Object.keys(input)).not.toContain('pidMode');
  expect(Object.keys(input.containerDefinitions?.[0] ?? {})).not.toContain('user');
});

test('a request holds what was declared, sizes as text in units, and tags', () => {
  const input = renderTaskDefinition('shop-api', declared, setting, { team: 'x' });
  expect(input).toMatchObject({
    family: 'shop-api',
    cpu: '1024',
    memory: '2048',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    executionRoleArn: 'arn:aws:iam::123456789012:role/exec',
    tags: [{ key: 'team', value: 'x' }],
  });
  expect(Object.keys(input.containerDefinitions?.[1] ?? {}).toSorted()).toEqual([
    'dependsOn',
    'essential',
    'image',
    'name',
  ]);
});

describe('each kind of volume', () => {
  const fsx = {
    fileSystemId: 'fs-4',
    rootDirectory: 'share',
    authorizationConfig: {
      credentialsParameter: 'arn:aws:ssm:eu-west-1:123456789012:parameter/x',
      domain: 'corp.example.com',
    },
  };
  const efs = { fileSystemId: 'fs-1', transitEncryption: 'ENABLED' as const };
  const task: TaskTemplate = {
    containers: [{ name: 'web', image: 'example/web:1' }],
    volumes: [
      { name: 'plain' },
      { name: 'ebs', configuredAtLaunch: true },
      { name: 'efs', efsVolumeConfiguration: { ...efs, authorizationConfig: { accessPointId: 'fsap-1' } } },
      { name: 's3', s3filesVolumeConfiguration: { fileSystemArn: 'arn:s3' } },
      { name: 'fsx', fsxWindowsFileServerVolumeConfiguration: fsx },
      { name: 'docker', dockerVolumeConfiguration: { driverOpts: { type: 'nfs' } } },
    ],
  };
  const live = {
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    containerDefinitions: [{ name: 'web', image: 'example/web:1', cpu: 0, essential: true }],
  };
  const volumes: NonNullable<TaskDefinition['volumes']> = [
    {
      name: 'docker',
      dockerVolumeConfiguration: { scope: 'task', driver: 'local', autoprovision: false, driverOpts: { type: 'nfs' } },
    },
    { name: 'ebs', configuredAtLaunch: true },
    {
      name: 'efs',
      efsVolumeConfiguration: {
        ...efs,
        rootDirectory: '/',
        authorizationConfig: { accessPointId: 'fsap-1', iam: 'DISABLED' },
      },
    },
    { name: 'fsx', fsxWindowsFileServerVolumeConfiguration: fsx },
    { name: 'plain', host: {} },
    { name: 's3', s3filesVolumeConfiguration: { fileSystemArn: 'arn:s3', rootDirectory: '/' } },
  ];
  const withVolume = (name: string, more: object): TaskDefinition => ({
    ...live,
    volumes: volumes.map((volume) => (volume.name === name ? { name, ...more } : volume)),
  });

  test('reads back with its defaults, which are no difference', () => {
    expect(changes({ ...live, volumes }, task)).toEqual([]);
  });

  test.each<readonly [string, TaskDefinition, readonly unknown[]]>([
    [
      's3files',
      withVolume('s3', { s3filesVolumeConfiguration: { fileSystemArn: 'arn:s3', rootDirectory: '/a' } }),
      ['/task/volumes/s3/s3filesVolumeConfiguration/rootDirectory', '/a', '/'],
    ],
    [
      'fsx',
      withVolume('fsx', { fsxWindowsFileServerVolumeConfiguration: { ...fsx, rootDirectory: 'other' } }),
      ['/task/volumes/fsx/fsxWindowsFileServerVolumeConfiguration/rootDirectory', 'other', 'share'],
    ],
    [
      'docker',
      withVolume('docker', { dockerVolumeConfiguration: { scope: 'shared', driverOpts: { type: 'nfs' } } }),
      ['/task/volumes/docker/dockerVolumeConfiguration/scope', 'shared', 'task'],
    ],
    ['at launch', withVolume('ebs', {}), ['/task/volumes/ebs/configuredAtLaunch', false, true]],
  ])('%s with any other value shows exactly that', (_, definition, expected) => {
    expect(changes(definition, task)).toEqual([expected]);
  });

  test('goes to the API as it is declared', () => {
    expect(renderTaskDefinition('shop-api', task, setting, {}).volumes).toEqual(task.volumes);
  });
});
