import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Destination, IamStatement } from '../kind.ts';

/** The least policy for one target group. Describe actions know no resources. */
export function iam(
  spec: TargetGroupSpec,
  application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  // The hash at the end of a derived name changes with a replacement.
  const name = spec.nameOverride ?? `${application}-*`;
  return [
    {
      actions: [
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetGroupAttributes',
        'elasticloadbalancing:DescribeTargetHealth',
        'elasticloadbalancing:DescribeTags',
      ],
      resources: ['*'],
    },
    {
      actions: [
        'elasticloadbalancing:CreateTargetGroup',
        'elasticloadbalancing:ModifyTargetGroup',
        'elasticloadbalancing:ModifyTargetGroupAttributes',
        'elasticloadbalancing:DeleteTargetGroup',
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:RemoveTags',
      ],
      resources: [`arn:*:elasticloadbalancing:${region}:${accountId}:targetgroup/${name}/*`],
    },
  ];
}
