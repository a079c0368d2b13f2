import type { ClusterSpec } from '../../api/cluster.ts';
import type { Destination, IamStatement } from '../kind.ts';

/** The least policy for one cluster. */
export function clusterIam(
  { nameOverride }: ClusterSpec,
  application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  const name = nameOverride ?? `${application}-*`;
  return [
    {
      actions: [
        'ecs:DescribeClusters',
        'ecs:UpdateCluster',
        'ecs:PutClusterCapacityProviders',
        'ecs:DeleteCluster',
        'ecs:TagResource',
        'ecs:UntagResource',
      ],
      resources: [`arn:*:ecs:${region}:${accountId}:cluster/${name}`],
    },
    // CreateCluster knows no resources.
    { actions: ['ecs:CreateCluster'], resources: ['*'] },
  ];
}
