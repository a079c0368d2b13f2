import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { ALTERNATE_SUFFIX } from './live.ts';
import type { Destination, IamStatement } from '../kind.ts';

/** The least policy for one target group. Describe actions know no resources. */
export function iam(
  spec: TargetGroupSpec,
  application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  // The hash at the end of a derived name changes with a replacement.
  const names = spec.nameOverride === undefined ? [`${application}-*`] : [spec.nameOverride];
  if (spec.nameOverride !== undefined && spec.blueGreen === true) names.push(`${spec.nameOverride}${ALTERNATE_SUFFIX}`);
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
      resources: names.map((name) => `arn:*:elasticloadbalancing:${region}:${accountId}:targetgroup/${name}/*`),
    },
  ];
}
