import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox } from '../testing/ecs-sandbox.ts';
import { cpuUnits, isFargateSize, memoryMiB } from './fargate-sizes.ts';

let on: EcsSandbox;
beforeAll(async () => {
  on = await ecsSandbox({ throttle: false });
});
afterAll(() => on.close());

const fargate: RegisterTaskDefinitionCommandInput = {
  family: 'app',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'app:1' }],
};

async function registered(input: Partial<RegisterTaskDefinitionCommandInput>) {
  const { taskDefinition } = await on.ecs.send(new RegisterTaskDefinitionCommand({ ...fargate, ...input }));
  return taskDefinition;
}

describe('a task definition reads back', () => {
  test('with the defaults of its containers filled in', async () => {
    const definition = await registered({
      containerDefinitions: [
        {
          name: 'app',
          image: 'app:1',
          portMappings: [{ containerPort: 8080 }],
          healthCheck: { command: ['CMD', 'true'] },
        },
      ],
    });
    expect(definition?.containerDefinitions).toEqual([
      {
        name: 'app',
        image: 'app:1',
        cpu: 0,
        essential: true,
        environment: [],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
        healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      },
    ]);
    expect(definition).toMatchObject({
      status: 'ACTIVE',
      volumes: [],
      placementConstraints: [],
      enableFaultInjection: false,
    });
    expect(definition?.compatibilities).toContain('FARGATE');
  });

  test('with sizes in units', async () => {
    expect(await registered({ cpu: '1 vCPU', memory: '2 GB' })).toMatchObject({ cpu: '1024', memory: '2048' });
    expect(await registered({ cpu: '.25 vCPU', memory: '0.5GB' })).toMatchObject({ cpu: '256', memory: '512' });
  });

  test('with networkMode bridge when it was omitted', async () => {
    const definition = await registered({
      networkMode: undefined,
      requiresCompatibilities: ['EC2'],
      containerDefinitions: [{ name: 'app', image: 'app:1', memory: 128, portMappings: [{ containerPort: 80 }] }],
    });
    expect(definition?.networkMode).toBe('bridge');
    expect(definition?.containerDefinitions?.[0]?.portMappings).toEqual([
      { containerPort: 80, hostPort: 0, protocol: 'tcp' },
    ]);
    expect(definition?.compatibilities).not.toContain('FARGATE');
  });

  test('with the defaults of EFS volumes', async () => {
    const definition = await registered({
      volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
    });
    expect(definition?.volumes).toEqual([
      {
        name: 'data',
        efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/', transitEncryption: 'DISABLED' },
      },
    ]);
  });
});

describe('RegisterTaskDefinition refuses for Fargate what tasks there cannot have:', () => {
  const app = { name: 'app', image: 'app:1' };
  test.each<[string, Partial<RegisterTaskDefinitionCommandInput>]>([
    ['constraints', { placementConstraints: [{ type: 'memberOf', expression: 'attribute:a == b' }] }],
    ['sourcePath', { volumes: [{ name: 'data', host: { sourcePath: '/data' } }] }],
    ['dockerVolumeConfiguration', { volumes: [{ name: 'data', dockerVolumeConfiguration: { scope: 'task' } }] }],
    ['dnsServers', { containerDefinitions: [{ ...app, dnsServers: ['10.0.0.2'] }] }],
    [
      'resourceRequirements',
      { containerDefinitions: [{ ...app, resourceRequirements: [{ type: 'GPU', value: '1' }] }] },
    ],
    ['devices', { containerDefinitions: [{ ...app, linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }] }],
    ['sharedMemorySize', { containerDefinitions: [{ ...app, linuxParameters: { sharedMemorySize: 64 } }] }],
    ['maxSwap', { containerDefinitions: [{ ...app, linuxParameters: { maxSwap: 0 } }] }],
  ])('%s', async (member, input) => {
    await expect(registered(input)).rejects.toMatchObject({
      name: 'ClientException',
      message: `Fargate compatible task definitions do not support ${member}`,
    });
    const { cpu: _cpu, ...rest } = input;
    const onHosts = { ...rest, requiresCompatibilities: ['EC2' as const], networkMode: 'bridge' as const };
    expect((await registered(onHosts))?.compatibilities).not.toContain('FARGATE');
  });
});

describe('RegisterTaskDefinition refuses volumes', () => {
  test.each<[string, Partial<RegisterTaskDefinitionCommandInput>, RegExp]>([
    [
      'of two kinds',
      { volumes: [{ name: 'a', configuredAtLaunch: true, efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] },
      /only one volume configuration type/,
    ],
    [
      'of EFS with an access point and without transit encryption',
      {
        volumes: [
          {
            name: 'a',
            efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { accessPointId: 'fsap-1' } },
          },
        ],
      },
      /transit encryption/,
    ],
    [
      'when two are configured at launch',
      {
        volumes: [
          { name: 'a', configuredAtLaunch: true },
          { name: 'b', configuredAtLaunch: true },
        ],
      },
      /only one volume configured at launch/,
    ],
  ])('%s', async (_, input, message) => {
    await expect(registered(input)).rejects.toThrow(message);
  });
});

