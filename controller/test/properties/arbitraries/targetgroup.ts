import * as fc from 'fast-check';
import type { Target, TargetGroupSpec, TargetHealthCheck } from '../../../src/api/targetgroup.ts';
import { attributes, digits, flag, groupHealth, merged, some, tags } from './common.ts';

const vpcId = fc.constantFrom('vpc-1', 'vpc-2');
const port = fc.integer({ min: 1, max: 65_535 });
const ipAddressType = fc.constantFrom('ipv4' as const, 'ipv6' as const);
const crossZone = {
  'load_balancing.cross_zone.enabled': fc.constantFrom('use_load_balancer_configuration', 'true', 'false'),
};

/** Interval and timeout that fit each other whatever the default of the other one is. */
const timing: fc.Arbitrary<Pick<TargetHealthCheck, 'intervalSeconds' | 'timeoutSeconds'>> = fc.oneof(
  fc.constant({}),
  fc.record({ intervalSeconds: fc.integer({ min: 31, max: 300 }) }),
  fc
    .record({ timeoutSeconds: fc.integer({ min: 2, max: 120 }), more: fc.integer({ min: 3, max: 100 }) })
    .map(({ timeoutSeconds, more }) => ({ timeoutSeconds, intervalSeconds: timeoutSeconds + more })),
);

const thresholds = some<Pick<TargetHealthCheck, 'healthyThreshold' | 'unhealthyThreshold'>>({
  healthyThreshold: fc.integer({ min: 2, max: 10 }),
  unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
});

function check(more: fc.Arbitrary<Partial<TargetHealthCheck>>): fc.Arbitrary<Pick<TargetGroupSpec, 'healthCheck'>> {
  const whole = fc.tuple(timing, thresholds, more).map(([a, b, c]): TargetHealthCheck => ({ ...a, ...b, ...c }));
  return some<{ healthCheck: TargetHealthCheck }>({ healthCheck: whole });
}

const checkPort = fc.oneof(fc.constant('traffic-port'), port, port.map(String));
const path = fc.constantFrom('/', '/health', '/a/b?c=d');
const httpCodes = fc.constantFrom('200', '200-299', '200,202', '200-399', '401');
const httpCheck = some<TargetHealthCheck>({
  protocol: fc.constantFrom('HTTP' as const, 'HTTPS' as const),
  port: checkPort,
  path,
  matcher: httpCodes,
});
const grpcCheck = some<TargetHealthCheck>({
  protocol: fc.constantFrom('HTTP' as const, 'HTTPS' as const),
  port: checkPort,
  path: fc.constantFrom('/AWS.ALB/healthcheck', '/shop.Health/Check'),
  matcher: fc.constantFrom('12', '0', '0-5,12'),
});
const tcpCheck = fc.oneof(
  some<TargetHealthCheck>({ protocol: fc.constant('TCP' as const), port: checkPort }),
  fc
    .tuple(
      fc.constantFrom('HTTP' as const, 'HTTPS' as const),
      some<TargetHealthCheck>({ port: checkPort, path, matcher: httpCodes }),
    )
    .map(([protocol, rest]) => ({ ...rest, protocol })),
);

const zone = fc.constantFrom('eu-west-1a', 'all');
const ipTargets = fc.uniqueArray(
  fc.record(
    { id: fc.integer({ min: 1, max: 250 }).map((last) => `10.0.0.${last}`), port, availabilityZone: zone },
    { requiredKeys: ['id'] },
  ) as fc.Arbitrary<Target>,
  { selector: ({ id }) => id, minLength: 1, maxLength: 3 },
);
const instances = fc.uniqueArray(
  fc.record(
    { id: fc.integer({ min: 16, max: 255 }).map((id) => `i-0${id.toString(16)}`), port },
    { requiredKeys: ['id'] },
  ) as fc.Arbitrary<Target>,
  { selector: ({ id }) => id, minLength: 1, maxLength: 3 },
);

const byAddress = fc.oneof(
  some<TargetGroupSpec>({
    targetType: fc.constant('ip' as const),
    ipAddressType: fc.constant('ipv4' as const),
    targets: ipTargets,
  }),
  fc.record({ ipAddressType, targetType: fc.constant('ip' as const) }),
  fc
    .tuple(fc.constant('instance' as const), some<TargetGroupSpec>({ targets: instances }))
    .map(([targetType, rest]) => ({ ...rest, targetType })),
);

const stickiness = fc.oneof(
  attributes({
    'stickiness.enabled': flag,
    'stickiness.type': fc.constant('lb_cookie'),
    'stickiness.lb_cookie.duration_seconds': digits(1, 604_800),
  }),
  fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), digits(1, 604_800)).map(
    ([name, seconds]): Record<string, string> => ({
      'stickiness.enabled': 'true',
      'stickiness.type': 'app_cookie',
      'stickiness.app_cookie.cookie_name': name,
      'stickiness.app_cookie.duration_seconds': seconds,
    }),
  ),
);
const algorithm = fc.oneof(
  attributes({ 'load_balancing.algorithm.type': fc.constantFrom('round_robin', 'least_outstanding_requests') }),
  flag.map(
    (on): Record<string, string> => ({
      'load_balancing.algorithm.type': 'weighted_random',
      'load_balancing.algorithm.anomaly_mitigation': on === 'true' ? 'on' : 'off',
    }),
  ),
);
const httpAttributes = fc
  .tuple(
    stickiness,
    algorithm,
    attributes({
      'deregistration_delay.timeout_seconds': digits(0, 3600),
      'slow_start.duration_seconds': fc.oneof(fc.constant('0'), digits(30, 900)),
      ...crossZone,
      ...groupHealth,
    }),
  )
  .map((all): Record<string, string> => merged<Record<string, string>>(all));

