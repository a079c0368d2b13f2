import type { LintRule } from './lintcodes.ts';

/** Load balancing: LS1101 to LS1199, in order. */
export const balancingRules: readonly LintRule[] = [
  {
    code: 'LS1101',
    title: 'A health check may take longer than the time between two checks',
    explanation:
      'Elastic Load Balancing refuses a target group whose `healthCheck.timeoutSeconds` is not below `intervalSeconds`. Give both, or leave both to their defaults.',
  },
  {
    code: 'LS1102',
    title: 'The port of the health check is none',
    explanation:
      '`healthCheck.port` is a number from 1 to 65535, or `traffic-port`: the port that a target was registered with.',
  },
  {
    code: 'LS1103',
    title: 'Health checks go to another port than requests',
    explanation:
      'A target is healthy then although nothing may answer on the port that requests go to, or never healthy although requests would be answered. That is right only when the application answers health checks on a second port.',
  },
  {
    code: 'LS1104',
    title: 'The protocol of the health check does not fit the target group',
    explanation:
      'Target groups with HTTP or HTTPS, and functions, are checked with HTTP or HTTPS; TCP checks are for network load balancers.',
  },
  {
    code: 'LS1105',
    title: 'A TCP health check has no path and no matcher',
    explanation:
      'A TCP check opens a connection and closes it. Set `healthCheck.protocol: HTTP` when the target answers HTTP, or leave `path` and `matcher` out.',
  },
  {
    code: 'LS1106',
    title: 'Two listeners have the same port',
    explanation: 'A load balancer has one listener for a port: CreateListener answers DuplicateListener.',
  },
  {
    code: 'LS1107',
    title: 'Port 443 does not speak TLS',
    explanation: 'Clients speak TLS on port 443 and fail on plain HTTP. Use protocol HTTPS with a certificate.',
  },
  {
    code: 'LS1108',
    title: 'A listener with TLS has no certificate',
    explanation:
      'HTTPS and TLS listeners need a certificate of ACM or IAM in the same region: CreateListener refuses them otherwise.',
  },
  {
    code: 'LS1109',
    title: 'Two rules of a listener have the same priority',
    explanation:
      'Rules are tried by priority, and each has one of its own: CreateRule answers PriorityInUse. Choose another number; a ListenerRule can leave the choice to Longshore with `priority: auto`.',
  },
  {
    code: 'LS1110',
    title: 'The load balancer cannot listen with this protocol',
    explanation:
      'Application Load Balancers listen with HTTP and HTTPS, Network Load Balancers with TCP, TLS, UDP and TCP_UDP.',
  },
  {
    code: 'LS1111',
    title: 'Too few subnets for an Application Load Balancer',
    explanation: 'It needs subnets in two Availability Zones at least: CreateLoadBalancer refuses fewer.',
  },
  {
    code: 'LS1112',
    title: 'The target group does not fit the load balancer',
    explanation:
      'Application Load Balancers forward to target groups with HTTP and HTTPS and to functions, Network Load Balancers to all others. CreateListener and CreateRule answer IncompatibleProtocols.',
  },
  {
    code: 'LS1113',
    title: 'A security group is open on 443, and nothing listens there',
    explanation: 'Either the HTTPS listener is missing, or the security group lets in more than it should.',
  },
  {
    code: 'LS1114',
    title: 'The target groups of a forward action make no sense together',
    explanation:
      'A target group stands in an action once, and one weight at least is above 0: otherwise nobody gets the requests.',
  },
  {
    code: 'LS1115',
    title: 'A redirect leads back to where it came from',
    explanation: 'It has to change protocol, port, host or path: Elastic Load Balancing refuses a loop.',
  },
  {
    code: 'LS1116',
    title: 'The rule hangs on a listener that is not there',
    explanation:
      'The LoadBalancer of the same Application has no HTTP or HTTPS listener on that port. Name the port of one that it has.',
  },
  {
    code: 'LS1117',
    title: 'There is no such attribute',
    explanation:
      'Attributes have the keys that ModifyLoadBalancerAttributes, ModifyListenerAttributes and ModifyTargetGroupAttributes document, and not every type, protocol and target type has all of them. A key that AWS does not know is refused, when everything else has been applied already.',
  },
  {
    code: 'LS1118',
    title: 'Users cannot be authenticated without TLS',
    explanation:
      'The actions authenticateCognito, authenticateOidc and jwtValidation need a listener with protocol HTTPS.',
  },
  {
    code: 'LS1119',
    title: 'The targets have two owners, or are too many',
    explanation:
      'ECS registers the tasks of a service itself, and Longshore deregisters what `targets` does not name: each would undo the other. Leave `targets` out where a Service refers to the target group. A function or an application load balancer stands alone in its target group.',
  },
  {
    code: 'LS1120',
    title: 'The load balancer has a field of the other type',
    explanation:
      'Some fields exist for Application Load Balancers only (ipamPools, customerOwnedIpv4Pool), some for Network Load Balancers only (addresses of subnets, enablePrefixForIpv6SourceNat, and, with security groups, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic).',
  },
  {
    code: 'LS1121',
    title: 'The target group cannot be a pair',
    explanation:
      'With `blueGreen` an alternate of the same settings stands beside it, for the tasks of an ECS service. Functions, load balancers and declared `targets` have nothing to go to and fro with; a forced name has to leave room for `-alt`.',
  },
];
