import { CreateClusterCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { driverContract } from '../../../test/driver-contract.ts';
import { desiredOf, ownerOf, sandboxed } from '../../../test/sandboxed.ts';
import type { JobSpec } from '../../api/job.ts';
import { jobKind } from './index.ts';

const spec: JobSpec = {
  cluster: 'main',
  launchType: 'FARGATE',
  network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
  tags: { team: 'payments' },
  task: {
    cpu: 256,
    memory: 512,
    containers: [{ name: 'migrate', image: 'example/migrate:1.0.0', command: ['npm', 'run', 'migrate'] }],
  },
};

driverContract('Job', async () => {
  const { sandbox, aws, close } = await sandboxed({
    behaviours: { 'example/migrate': { exitAfterMs: 20_000, exitCode: 0 } },
  });
  const { cluster } = await aws.ecs.send(
    new CreateClusterCommand({ clusterName: 'main', capacityProviders: ['FARGATE'] }),
  );
  const needs = { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } } as const;
  const changed: JobSpec = {
    ...spec,
    tags: { team: 'payments', stage: 'test' },
    overrides: { cpu: 512, memory: '1 GB' },
  };
  return {
    kind: jobKind,
    sandbox,
    aws,
    owner: ownerOf('Job/migrate'),
    desired: desiredOf('Job/migrate', spec, needs),
    changed: desiredOf('Job/migrate', changed, needs),
    drift: async ({ wanted }) => {
      const tags = [{ key: 'team', value: 'somebody else' }];
      await aws.ecs.send(new TagResourceCommand({ resourceArn: wanted?.arn, tags }));
    },
    close,
  };
});
