import type { Redirect, RuleAction, RuleConditions, RuleTransform } from './listenerrule.ts';

/**
 * An Application Load Balancer or a Network Load Balancer with its listeners and their rules. It owns its default
 * actions, its inline rules and the rules that carry its tags; foreign rules are reported, never removed.
 * @rules [{"rule":"has(self.subnets) != has(self.subnetMappings)","message":"exactly one of subnets and subnetMappings must be set"},{"rule":"!has(self.nameOverride) || !self.nameOverride.startsWith('internal-')","message":"nameOverride must not begin with internal-, which AWS keeps for itself"}]
 */
export interface LoadBalancerSpec {
  /**
   * Application (HTTP) or network (TCP, UDP, TLS). A change replaces the load balancer.
   * @default "application"
   */
  type?: 'application' | 'network';
  /**
   * Reachable from the internet, or from the VPC alone. A change replaces the load balancer.
   * @default "internet-facing"
   */
  scheme?: 'internet-facing' | 'internal';
  /**
   * The address types of the load balancer.
   * @default "ipv4"
   */
  ipAddressType?: 'ipv4' | 'dualstack' | 'dualstack-without-public-ipv4';
  /**
   * The subnets, one for each Availability Zone. An Application Load Balancer needs two.
   * @minItems 1
   */
  subnets?: string[];
  /**
   * The subnets with addresses of their own.
   * @minItems 1
   */
  subnetMappings?: SubnetMapping[];
  /**
   * The security groups. A network load balancer that was made without any cannot get some later: that replaces it.
   * @minItems 1
   */
  securityGroups?: string[];
  /**
   * Whether inbound rules of the security groups hold for traffic through AWS PrivateLink too (network, with security
   * groups).
   * @default "on"
   */
  enforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: 'on' | 'off';
  /**
   * Source NAT by an IPv6 prefix of each subnet (network with UDP listeners, dualstack).
   * @default "off"
   */
  enablePrefixForIpv6SourceNat?: 'on' | 'off';
  /** Pools that public addresses are taken from first (application, internet-facing). */
  ipamPools?: IpamPools;
  /**
   * The customer-owned address pool (application on Outposts). A change replaces the load balancer.
   * @pattern ^(ipv4pool-coip-[a-zA-Z0-9]+|.*\$\{.*)$
   * @maxLength 256
   */
  customerOwnedIpv4Pool?: string;
  /** Capacity that is there whatever the traffic; it is paid for. Default: none. */
  minimumLoadBalancerCapacity?: MinimumLoadBalancerCapacity;
  /**
   * Attributes as in ModifyLoadBalancerAttributes, such as `idle_timeout.timeout_seconds: "60"`. Those that are not
   * named have their documented default; buckets and prefixes of logs that are off are left as they are.
   */
  attributes?: Record<string, string>;
  /**
   * The listeners, one for each port.
   * @maxItems 50
   */
  listeners?: Listener[];
  /** Tags of the load balancer, its listeners and its rules. */
  tags?: Record<string, string>;
  /**
   * The name in AWS in place of the derived one. A replacement is refused then.
   * @maxLength 32
   * @pattern ^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$
   */
  nameOverride?: string;
  /**
   * What happens to the load balancer when its manifest is removed.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/** Pools of Amazon VPC IP Address Manager. */
export interface IpamPools {
  /**
   * The pool of public IPv4 addresses.
   * @pattern ^(ipam-pool-[a-zA-Z0-9]+|.*\$\{.*)$
   */
  ipv4IpamPoolId: string;
}

/** Reserved capacity. */
export interface MinimumLoadBalancerCapacity {
  /**
   * Load balancer capacity units. AWS lets them be lowered a few times a day only.
   * @asType integer
   * @minimum 1
   */
  capacityUnits: number;
}

/** A subnet with addresses of its own. */
export interface SubnetMapping {
  /** The subnet. */
  subnetId: string;
  /** Allocation id of an Elastic IP address (network, internet-facing). */
  allocationId?: string;
  /** The private IPv4 address (network, internal). */
  privateIPv4Address?: string;
  /** The IPv6 address (network). */
  iPv6Address?: string;
  /** The IPv6 prefix for source NAT, a /80 of the subnet, or `auto_assigned` (network with UDP listeners). */
  sourceNatIpv6Prefix?: string;
}

/**
 * A listener.
 * @rules [{"rule":"has(self.default) != has(self.redirectTo)","message":"exactly one of default and redirectTo must be set"},{"rule":"self.protocol in ['HTTPS', 'TLS'] || !(has(self.certificates) || has(self.sslPolicy) || has(self.alpnPolicy) || has(self.mutualAuthentication))","message":"certificates, sslPolicy, alpnPolicy and mutualAuthentication need protocol HTTPS or TLS"},{"rule":"!has(self.rules) || self.protocol in ['HTTP', 'HTTPS']","message":"rules need protocol HTTP or HTTPS"}]
 */
export interface Listener {
  /**
   * The port to listen on.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port: number;
  /** HTTP and HTTPS for an application, the others for a network load balancer. */
  protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  /**
   * ARNs of certificates; the first is the default, the others are chosen by server name.
   * @minItems 1
   */
  certificates?: string[];
  /** The protocols and ciphers that HTTPS and TLS offer. Default: `ELBSecurityPolicy-2016-08`. */
  sslPolicy?: string;
  /** The ALPN policy of a TLS listener. */
  alpnPolicy?: 'HTTP1Only' | 'HTTP2Only' | 'HTTP2Optional' | 'HTTP2Preferred' | 'None';
  /** Client certificates. */
  mutualAuthentication?: MutualAuthentication;
  /**
   * Attributes as in ModifyListenerAttributes: names and values of headers, the TCP idle timeout. Those that are not
   * named have their documented default; headers that are not named are not sent.
   */
  attributes?: Record<string, string>;
  /** Short for `default: {redirectTo: ...}`. */
  redirectTo?: Redirect;
  /** What happens to a request that no rule takes. */
  default?: RuleAction;
  /**
   * Rules. More can be added by ListenerRules, of this and other Applications.
   * @maxItems 100
   */
  rules?: InlineRule[];
}

/**
 * Client certificates.
 * @rules [{"rule":"(self.mode == 'verify') == has(self.trustStoreArn)","message":"trustStoreArn must be set with mode verify, and only then"}]
 */
export interface MutualAuthentication {
  /** Off, handed on to the target, or verified with a trust store. */
  mode: 'off' | 'passthrough' | 'verify';
  /** The trust store, for mode `verify`. */
  trustStoreArn?: string;
  /**
   * Accept expired client certificates.
   * @default false
   */
  ignoreClientCertificateExpiry?: boolean;
  /**
   * Tell clients the names of the trust store's authorities.
   * @default "off"
   */
  advertiseTrustStoreCaNames?: 'on' | 'off';
}

/** A rule of a listener. */
export interface InlineRule {
  /**
   * Rules are tried from the lowest priority to the highest.
   * @asType integer
   * @minimum 1
   * @maximum 50000
   */
  priority: number;
  /** What a request must have for the rule to apply. Everything that is named must hold. */
  when: RuleConditions;
  /** What happens to such a request. */
  then: RuleAction;
  /**
   * How the request is rewritten before it is sent on.
   * @maxItems 2
   */
  transforms?: RuleTransform[];
}
