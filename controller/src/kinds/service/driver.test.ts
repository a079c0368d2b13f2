import { CreateClusterCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { driverContract } from '../../../test/driver-contract.ts';
import { desiredOf, ownerOf, sandboxed } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import { serviceKind } from './index.ts';

const spec: ServiceSpec = {
  cluster: 'main',
  desiredCount: 2,
  launchType: 'FARGATE',
  network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
  tags: { team: 'payments' },
  task: {
    cpu: '.5 vCPU',
    memory: '1 GB',
    containers: [
      {
        name: 'web',
        image: 'example/web:1.0.0',
        portMappings: [{ containerPort: 8000, name: 'http' }],
        environment: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'EMPTY', value: '' },
        ],
        healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost:8000/health || exit 1'] },
      },
    ],
  },
};

driverContract('Service', async () => {
  const { sandbox, aws, close } = await sandboxed();
  const { cluster } = await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  const needs = { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } } as const;
  const changed: ServiceSpec = {
    ...spec,
    desiredCount: 3,
    healthCheckGracePeriodSeconds: 30,
    deployment: { rolling: { circuitBreaker: { enable: true, rollback: true } } },
    task: { ...spec.task, containers: [{ ...spec.task.containers[0], name: 'web', image: 'example/web:2.0.0' }] },
  };
  return {
    kind: serviceKind,
    sandbox,
    aws,
    owner: ownerOf('Service/api'),
    desired: desiredOf('Service/api', spec, needs),
    changed: desiredOf('Service/api', changed, needs),
    drift: async ({ key }) => {
      await aws.ecs.send(new UpdateServiceCommand({ ...key, desiredCount: 5, enableExecuteCommand: true }));
    },
    close,
  };
});
