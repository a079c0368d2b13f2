import { type AttributeRules, choice, flag, range, text } from './attributes.ts';
import type { TargetGroupState } from './state.ts';

// Keys, defaults and ranges: the API reference of LoadBalancerAttribute, TargetGroupAttribute and ListenerAttribute
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html and neighbours).

const s3Logs = (kind: string): AttributeRules => ({
  [`${kind}.s3.enabled`]: flag('false'),
  [`${kind}.s3.bucket`]: text(),
  [`${kind}.s3.prefix`]: text(),
});

/** Attributes of load balancers, by type and scheme. */
export function loadBalancerRules(type: 'application' | 'network', scheme: string): AttributeRules {
  const common: AttributeRules = {
    ...s3Logs('access_logs'),
    'deletion_protection.enabled': flag('false'),
    'ipv6.deny_all_igw_traffic': flag(scheme === 'internal' ? 'true' : 'false'),
    'zonal_shift.config.enabled': flag('false'),
  };
  if (type === 'network') {
    return {
      ...common,
      'load_balancing.cross_zone.enabled': flag('false'),
      'dns_record.client_routing_policy': choice(
        'any_availability_zone',
        'partial_availability_zone_affinity',
        'availability_zone_affinity',
      ),
      'secondary_ips.auto_assigned.per_subnet': range('0', 0, 7),
    };
  }
  return {
    ...common,
    // On for application load balancers, and cannot be turned off.
    'load_balancing.cross_zone.enabled': choice('true'),
    'idle_timeout.timeout_seconds': range('60', 1, 4000),
    'client_keep_alive.seconds': range('3600', 60, 604_800),
    ...s3Logs('connection_logs'),
    ...s3Logs('health_check_logs'),
    'routing.http.desync_mitigation_mode': choice('defensive', 'monitor', 'strictest'),
    'routing.http.drop_invalid_header_fields.enabled': flag('false'),
    'routing.http.preserve_host_header.enabled': flag('false'),
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag('false'),
    'routing.http.xff_client_port.enabled': flag('false'),
    'routing.http.xff_header_processing.mode': choice('append', 'preserve', 'remove'),
    'routing.http2.enabled': flag('true'),
    'waf.fail_open.enabled': flag('false'),
  };
}

const groupHealth: AttributeRules = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': range('1', 1, 1000, 'off'),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': range('off', 1, 100, 'off'),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': range('1', 1, 1000),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': range('off', 1, 100, 'off'),
};

const crossZone: AttributeRules = {
  'load_balancing.cross_zone.enabled': choice('use_load_balancer_configuration', 'true', 'false'),
};

const application: AttributeRules = {
  'deregistration_delay.timeout_seconds': range('300', 0, 3600),
  'stickiness.enabled': flag('false'),
  'stickiness.type': choice('lb_cookie', 'app_cookie'),
  'stickiness.lb_cookie.duration_seconds': range('86400', 1, 604_800),
  'stickiness.app_cookie.cookie_name': text(),
  'stickiness.app_cookie.duration_seconds': range('86400', 1, 604_800),
  ...crossZone,
  ...groupHealth,
  'load_balancing.algorithm.type': choice('round_robin', 'least_outstanding_requests', 'weighted_random'),
  'load_balancing.algorithm.anomaly_mitigation': choice('off', 'on'),
  'slow_start.duration_seconds': range('0', 30, 900, '0'),
};

const lambda: AttributeRules = { 'lambda.multi_value_headers.enabled': flag('false'), ...groupHealth };

function network(targetType: string, protocol: string | undefined): AttributeRules {
  const datagrams = protocol === 'UDP' || protocol === 'TCP_UDP';
  const byAddress = targetType === 'ip' && (protocol === 'TCP' || protocol === 'TLS');
  return {
    'deregistration_delay.timeout_seconds': range('300', 0, 3600),
    'deregistration_delay.connection_termination.enabled': flag(datagrams ? 'true' : 'false'),
    'stickiness.enabled': flag('false'),
    'stickiness.type': choice('source_ip'),
    ...crossZone,
    ...groupHealth,
    'preserve_client_ip.enabled': flag(byAddress ? 'false' : 'true'),
    'proxy_protocol_v2.enabled': flag('false'),
    'target_health_state.unhealthy.connection_termination.enabled': flag(datagrams ? 'false' : 'true'),
    'target_health_state.unhealthy.draining_interval_seconds': range('0', 0, 360_000),
  };
}

/** Attributes of a target group: those of the type of load balancer that its protocol belongs to. */
export function targetGroupRules(group: Pick<TargetGroupState, 'targetType' | 'protocol'>): AttributeRules {
  if (group.targetType === 'lambda') return lambda;
  return isHttp(group.protocol) ? application : network(group.targetType, group.protocol);
}

/** Attributes that target groups of any type can have. */
export const anyTargetGroupRules: readonly AttributeRules[] = [application, lambda, network('ip', 'TCP')];

const mutualTlsHeaders = ['_serial_number', '_issuer', '_subject', '_validity', '_leaf', ''].map(
  (part) => `routing.http.request.x_amzn_mtls_clientcert${part}.header_name`,
);
const tlsHeaders = ['version', 'cipher_suite'].map((part) => `routing.http.request.x_amzn_tls_${part}.header_name`);
const responseHeaders = [
  'strict_transport_security',
  'access_control_allow_origin',
  'access_control_allow_methods',
  'access_control_allow_headers',
  'access_control_allow_credentials',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'x_content_type_options',
  'x_frame_options',
].map((header) => `routing.http.response.${header}.header_value`);

const allText = (keys: readonly string[]): AttributeRules => Object.fromEntries(keys.map((key) => [key, text()]));

/** Attributes of listeners, by protocol. */
export function listenerRules(protocol: string): AttributeRules {
  if (!isHttp(protocol)) return protocol === 'TCP' ? { 'tcp.idle_timeout.seconds': range('350', 60, 6000) } : {};
  return {
    'routing.http.response.server.enabled': flag('true'),
    ...allText(responseHeaders),
    ...(protocol === 'HTTPS' ? allText([...mutualTlsHeaders, ...tlsHeaders]) : {}),
  };
}

/** Attributes that listeners of any protocol can have. */
export const anyListenerRules: readonly AttributeRules[] = [listenerRules('HTTPS'), listenerRules('TCP')];

/** True for the protocols of application load balancers. */
export function isHttp(protocol: string | undefined): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}
