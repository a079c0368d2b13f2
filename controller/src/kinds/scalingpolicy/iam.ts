import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { Destination, IamStatement } from '../kind.ts';

/**
 * The least policy for one scalable target. Its ARN ends in an id that nobody knows beforehand. Application Auto Scaling
 * makes its service-linked role at the first registration and reads the service with our rights.
 */
export function iam(
  _spec: ScalingPolicySpec,
  _application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  return [
    allow(
      [
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingPolicies',
        'application-autoscaling:DescribeScheduledActions',
        'application-autoscaling:ListTagsForResource',
      ],
      '*',
    ),
    allow(
      [
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DeleteScalingPolicy',
        'application-autoscaling:PutScheduledAction',
        'application-autoscaling:DeleteScheduledAction',
        'application-autoscaling:TagResource',
        'application-autoscaling:UntagResource',
      ],
      `arn:*:application-autoscaling:${region}:${accountId}:scalable-target/*`,
    ),
    allow(['ecs:DescribeServices', 'ecs:UpdateService'], `arn:*:ecs:${region}:${accountId}:service/*`),
    allow(
      ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'],
      `arn:*:cloudwatch:${region}:${accountId}:alarm:*`,
    ),
    allow(
      ['iam:CreateServiceLinkedRole'],
      `arn:*:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/*`,
    ),
  ];
}

function allow(actions: readonly string[], resource: string): IamStatement {
  return { actions, resources: [resource] };
}
