/** Attributes by key, as AWS has them: every value is a string. */
export type Attributes = Readonly<Record<string, string>>;

/** What has a type and a scheme, as far as defaults depend on them. */
interface BalancerShape {
  readonly type?: 'application' | 'network';
  readonly scheme?: 'internet-facing' | 'internal';
}

/** What has a protocol and a target type, as far as defaults depend on them. */
interface GroupShape {
  readonly protocol?: string;
  readonly targetType?: 'ip' | 'instance' | 'lambda' | 'alb';
}

/** LoadBalancerAttribute: defaults of what is not declared. A bucket and a prefix say nothing while logs are off. */
export function loadBalancerDefaults({ type, scheme }: BalancerShape, declared: Attributes = {}): Attributes {
  const common = {
    'deletion_protection.enabled': 'false',
    'access_logs.s3.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
    'ipv6.deny_all_igw_traffic': scheme === 'internal' ? 'true' : 'false',
  };
  if (type === 'network') {
    return {
      ...common,
      ...logPrefixes(declared, ['access_logs']),
      'load_balancing.cross_zone.enabled': 'false',
      'dns_record.client_routing_policy': 'any_availability_zone',
      'secondary_ips.auto_assigned.per_subnet': '0',
    };
  }
  return {
    ...common,
    ...logPrefixes(declared, ['access_logs', 'connection_logs', 'health_check_logs']),
    'load_balancing.cross_zone.enabled': 'true',
    'idle_timeout.timeout_seconds': '60',
    'client_keep_alive.seconds': '3600',
    'connection_logs.s3.enabled': 'false',
    'health_check_logs.s3.enabled': 'false',
    'routing.http.desync_mitigation_mode': 'defensive',
    'routing.http.drop_invalid_header_fields.enabled': 'false',
    'routing.http.preserve_host_header.enabled': 'false',
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
    'routing.http.xff_client_port.enabled': 'false',
    'routing.http.xff_header_processing.mode': 'append',
    'routing.http2.enabled': 'true',
    'waf.fail_open.enabled': 'false',
  };
}

/** The prefix of logs that are on is empty when it is not declared. */
function logPrefixes(declared: Attributes, logs: readonly string[]): Attributes {
  const on = logs.filter((log) => declared[`${log}.s3.enabled`] === 'true');
  return Object.fromEntries(on.map((log) => [`${log}.s3.prefix`, '']));
}

/** Headers of answers that a listener can add. None is sent by default. */
const RESPONSE_HEADERS = [
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
];

/** Headers of requests whose names can be changed, by the names that they have otherwise. */
const REQUEST_HEADERS: Readonly<Record<string, string>> = {
  x_amzn_mtls_clientcert_serial_number: 'X-Amzn-Mtls-Clientcert-Serial-Number',
  x_amzn_mtls_clientcert_issuer: 'X-Amzn-Mtls-Clientcert-Issuer',
  x_amzn_mtls_clientcert_subject: 'X-Amzn-Mtls-Clientcert-Subject',
  x_amzn_mtls_clientcert_validity: 'X-Amzn-Mtls-Clientcert-Validity',
  x_amzn_mtls_clientcert_leaf: 'X-Amzn-Mtls-Clientcert-Leaf',
  x_amzn_mtls_clientcert: 'X-Amzn-Mtls-Clientcert',
  x_amzn_tls_version: 'X-Amzn-Tls-Version',
  x_amzn_tls_cipher_suite: 'X-Amzn-Tls-Cipher-Suite',
};

/** ListenerAttribute: defaults of what is not declared. */
export function listenerDefaults(protocol: string): Attributes {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    return protocol === 'TCP' || protocol === 'TCP_UDP' ? { 'tcp.idle_timeout.seconds': '350' } : {};
  }
  const values = RESPONSE_HEADERS.map((header) => [`routing.http.response.${header}.header_value`, ''] as const);
  const names = Object.entries(REQUEST_HEADERS).map(
    ([header, name]) => [`routing.http.request.${header}.header_name`, name] as const,
  );
  return {
    'routing.http.response.server.enabled': 'true',
    ...Object.fromEntries(values),
    ...(protocol === 'HTTPS' && Object.fromEntries(names)),
  };
}

/** Minimum healthy targets: attributes of every target group. */
const GROUP_HEALTH: Attributes = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

/** TargetGroupAttribute: defaults of what is not declared. */
export function targetGroupDefaults({ protocol = '', targetType = 'ip' }: GroupShape): Attributes {
  if (targetType === 'lambda') return { 'lambda.multi_value_headers.enabled': 'false', ...GROUP_HEALTH };
  const common = {
    'deregistration_delay.timeout_seconds': '300',
    'stickiness.enabled': 'false',
    'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    ...GROUP_HEALTH,
  };
  if (protocol === 'HTTP' || protocol === 'HTTPS') {
    return {
      ...common,
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '86400',
      'stickiness.app_cookie.cookie_name': '',
      'stickiness.app_cookie.duration_seconds': '86400',
      'load_balancing.algorithm.type': 'round_robin',
      'load_balancing.algorithm.anomaly_mitigation': 'off',
      'slow_start.duration_seconds': '0',
    };
  }
  const connections = protocol === 'TCP' || protocol === 'TLS';
  return {
    ...common,
    'stickiness.type': 'source_ip',
    'deregistration_delay.connection_termination.enabled': connections ? 'false' : 'true',
    'preserve_client_ip.enabled': connections && targetType === 'ip' ? 'false' : 'true',
    'proxy_protocol_v2.enabled': 'false',
    'target_health_state.unhealthy.draining_interval_seconds': '0',
    ...(connections && { 'target_health_state.unhealthy.connection_termination.enabled': 'true' }),
  };
}

/** Keys that a load balancer takes besides those with a default. */
export function loadBalancerExtras({ type }: BalancerShape): readonly string[] {
  const logs = type === 'network' ? ['access_logs'] : ['access_logs', 'connection_logs', 'health_check_logs'];
  return logs.flatMap((log) => [`${log}.s3.bucket`, `${log}.s3.prefix`]);
}

/** What is wanted and what is there, of the attributes that Git decides: the declared ones and those with a default. */
export function comparableAttributes(
  declared: Attributes | undefined,
  defaults: Attributes,
  live: Attributes,
): { readonly wanted: Attributes; readonly live: Attributes } {
  const wanted = { ...defaults, ...declared };
  // AWS does not report an attribute where it has no meaning (a region, a protocol), and gives the name of a header that
  // was never renamed as empty: both are the default.
  const there = Object.keys(wanted).flatMap((key) => {
    const value = live[key] === '' || live[key] === undefined ? (defaults[key] ?? live[key]) : live[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { wanted, live: Object.fromEntries(there) };
}

/** Attributes to send: those that differ. */
export function attributeChanges(
  wanted: Attributes,
  live: Attributes,
): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(wanted)
    .filter(([key, value]) => live[key] !== value)
    .map(([Key, Value]) => ({ Key, Value }));
}
