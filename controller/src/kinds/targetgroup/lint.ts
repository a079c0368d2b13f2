import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import { targetGroupDefaults } from '../../elbv2/attributes.ts';
import { lintAttributes } from '../../elbv2/lint.ts';
import { isHttp, wantedHealthCheck } from './healthcheck.ts';
import { ALTERNATE_SUFFIX, MAX_NAME } from './live.ts';

/** Mistakes in a target group that are valid YAML. */
export function lint(spec: TargetGroupSpec, context: LintContext): readonly Finding[] {
  return [
    ...timing(spec),
    ...healthCheckPort(spec),
    ...healthCheckProtocol(spec),
    ...lintAttributes(spec.attributes, targetGroupDefaults(spec), spec.protocol?.includes('UDP') ? DATAGRAMS : []),
    ...targets(spec, context),
    ...pair(spec),
  ];
}

/** What a pair cannot have. */
function pair({
  blueGreen,
  targets: declared,
  targetType = 'ip',
  nameOverride = '',
}: TargetGroupSpec): readonly Finding[] {
  if (blueGreen !== true) return [];
  const room = MAX_NAME - ALTERNATE_SUFFIX.length;
  const message =
    declared !== undefined
      ? 'a pair is for the tasks of a service; expected no targets here'
      : targetType === 'lambda' || targetType === 'alb'
        ? `a pair is for the tasks of a service; expected targetType ip or instance, found ${targetType}`
        : nameOverride.length > room && !nameOverride.includes('${')
          ? `the alternate is called ${nameOverride}${ALTERNATE_SUFFIX}, which is longer than ${MAX_NAME}; expected at most ${room} characters in nameOverride`
          : undefined;
  return message === undefined ? [] : [{ code: 'LS1121', severity: 'error', path: '/blueGreen', message }];
}

/** Always false for UDP and TCP_UDP, which can be said. */
const DATAGRAMS = ['target_health_state.unhealthy.connection_termination.enabled'];

/** Targets belong to Longshore or to ECS, never to both. */
function targets(spec: TargetGroupSpec, { manifest, all = [] }: LintContext): readonly Finding[] {
  if (spec.targets === undefined) return [];
  const { name } = manifest.metadata;
  const service = all.find(
    (other) =>
      other.kind === 'Service' &&
      (other.spec as ServiceSpec).loadBalancers?.some(({ targetGroup }) => targetGroup === name),
  );
  const alone = spec.targetType === 'lambda' || spec.targetType === 'alb';
  const message =
    service !== undefined
      ? `Service/${service.metadata.name} refers to this target group, and ECS registers its tasks itself; expected no targets here`
      : alone && spec.targets.length > 1
        ? `a target group with targetType ${spec.targetType} has one target; found ${spec.targets.length}`
        : undefined;
  return message === undefined ? [] : [{ code: 'LS1119', severity: 'error', path: '/targets', message }];
}

function timing(spec: TargetGroupSpec): readonly Finding[] {
  const { intervalSeconds, timeoutSeconds } = wantedHealthCheck(spec);
  if (timeoutSeconds < intervalSeconds) return [];
  return [
    {
      code: 'LS1101',
      severity: 'error',
      path:
        spec.healthCheck?.timeoutSeconds === undefined ? '/healthCheck/intervalSeconds' : '/healthCheck/timeoutSeconds',
      message: `a health check may take ${timeoutSeconds} s (timeoutSeconds) but one is made every ${intervalSeconds} s; expected less`,
    },
  ];
}

function healthCheckPort(spec: TargetGroupSpec): readonly Finding[] {
  const port = spec.healthCheck?.port;
  if (port === undefined || port === 'traffic-port' || String(port).includes('${')) return [];
  const path = '/healthCheck/port';
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    const message = `health check port "${port}": expected traffic-port or a number from 1 to 65535`;
    return [{ code: 'LS1102', severity: 'error', path, message }];
  }
  if (number === spec.port) return [];
  const message = `health checks go to port ${number}, requests to port ${spec.port}; expected traffic-port unless a second port answers health checks`;
  return [{ code: 'LS1103', severity: 'warning', path, message }];
}

function healthCheckProtocol(spec: TargetGroupSpec): readonly Finding[] {
  const { protocol, path, matcher } = spec.healthCheck ?? {};
  const http = isHttp(spec.protocol) || spec.targetType === 'lambda';
  if (http && protocol === 'TCP') {
    const message = `a ${spec.protocol ?? 'lambda'} target group cannot have TCP health checks; expected HTTP or HTTPS`;
    return [{ code: 'LS1104', severity: 'error', path: '/healthCheck/protocol', message }];
  }
  const field = path === undefined ? 'matcher' : 'path';
  if (wantedHealthCheck(spec).protocol === 'TCP' && (path ?? matcher) !== undefined) {
    const message = `TCP health checks have no ${field}; set healthCheck.protocol: HTTP, or leave it out`;
    return [{ code: 'LS1105', severity: 'error', path: `/healthCheck/${field}`, message }];
  }
  return [];
}
