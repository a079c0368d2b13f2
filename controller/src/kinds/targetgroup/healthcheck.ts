import type { ProtocolEnum, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupSpec, TargetHealthCheck } from '../../api/targetgroup.ts';

/** A health check with every default filled in. Path and matcher only for HTTP and HTTPS checks. */
export interface HealthCheckTree {
  readonly enabled: boolean;
  readonly protocol: ProtocolEnum | '';
  readonly port: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly path?: string;
  readonly matcher?: string;
}

/**
 * The health check that a manifest wants. Defaults of CreateTargetGroup; for the timeout the documents disagree (5 or 6
 * for HTTP), so that every field is sent and none is left to AWS.
 */
export function wantedHealthCheck(spec: TargetGroupSpec): HealthCheckTree {
  const check: TargetHealthCheck = spec.healthCheck ?? {};
  const lambda = spec.targetType === 'lambda';
  const layer7 = lambda || isHttp(spec.protocol);
  const protocol = check.protocol ?? (layer7 || spec.targetType === 'alb' ? 'HTTP' : 'TCP');
  const grpc = spec.protocolVersion === 'GRPC';
  return {
    enabled: check.enabled ?? !lambda,
    protocol,
    port: String(check.port ?? 'traffic-port'),
    intervalSeconds: check.intervalSeconds ?? (lambda ? 35 : 30),
    timeoutSeconds: check.timeoutSeconds ?? (lambda ? 30 : defaultTimeout(spec.protocol, protocol)),
    healthyThreshold: check.healthyThreshold ?? 5,
    unhealthyThreshold: check.unhealthyThreshold ?? (lambda ? 5 : 2),
    ...(isHttp(protocol) && {
      path: check.path ?? (grpc ? '/AWS.ALB/healthcheck' : '/'),
      matcher: check.matcher ?? (grpc ? '12' : layer7 ? '200' : '200-399'),
    }),
  };
}

function defaultTimeout(protocol: string | undefined, checkProtocol: string): number {
  if (isHttp(protocol)) return 5;
  return checkProtocol === 'HTTP' ? 6 : 10;
}

/** The health check that AWS has. */
export function liveHealthCheck(group: TargetGroup): HealthCheckTree {
  // A lambda target group is checked by a request to the function: there is nothing to choose.
  const lambda = group.TargetType === 'lambda';
  const protocol = lambda ? 'HTTP' : (group.HealthCheckProtocol ?? '');
  const matcher = group.Matcher?.GrpcCode ?? group.Matcher?.HttpCode;
  return {
    enabled: group.HealthCheckEnabled ?? true,
    protocol,
    port: lambda ? 'traffic-port' : (group.HealthCheckPort ?? 'traffic-port'),
    intervalSeconds: group.HealthCheckIntervalSeconds ?? 0,
    timeoutSeconds: group.HealthCheckTimeoutSeconds ?? 0,
    healthyThreshold: group.HealthyThresholdCount ?? 0,
    unhealthyThreshold: group.UnhealthyThresholdCount ?? 0,
    ...(isHttp(protocol) && {
      path: group.HealthCheckPath ?? '/',
      ...(matcher !== undefined && { matcher }),
    }),
  };
}

/** The fields that CreateTargetGroup and ModifyTargetGroup have in common. */
export interface HealthCheckInput {
  readonly HealthCheckEnabled?: boolean;
  readonly HealthCheckProtocol?: ProtocolEnum;
  readonly HealthCheckPort?: string;
  readonly HealthCheckIntervalSeconds: number;
  readonly HealthCheckTimeoutSeconds: number;
  readonly HealthyThresholdCount: number;
  readonly UnhealthyThresholdCount: number;
  readonly HealthCheckPath?: string;
  readonly Matcher?: { GrpcCode: string } | { HttpCode: string };
}

/** What to send. Only a lambda target group can be without a health check, and it has neither port nor protocol. */
export function healthCheckInput(check: HealthCheckTree, spec: TargetGroupSpec): HealthCheckInput {
  const lambda = spec.targetType === 'lambda';
  return {
    ...(lambda
      ? { HealthCheckEnabled: check.enabled }
      : {
          ...(check.protocol !== '' && { HealthCheckProtocol: check.protocol }),
          HealthCheckPort: check.port,
        }),
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(check.path !== undefined && { HealthCheckPath: check.path }),
    ...(check.matcher !== undefined && {
      Matcher: spec.protocolVersion === 'GRPC' ? { GrpcCode: check.matcher } : { HttpCode: check.matcher },
    }),
  };
}

/** True for the protocols of application load balancers. */
export function isHttp(protocol: string | undefined): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}
