import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import { PREFLIGHT_SID } from '../../ecs/preflight/iam.ts';
import { authenticationRights } from '../../elbv2/rights.ts';
import type { Destination, IamStatement } from '../kind.ts';

/** The least policy for one rule. The listener's ARN is not known before the load balancer exists. */
export function iam(
  spec: ListenerRuleSpec,
  _application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  const arn = (resource: string): string => `arn:*:elasticloadbalancing:${region}:${accountId}:${resource}`;
  return [
    {
      actions: [
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTags',
        'elasticloadbalancing:SetRulePriorities',
      ],
      resources: ['*'],
    },
    { actions: ['elasticloadbalancing:CreateRule'], resources: [arn('listener/app/*')] },
    {
      actions: [
        'elasticloadbalancing:ModifyRule',
        'elasticloadbalancing:DeleteRule',
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:RemoveTags',
      ],
      resources: [arn('listener-rule/app/*')],
    },
    { sid: PREFLIGHT_SID, actions: ['elasticloadbalancing:DescribeAccountLimits'], resources: ['*'] },
    ...authenticationRights([spec.then], { accountId, region }),
  ];
}
