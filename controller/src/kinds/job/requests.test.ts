import { expect, test } from 'vitest';
import { desiredOf } from '../../../test/sandboxed.ts';
import type { JobSpec } from '../../api/job.ts';
import { runRequest } from './requests.ts';

const place = { accountId: '123456789012', partition: 'aws' };
const intent = { run: '0123456789abcdef', retry: 0, attempt: 1, launch: 1, at: new Date(0) };

const everything: JobSpec = {
  cluster: 'main',
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 1 }],
  platformVersion: '1.4.0',
  network: { subnets: ['subnet-1', ' subnet-2 '], securityGroups: ['sg-1'], assignPublicIp: true },
  task: { containers: [{ name: 'main', image: 'example/good:1' }] },
  overrides: {
    cpu: '1 vCPU',
    memory: '2 GB',
    taskRole: 'task',
    executionRole: 'arn:aws:iam::123456789012:role/execution',
    ephemeralStorage: { sizeInGiB: 30 },
    containerOverrides: [
      {
        name: 'main',
        command: ['migrate', '--all'],
        environment: [{ name: 'EMPTY', value: '' }],
        environmentFiles: [{ value: 'arn:aws:s3:::bucket/job.env' }],
        cpu: 128,
        memory: 256,
        memoryReservation: 128,
        resourceRequirements: [{ type: 'GPU', value: '1' }],
      },
    ],
  },
  volumeConfigurations: [
    {
      name: 'scratch',
      managedEBSVolume: {
        roleArn: 'arn:aws:iam::123456789012:role/ebs',
        sizeInGiB: 10,
        terminationPolicy: { deleteOnTermination: true },
      },
    },
  ],
  placementConstraints: [{ type: 'distinctInstance' }],
  placementStrategy: [{ type: 'binpack', field: 'memory' }],
  group: 'batch',
  enableExecuteCommand: true,
  propagateTags: 'TASK_DEFINITION',
  enableECSManagedTags: true,
  tags: { team: 'payments' },
};

const requestOf = (spec: JobSpec) =>
  runRequest(desiredOf('Job/migrate', spec), {
    intent,
    cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/main',
    taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-migrate:1',
    place,
  });

test('RunTask is asked for everything that the manifest says', () => {
  const { clientToken, startedBy, tags, ...request } = requestOf(everything);
  expect(request).toEqual({
    cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/main',
    taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-migrate:1',
    count: 1,
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 1 }],
    platformVersion: '1.4.0',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'], assignPublicIp: 'ENABLED' },
    },
    overrides: {
      cpu: '1024',
      memory: '2048',
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      ephemeralStorage: { sizeInGiB: 30 },
      containerOverrides: [
        {
          name: 'main',
          command: ['migrate', '--all'],
          environment: [{ name: 'EMPTY', value: '' }],
          environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/job.env' }],
          cpu: 128,
          memory: 256,
          memoryReservation: 128,
          resourceRequirements: [{ type: 'GPU', value: '1' }],
        },
      ],
    },
    volumeConfigurations: everything.volumeConfigurations,
    placementConstraints: [{ type: 'distinctInstance' }],
    placementStrategy: [{ type: 'binpack', field: 'memory' }],
    group: 'batch',
    enableExecuteCommand: true,
    propagateTags: 'TASK_DEFINITION',
    enableECSManagedTags: true,
  });
  expect(clientToken).toMatch(/^[0-9a-f]{64}$/);
  expect(startedBy).toMatch(/^[A-Za-z0-9/_-]{1,36}$/);
  expect(tags).toContainEqual({ key: 'team', value: 'payments' });
  expect(tags).toContainEqual({ key: 'longshore.dev/resource', value: 'Job/migrate' });
});

test('the same intent asks with the same token, whenever it is asked', () => {
  expect(requestOf(everything)).toEqual(requestOf(structuredClone(everything)));
});

test('what the manifest leaves out is not said', () => {
  const bare: JobSpec = { cluster: 'main', task: { containers: [{ name: 'main', image: 'example/good:1' }] } };
  expect(Object.keys(requestOf(bare)).toSorted()).toEqual([
    'clientToken',
    'cluster',
    'count',
    'enableECSManagedTags',
    'enableExecuteCommand',
    'startedBy',
    'tags',
    'taskDefinition',
  ]);
});