describe('RegisterTaskDefinition refuses', () => {
  const container = { name: 'app', image: 'app:1' };
  test.each<[string, Partial<RegisterTaskDefinitionCommandInput>, string]>([
    [
      'a Fargate size that does not exist',
      { cpu: '256', memory: '4096' },
      'No Fargate configuration exists for given values.',
    ],
    [
      'Fargate without task memory',
      { memory: undefined },
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    ['Fargate without task cpu', { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    ['Fargate with another network mode', { networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    ['a cpu that is no size', { cpu: 'lots' }, "Invalid 'cpu' setting for task."],
    ['no containers', { containerDefinitions: [] }, 'Container list cannot be empty.'],
    [
      'a container without image',
      { containerDefinitions: [{ name: 'app' }] },
      'Container.image should not be null or empty.',
    ],
    [
      'a container without memory outside of Fargate',
      { requiresCompatibilities: [], cpu: undefined, memory: undefined },
      "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      'a host port that differs with awsvpc',
      { containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      'secrets without execution role',
      { containerDefinitions: [{ ...container, secrets: [{ name: 'A', valueFrom: '/a' }] }] },
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      'awslogs without execution role',
      {
        containerDefinitions: [
          {
            ...container,
            logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' } },
          },
        ],
      },
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      'a mount of an unknown volume',
      { containerDefinitions: [{ ...container, mountPoints: [{ sourceVolume: 'nope', containerPath: '/data' }] }] },
      "Unknown volume 'nope'.",
    ],
  ])('%s', async (_what, input, message) => {
    await expect(registered({ family: 'refused', ...input })).rejects.toMatchObject({
      name: 'ClientException',
      message,
    });
  });
});

describe('revisions', () => {
  test('are numbered by family, and a number is never used again', async () => {
    const first = await registered({ family: 'numbered' });
    expect(first?.revision).toBe(1);
    await on.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'numbered:1' }));
    expect((await registered({ family: 'numbered' }))?.revision).toBe(2);
  });

  test('a family alone means its latest ACTIVE revision', async () => {
    await registered({ family: 'latest' });
    await registered({ family: 'latest' });
    await on.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'latest:2' }));
    const { taskDefinition } = await on.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'latest' }));
    expect(taskDefinition?.revision).toBe(1);
  });

  test('an unknown one is a ClientException', async () => {
    for (const taskDefinition of ['nope', 'nope:1', 'constructor']) {
      await expect(on.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).rejects.toMatchObject({
        name: 'ClientException',
        message: 'Unable to describe task definition.',
      });
    }
  });

  test('tags are answered when they are included', async () => {
    await registered({ family: 'tagged', tags: [{ key: 'team', value: 'a' }] });
    const plain = await on.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'tagged' }));
    expect(plain.tags).toEqual([]);
    const full = await on.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'tagged', include: ['TAGS'] }));
    expect(full.tags).toEqual([{ key: 'team', value: 'a' }]);
  });

  test('DeregisterTaskDefinition makes them INACTIVE, and they leave the lists', async () => {
    await registered({ family: 'leaving' });
    const { taskDefinition } = await on.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'leaving:1' }));
    expect(taskDefinition?.status).toBe('INACTIVE');
    expect(taskDefinition?.deregisteredAt).toBeInstanceOf(Date);
    const { families } = await on.ecs.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'leaving' }));
    expect(families).toEqual([]);
    const inactive = await on.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'leaving', status: 'INACTIVE' }));
    expect(inactive.taskDefinitionArns).toEqual(['arn:aws:ecs:eu-west-1:111122223333:task-definition/leaving:1']);
  });

  test('ListTaskDefinitions sorts by revision, not by text', async () => {
    for (let i = 0; i < 11; i++) await registered({ family: 'many' });
    const { taskDefinitionArns } = await on.ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: 'many', sort: 'DESC' }),
    );
    expect(taskDefinitionArns?.map((arn) => Number(arn.split(':').at(-1)))).toEqual([
      11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
  });

  test('DeleteTaskDefinitions takes INACTIVE ones only, and they are gone when nothing uses them', async () => {
    await registered({ family: 'deleted' });
    await registered({ family: 'deleted' });
    await on.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'deleted:1' }));
    const { taskDefinitions, failures } = await on.ecs.send(
      new DeleteTaskDefinitionsCommand({ taskDefinitions: ['deleted:1', 'deleted:2'] }),
    );
    expect(taskDefinitions?.map(({ status }) => status)).toEqual(['DELETE_IN_PROGRESS']);
    expect(failures).toHaveLength(1);
    await on.sandbox.advance(3_600_000);
    await expect(on.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'deleted:1' }))).rejects.toThrow(
      'Unable to describe task definition.',
    );
  });
});

test.each([
  [256, 512, true],
  [256, 2048, true],
  [256, 3072, false],
  [512, 1024, true],
  [1024, 1024, false],
  [4096, 30_720, true],
  [8192, 16_384, true],
  [8192, 17_408, false],
  [16_384, 122_880, true],
  [300, 512, false],
])('Fargate tasks of %i CPU units and %i MiB: %s', (cpu, memory, exists) => {
  expect(isFargateSize(cpu, memory)).toBe(exists);
});

test('sizes are read as units or as vCPU and GB', () => {
  expect(['1024', '1 vCPU', '.5 vcpu', 'x'].map(cpuUnits)).toEqual([1024, 1024, 512, undefined]);
  expect(['2048', '2 GB', '0.5gb', ''].map(memoryMiB)).toEqual([2048, 2048, 512, undefined]);
});
