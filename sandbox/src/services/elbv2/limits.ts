import type { DescribeAccountLimitsOutput } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Default quotas: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const limits: Readonly<Record<string, number>> = {
  'application-load-balancers': 50,
  'condition-values-per-alb-rule': 5,
  'condition-wildcards-per-alb-rule': 5,
  'listeners-per-application-load-balancer': 50,
  'listeners-per-network-load-balancer': 50,
  'network-load-balancers': 50,
  'rules-per-application-load-balancer': 100,
  'target-groups': 3000,
  'target-groups-per-action-on-application-load-balancer': 5,
  'target-groups-per-application-load-balancer': 100,
  'targets-per-application-load-balancer': 1000,
  'targets-per-availability-zone-per-network-load-balancer': 500,
  'targets-per-network-load-balancer': 3000,
};

/** DescribeAccountLimits. */
export function describeAccountLimits(): DescribeAccountLimitsOutput {
  return { Limits: Object.entries(limits).map(([Name, max]) => ({ Name, Max: String(max) })) };
}
