import type { ServiceSpec } from '../../../api/service.ts';
import type { Destination, IamStatement } from '../../kind.ts';

/**
 * What the controller may do besides for strategy Progressive: task sets, weights, alarms. Resource types: the Service
 * Authorization References of Amazon ECS, Elastic Load Balancing V2 and CloudWatch.
 */
export function progressiveIam(
  { deployment }: ServiceSpec,
  name: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  if (deployment?.strategy !== 'Progressive') return [];
  const ecs = (resource: string): string => `arn:*:ecs:${region}:${accountId}:${resource}`;
  const elb = (resource: string): string => `arn:*:elasticloadbalancing:${region}:${accountId}:${resource}`;
  return [
    {
      actions: [
        'ecs:UpdateTaskSet',
        'ecs:DeleteTaskSet',
        'ecs:DescribeTaskSets',
        'ecs:TagResource',
        'ecs:UntagResource',
      ],
      resources: [ecs(`task-set/*/${name}/*`)],
    },
    { actions: ['ecs:UpdateServicePrimaryTaskSet'], resources: [ecs(`service/*/${name}`)] },
    {
      actions: ['elasticloadbalancing:ModifyRule', 'elasticloadbalancing:ModifyListener'],
      resources: ['listener-rule', 'listener'].flatMap((type) => [elb(`${type}/app/*`), elb(`${type}/net/*`)]),
    },
    // These know no resources.
    {
      actions: [
        'ecs:CreateTaskSet',
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTargetGroups',
      ],
      resources: ['*'],
    },
    ...(deployment.alarms === undefined ? [] : [{ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }]),
  ];
}
