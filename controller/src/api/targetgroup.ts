/**
 * A target group. Its targets belong to the ECS service that refers to it, unless `targets` are declared.
 * @rules [{"rule":"self.targetType == 'lambda' ? !(has(self.vpcId) || has(self.protocol) || has(self.port)) : (has(self.vpcId) && has(self.protocol) && has(self.port))","message":"vpcId, protocol and port must be set, unless targetType is lambda: then they cannot"},{"rule":"self.targetType != 'alb' || !has(self.protocol) || self.protocol == 'TCP'","message":"targetType alb needs protocol TCP"},{"rule":"!has(self.protocolVersion) || !has(self.protocol) || self.protocol in ['HTTP', 'HTTPS']","message":"protocolVersion needs protocol HTTP or HTTPS"}]
 */
export interface TargetGroupSpec {
  /** The VPC of the targets; not for lambda. A change replaces the target group. */
  vpcId?: string;
  /**
   * The protocol that targets speak: HTTP and HTTPS behind an application, the others behind a network load balancer.
   * Not for lambda. A change replaces the target group.
   */
  protocol?: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  /**
   * The HTTP version that targets speak. Default: HTTP1 for HTTP and HTTPS. A change replaces the target group.
   */
  protocolVersion?: 'HTTP1' | 'HTTP2' | 'GRPC';
  /**
   * The port of a target that is registered without one; ECS registers each task with its own. Not for lambda. A
   * change replaces the target group.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port?: number;
  /**
   * `ip` for tasks with network mode awsvpc (all on Fargate), `instance` for bridge and host; `lambda` for a function
   * behind an application, `alb` for an application behind a network load balancer. AWS's own default is `instance`. A
   * change replaces the target group.
   * @default "ip"
   */
  targetType?: 'ip' | 'instance' | 'lambda' | 'alb';
  /**
   * The address type of the targets. A change replaces the target group.
   * @default "ipv4"
   */
  ipAddressType?: 'ipv4' | 'ipv6';
  /** How targets are found healthy. What is omitted has AWS's default for the protocol. */
  healthCheck?: TargetHealthCheck;
  /**
   * Attributes as in ModifyTargetGroupAttributes, such as `deregistration_delay.timeout_seconds: "30"`. Those that are
   * not named have their documented default.
   */
  attributes?: Record<string, string>;
  /**
   * The port on which the load balancer speaks to a target control agent (target optimizer). A change replaces the
   * target group.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  targetControlPort?: number;
  /**
   * The targets, all of them: others are deregistered. Only for target groups that no ECS service refers to, for ECS
   * registers its tasks itself; without this field targets are left alone. A function or an application load balancer
   * stands alone.
   * @minItems 1
   * @maxItems 1000
   */
  targets?: Target[];
  /**
   * Makes a pair: this target group and an alternate of the same settings, for blue/green deployments. Output
   * `alternateArn`.
   * @default false
   */
  blueGreen?: boolean;
  /** Tags of the target group. */
  tags?: Record<string, string>;
  /**
   * The name in AWS in place of the derived one. A replacement is refused then.
   * @pattern ^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$
   */
  nameOverride?: string;
  /**
   * What happens to the target group when its manifest is removed.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/** A target that no ECS service owns. */
export interface Target {
  /** An IP address, an instance id, or the ARN of a Lambda function or of an Application Load Balancer. */
  id: string;
  /**
   * The port. Default: that of the target group. Not for lambda.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port?: number;
  /** An Availability Zone, or `all`: needed for IP addresses outside of the VPC. */
  availabilityZone?: string;
}

/** How the load balancer finds a target healthy. */
export interface TargetHealthCheck {
  /** Whether targets are checked. Only a lambda target group can go without, which is its default. */
  enabled?: boolean;
  /**
   * The protocol of the check. Default: HTTP for HTTP, HTTPS, lambda and alb target groups, TCP for the others.
   */
  protocol?: 'HTTP' | 'HTTPS' | 'TCP';
  /**
   * A port, or `traffic-port`: the port that the target was registered with.
   * @default "traffic-port"
   */
  port?: number | string;
  /**
   * The path of an HTTP check. Default: `/`; for GRPC `/AWS.ALB/healthcheck`.
   * @maxLength 1024
   */
  path?: string;
  /**
   * The time between two checks of a target, in seconds. Default: 30; for lambda 35.
   * @asType integer
   * @minimum 5
   * @maximum 300
   */
  intervalSeconds?: number;
  /**
   * How long an answer may take, in seconds. Default: 5 for HTTP and HTTPS target groups, 30 for lambda; else 6
   * for an HTTP check, 10 for the others.
   * @asType integer
   * @minimum 2
   * @maximum 120
   */
  timeoutSeconds?: number;
  /**
   * Successful checks in a row that make a target healthy.
   * @asType integer
   * @minimum 2
   * @maximum 10
   * @default 5
   */
  healthyThreshold?: number;
  /**
   * Failed checks in a row that make a target unhealthy. Default: 2; for lambda 5.
   * @asType integer
   * @minimum 2
   * @maximum 10
   */
  unhealthyThreshold?: number;
  /**
   * The codes of a healthy answer, such as `200`, `200,202` or `200-399`: HTTP codes, or gRPC codes with GRPC.
   * Default: 200; for GRPC 12; behind a network load balancer 200-399.
   */
  matcher?: string;
}
