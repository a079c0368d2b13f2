import type { RuleAction } from '../../api/listenerrule.ts';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import { authenticationRights } from '../../elbv2/rights.ts';
import type { Destination, IamStatement } from '../kind.ts';

const READ = [
  'DescribeLoadBalancers',
  'DescribeLoadBalancerAttributes',
  'DescribeCapacityReservation',
  'DescribeListeners',
  'DescribeListenerAttributes',
  'DescribeListenerCertificates',
  'DescribeRules',
  'DescribeTags',
];
const LOAD_BALANCER = [
  'CreateLoadBalancer',
  'DeleteLoadBalancer',
  'ModifyLoadBalancerAttributes',
  'ModifyCapacityReservation',
  'ModifyIpPools',
  'SetIpAddressType',
  'SetSecurityGroups',
  'SetSubnets',
  'CreateListener',
  'AddTags',
  'RemoveTags',
];
const LISTENER = [
  'ModifyListener',
  'ModifyListenerAttributes',
  'DeleteListener',
  'AddListenerCertificates',
  'RemoveListenerCertificates',
  'CreateRule',
  'AddTags',
  'RemoveTags',
];
const RULE = ['ModifyRule', 'DeleteRule', 'AddTags', 'RemoveTags'];

/** The least policy for one load balancer. */
export function iam(
  spec: LoadBalancerSpec,
  application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  // The hash at the end of a derived name changes with a replacement.
  const name = spec.nameOverride ?? `${application}-*`;
  const type = spec.type === 'network' ? 'net' : 'app';
  const arn = (resource: string): string => `arn:*:elasticloadbalancing:${region}:${accountId}:${resource}`;
  return [
    allow([...READ, 'SetRulePriorities'], '*'),
    allow(LOAD_BALANCER, arn(`loadbalancer/${type}/${name}/*`)),
    allow(LISTENER, arn(`listener/${type}/${name}/*`)),
    ...(type === 'app' ? [allow(RULE, arn(`listener-rule/app/${name}/*`))] : []),
    ...authenticationRights(actionsOf(spec), { accountId, region }),
    // CreateLoadBalancer makes the service-linked role of Elastic Load Balancing in a new account.
    {
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [`arn:*:iam::${accountId}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`],
    },
  ];
}

function actionsOf({ listeners = [] }: LoadBalancerSpec): readonly (RuleAction | undefined)[] {
  return listeners.flatMap((listener) => [listener.default, ...(listener.rules ?? []).map((rule) => rule.then)]);
}

function allow(actions: readonly string[], resource: string): IamStatement {
  return { actions: actions.map((action) => `elasticloadbalancing:${action}`), resources: [resource] };
}
