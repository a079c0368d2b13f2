import type {
  Action,
  MutualAuthenticationAttributes,
  RuleCondition,
  RuleTransform,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Scope, World } from '../../kernel/world.ts';

/** A load balancer as it is kept. Tags are in the world's registry. */
export interface LoadBalancerState {
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly dnsName: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  state: 'provisioning' | 'active';
  zones: {
    zoneName: string;
    subnetId: string;
    allocationId?: string;
    privateIPv4Address?: string;
    ipv6Address?: string;
    sourceNatIpv6Prefix?: string;
  }[];
  securityGroups: string[];
  ipAddressType: string;
  /** `on` or `off`; of network load balancers with security groups. */
  enforcePrivateLinkRules?: string;
  /** `on` or `off`; of network load balancers. */
  sourceNatPrefix?: string;
  ipv4IpamPoolId?: string;
  customerOwnedIpv4Pool?: string;
  /** Reserved capacity units. */
  capacityUnits?: number;
  attributes: Record<string, string>;
}

/** The health of a registered target, as DescribeTargetHealth shows it. */
export interface TargetHealthState {
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused' | 'unavailable';
  reason?: string;
  description?: string;
}

/** A target that is registered, or draining. */
export interface TargetState {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
  health: TargetHealthState;
  /** Health checks in a row that passed and failed. */
  passed: number;
  failed: number;
  /** The timer of the next step: end of registration, next health check, end of draining. */
  timer?: string;
  /** The health check whose outcome is awaited. */
  check?: string;
  /** When the target became healthy, for slow start; milliseconds since the epoch. */
  healthySince?: number;
}

/** A target group as it is kept. */
export interface TargetGroupState {
  readonly arn: string;
  readonly name: string;
  readonly targetType: 'instance' | 'ip' | 'lambda' | 'alb';
  readonly protocol?: string;
  readonly protocolVersion?: string;
  readonly port?: number;
  readonly vpcId?: string;
  readonly ipAddressType?: string;
  readonly targetControlPort?: number;
  healthCheck: HealthCheckState;
  attributes: Record<string, string>;
  /** By `id:port`. */
  targets: Record<string, TargetState>;
  /** ARNs of the load balancers that use it, by the ARN of each listener or rule that names it. */
  usedBy: Record<string, string>;
}

/** Settings of a target group's health checks. */
export interface HealthCheckState {
  enabled: boolean;
  protocol: string;
  /** `traffic-port` or a number. */
  port: string;
  path?: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  matcher?: { HttpCode?: string; GrpcCode?: string };
}

/** A listener as it is kept. Its default rule holds its default actions. */
export interface ListenerState {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly defaultRuleArn: string;
  port: number;
  protocol: string;
  sslPolicy?: string;
  /** ARN of the default certificate. */
  certificate?: string;
  /** ARNs of the certificate list. */
  certificates: string[];
  alpnPolicy?: string[];
  mutualAuthentication?: MutualAuthenticationAttributes;
  attributes: Record<string, string>;
}

/** A rule as it is kept; the default rule has the priority `default`. */
export interface RuleState {
  readonly arn: string;
  readonly listenerArn: string;
  priority: number | 'default';
  conditions: RuleCondition[];
  actions: Action[];
  transforms: RuleTransform[];
}

/** Everything of Elastic Load Balancing at one account and region, by ARN. */
export interface ElbState {
  readonly loadBalancers: Record<string, LoadBalancerState>;
  readonly targetGroups: Record<string, TargetGroupState>;
  readonly listeners: Record<string, ListenerState>;
  readonly rules: Record<string, RuleState>;
  /** The zone of each subnet that a load balancer was put into. */
  readonly subnetZones: Record<string, string>;
  /** The timer that reports host counts, while a target group is in use. */
  hostCountTimer?: string;
}

/** The state of Elastic Load Balancing at one account and region. */
export function elbState(world: World, scope: Scope): ElbState {
  return world.slice<ElbState>(scope, 'elbv2', () => ({
    loadBalancers: {},
    targetGroups: {},
    listeners: {},
    rules: {},
    subnetZones: {},
  }));
}

/** Listeners of a load balancer, in the order in which they were made. */
export function listenersOf(state: ElbState, loadBalancerArn: string): ListenerState[] {
  return Object.values(state.listeners).filter((listener) => listener.loadBalancerArn === loadBalancerArn);
}

/** Rules of a listener in the order of evaluation: by priority, the default rule last. */
export function rulesOf(state: ElbState, listenerArn: string): RuleState[] {
  return Object.values(state.rules)
    .filter((rule) => rule.listenerArn === listenerArn)
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank(rule: RuleState): number {
  return rule.priority === 'default' ? Number.POSITIVE_INFINITY : rule.priority;
}

/** The key of a target in its target group. */
export function targetKey(id: string, port: number): string {
  return `${id}:${port}`;
}
