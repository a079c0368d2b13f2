import type { CreateTargetGroupInput, ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';
import { isHttp } from './attribute-rules.ts';
import type { HealthCheckState, TargetGroupState } from './state.ts';

type Settings = Pick<
  ModifyTargetGroupInput & CreateTargetGroupInput,
  | 'HealthCheckEnabled'
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>;

type Kind = Pick<TargetGroupState, 'targetType' | 'protocol' | 'protocolVersion'>;

/**
 * The health check of a new target group: what the call says, defaults by protocol and target type for the rest.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (timeout 5)
 */
export function newHealthCheck(kind: Kind, input: Settings): HealthCheckState {
  const lambda = kind.targetType === 'lambda';
  const layer7 = lambda || isHttp(kind.protocol) || kind.targetType === 'alb';
  return withSettings(kind, input, {
    enabled: !lambda,
    protocol: layer7 ? 'HTTP' : 'TCP',
    port: 'traffic-port',
    intervalSeconds: lambda ? 35 : 30,
    timeoutSeconds: 0,
    healthyThreshold: 5,
    unhealthyThreshold: lambda ? 5 : 2,
  });
}

/** A health check with the settings of a call laid over it. @throws AwsError ValidationError, InvalidConfigurationRequest */
export function withSettings(kind: Kind, input: Settings, before: HealthCheckState): HealthCheckState {
  const protocol = input.HealthCheckProtocol ?? before.protocol;
  checkProtocol(kind, protocol);
  const grpc = kind.protocolVersion === 'GRPC';
  const http = isHttp(protocol);
  const path = input.HealthCheckPath ?? before.path ?? (grpc ? '/AWS.ALB/healthcheck' : '/');
  const matcher = hasMatcher(input.Matcher) ? input.Matcher : (before.matcher ?? defaultMatcher(kind));
  const after: HealthCheckState = {
    enabled: kind.targetType === 'lambda' ? (input.HealthCheckEnabled ?? before.enabled) : true,
    protocol,
    port: input.HealthCheckPort ?? before.port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? (before.timeoutSeconds || defaultTimeout(kind, protocol)),
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
    ...(http ? { path, matcher: checkMatcher(kind, matcher) } : {}),
  };
  if (http && !path.startsWith('/')) {
    throw new AwsError('ValidationError', `Health check path '${path}' must begin with a '/' character`);
  }
  if (!http && (input.HealthCheckPath !== undefined || hasMatcher(input.Matcher))) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      `Health check path and matcher are not supported for health checks with protocol '${protocol}'`,
    );
  }
  if (
    after.port !== 'traffic-port' &&
    !/^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/.test(after.port)
  ) {
    throw new AwsError(
      'ValidationError',
      `Health check port '${after.port}' must be 'traffic-port' or a number from 1 to 65535`,
    );
  }
  if (after.timeoutSeconds >= after.intervalSeconds) {
    throw new AwsError('ValidationError', 'Health check interval must be greater than the timeout.');
  }
  if (input.HealthCheckEnabled === false && kind.targetType !== 'lambda') {
    throw new AwsError(
      'ValidationError',
      `Health check enabled must be true for target groups with target type '${kind.targetType}'`,
    );
  }
  return after;
}

function defaultTimeout(kind: Kind, protocol: string): number {
  if (kind.targetType === 'lambda') return 30;
  if (isHttp(kind.protocol)) return 5;
  return protocol === 'HTTP' ? 6 : 10;
}

function defaultMatcher(kind: Kind): NonNullable<HealthCheckState['matcher']> {
  if (kind.protocolVersion === 'GRPC') return { GrpcCode: '12' };
  return { HttpCode: isHttp(kind.protocol) || kind.targetType === 'lambda' ? '200' : '200-399' };
}

function hasMatcher(matcher: Settings['Matcher']): matcher is NonNullable<Settings['Matcher']> {
  return matcher?.HttpCode !== undefined || matcher?.GrpcCode !== undefined;
}

function checkProtocol(kind: Kind, protocol: string): void {
  const allowed = isHttp(kind.protocol) || kind.targetType === 'lambda' ? ['HTTP', 'HTTPS'] : ['TCP', 'HTTP', 'HTTPS'];
  if (!allowed.includes(protocol)) {
    throw new AwsError('ValidationError', `Health check protocol '${protocol}' must be one of '${allowed.join(', ')}'`);
  }
}

function checkMatcher(
  kind: Kind,
  matcher: { HttpCode?: string | undefined; GrpcCode?: string | undefined },
): NonNullable<HealthCheckState['matcher']> {
  if (matcher.GrpcCode !== undefined) {
    checkCodes(matcher.GrpcCode, 0, 99);
    return { GrpcCode: matcher.GrpcCode };
  }
  const codes = matcher.HttpCode ?? '200';
  checkCodes(codes, 200, isHttp(kind.protocol) ? 499 : 599);
  return { HttpCode: codes };
}

function checkCodes(codes: string, from: number, to: number): void {
  for (const part of codes.split(',')) {
    const [, low, high] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const first = Number(low);
    const last = Number(high ?? low);
    if (low === undefined || first < from || last > to || first > last) {
      throw new AwsError(
        'ValidationError',
        `Health check matcher code '${codes}' must be within '${from}-${to}' inclusive`,
      );
    }
  }
}

/** True when a status or gRPC code is one that the matcher wants: `200,202` or `200-299`. */
export function matches(codes: string, code: number): boolean {
  return codes.split(',').some((part) => {
    const [low = '', high = low] = part.split('-');
    return code >= Number(low) && code <= Number(high);
  });
}