const http = fc
  .tuple(
    fc.record({ vpcId, port, protocol: fc.constantFrom('HTTP' as const, 'HTTPS' as const) }),
    byAddress,
    fc.oneof(
      fc.tuple(
        some<TargetGroupSpec>({ protocolVersion: fc.constantFrom('HTTP1' as const, 'HTTP2' as const) }),
        check(httpCheck),
      ),
      fc.tuple(fc.constant<TargetGroupSpec>({ protocolVersion: 'GRPC' }), check(grpcCheck)),
    ),
    some<TargetGroupSpec>({ attributes: httpAttributes, targetControlPort: port }),
  )
  .map(
    ([base, address, [version, healthCheck], rest]): TargetGroupSpec => ({
      ...base,
      ...address,
      ...version,
      ...healthCheck,
      ...rest,
    }),
  );

const draining = fc.oneof(
  fc.constant<Record<string, string>>({}),
  digits(0, 360_000).map(
    (seconds): Record<string, string> => ({
      'target_health_state.unhealthy.connection_termination.enabled': 'false',
      'target_health_state.unhealthy.draining_interval_seconds': seconds,
    }),
  ),
);
const networkAttributes = (clientIp: boolean): fc.Arbitrary<Record<string, string>> =>
  fc
    .tuple(
      attributes({
        'deregistration_delay.timeout_seconds': digits(0, 3600),
        'deregistration_delay.connection_termination.enabled': flag,
        'stickiness.enabled': flag,
        'stickiness.type': fc.constant('source_ip'),
        'proxy_protocol_v2.enabled': flag,
        ...(clientIp && { 'preserve_client_ip.enabled': flag }),
        ...crossZone,
        ...groupHealth,
      }),
      draining,
    )
    .map(([a, b]) => ({ ...a, ...b }));
const connections = fc
  .tuple(
    fc.record({ vpcId, port, protocol: fc.constantFrom('TCP' as const, 'TLS' as const) }),
    byAddress,
    check(tcpCheck),
    some<TargetGroupSpec>({ attributes: networkAttributes(true) }),
  )
  .map((all): TargetGroupSpec => merged<TargetGroupSpec>(all));
const datagrams = fc
  .tuple(
    fc.record({ vpcId, port, protocol: fc.constantFrom('UDP' as const, 'TCP_UDP' as const) }),
    byAddress,
    check(tcpCheck),
    some<TargetGroupSpec>({ attributes: networkAttributes(false) }),
  )
  .map((all): TargetGroupSpec => merged<TargetGroupSpec>(all));

const lambda = fc
  .tuple(
    check(some<TargetHealthCheck>({ enabled: fc.boolean(), path, matcher: httpCodes })),
    some<TargetGroupSpec>({
      attributes: attributes({ 'lambda.multi_value_headers.enabled': flag, ...groupHealth }),
      targets: fc
        .constantFrom('hello', 'bye')
        .map((name): Target[] => [{ id: `arn:aws:lambda:eu-west-1:123456789012:function:${name}` }]),
    }),
  )
  .map(([healthCheck, rest]): TargetGroupSpec => ({ targetType: 'lambda', ...healthCheck, ...rest }));
const albArn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/inner/0123456789abcdef';
const alb = fc
  .tuple(
    fc.record({ vpcId, port }),
    check(httpCheck),
    some<TargetGroupSpec>({
      attributes: attributes({ 'deregistration_delay.timeout_seconds': digits(0, 3600) }),
      targets: fc.constant<Target[]>([{ id: albArn }]),
    }),
  )
  .map(
    ([base, healthCheck, rest]): TargetGroupSpec => ({
      ...base,
      targetType: 'alb',
      protocol: 'TCP',
      ...healthCheck,
      ...rest,
    }),
  );

/** Valid target groups of every target type and protocol. */
const single: fc.Arbitrary<TargetGroupSpec> = fc
  .tuple(fc.oneof(http, connections, datagrams, lambda, alb), some<TargetGroupSpec>({ tags }))
  .map(([spec, more]) => ({ ...spec, ...more }));

/** Some of those that can be are pairs. */
export const targetGroups: fc.Arbitrary<TargetGroupSpec> = fc.tuple(single, fc.boolean()).map(([spec, pair]) => {
  const { targetType = 'ip', targets } = spec;
  const can = targets === undefined && (targetType === 'ip' || targetType === 'instance');
  return pair && can ? { ...spec, blueGreen: true } : spec;
});
