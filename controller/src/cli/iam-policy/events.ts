import type { Destination, IamStatement } from '../../kinds/kind.ts';

/** What the controller needs to receive events of an account and region, and to look up who changed something. */
export function eventRights(instance: string, { accountId, region }: Destination): readonly IamStatement[] {
  return [
    {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      resources: [`arn:*:sqs:${region}:${accountId}:longshore-${instance}-events`],
    },
    { actions: ['cloudtrail:LookupEvents'], resources: ['*'] },
  ];
}

/** What a person needs to run `longshore bootstrap`, with the controller's role and to remove it all again. */
export function bootstrapRights(instance: string, { accountId, region }: Destination): readonly IamStatement[] {
  return [
    {
      actions: [
        'sqs:CreateQueue',
        'sqs:DeleteQueue',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ListQueueTags',
        'sqs:SetQueueAttributes',
        'sqs:TagQueue',
      ],
      resources: [`arn:*:sqs:${region}:${accountId}:longshore-${instance}-events*`],
    },
    {
      actions: [
        'events:DeleteRule',
        'events:DescribeRule',
        'events:ListTagsForResource',
        'events:ListTargetsByRule',
        'events:PutRule',
        'events:PutTargets',
        'events:RemoveTargets',
        'events:TagResource',
      ],
      resources: [`arn:*:events:${region}:${accountId}:rule/longshore-${instance}-*`],
    },
    {
      actions: [
        'iam:CreateRole',
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListRolePolicies',
        'iam:PutRolePolicy',
        'iam:TagRole',
        'iam:UpdateAssumeRolePolicy',
      ],
      resources: [`arn:*:iam::${accountId}:role/*`],
    },
    {
      actions: [
        'cloudtrail:DescribeTrails',
        'cloudtrail:GetEventSelectors',
        'cloudtrail:GetTrailStatus',
        'events:ListRules',
      ],
      resources: ['*'],
    },
  ];
}
