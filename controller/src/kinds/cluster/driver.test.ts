import { UpdateClusterCommand } from '@aws-sdk/client-ecs';
import { driverContract } from '../../../test/driver-contract.ts';
import { desiredOf, ownerOf, sandboxed } from '../../../test/sandboxed.ts';
import type { ClusterSpec } from '../../api/cluster.ts';
import { clusterKind } from './index.ts';

const spec: ClusterSpec = {
  containerInsights: 'enabled',
  executeCommand: { logging: 'OVERRIDE', logGroup: '/ecs/exec', encrypted: true },
  capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
  defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', base: 2, weight: 100 }],
  tags: { team: 'payments' },
};

driverContract('Cluster', async () => {
  const { sandbox, aws, close } = await sandboxed();
  return {
    kind: clusterKind,
    sandbox,
    aws,
    owner: ownerOf('Cluster/main'),
    desired: desiredOf('Cluster/main', spec),
    changed: desiredOf<ClusterSpec>('Cluster/main', {
      containerInsights: 'enhanced',
      capacityProviders: ['FARGATE'],
      tags: { team: 'checkout' },
    }),
    drift: async ({ cluster }) => {
      const settings = [{ name: 'containerInsights' as const, value: 'disabled' }];
      await aws.ecs.send(new UpdateClusterCommand({ cluster: cluster.clusterName, settings }));
    },
    close,
  };
});
