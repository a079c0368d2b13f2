import * as fc from 'fast-check';
import type { ForwardTarget, RuleAction } from '../../../src/api/listenerrule.ts';
import type { InlineRule, Listener, LoadBalancerSpec, MutualAuthentication } from '../../../src/api/loadbalancer.ts';
import { certificate } from '../balancing.ts';
import { redirects, ruleActions } from './actions.ts';
import { attributes, digits, flag, merged, some, tags } from './common.ts';
import { conditions, transforms } from './rules.ts';

const subnet = fc.constantFrom('subnet-a', 'subnet-b', 'subnet-c');
const subnets = fc.uniqueArray(subnet, { minLength: 2, maxLength: 3 });
const groups = fc.uniqueArray(fc.constantFrom('sg-1', 'sg-2', 'sg-3'), { minLength: 1, maxLength: 3 });
const port = fc.integer({ min: 1, max: 65_535 });
const capacity = fc.record({ capacityUnits: fc.integer({ min: 1, max: 1500 }) });
const certificates = fc.uniqueArray(fc.constantFrom('one', 'two', 'three').map(certificate), {
  minLength: 1,
  maxLength: 3,
});
const sslPolicy = fc.constantFrom('ELBSecurityPolicy-2016-08', 'ELBSecurityPolicy-TLS13-1-2-2021-06');

function logs(kind: string): fc.Arbitrary<Record<string, string>> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<Record<string, string>>({}) },
    fc.boolean().map(
      (prefix): Record<string, string> => ({
        [`${kind}.s3.enabled`]: 'true',
        [`${kind}.s3.bucket`]: 'logs',
        ...(prefix && { [`${kind}.s3.prefix`]: 'shop' }),
      }),
    ),
  );
}

function together(parts: readonly fc.Arbitrary<Record<string, string>>[]): fc.Arbitrary<Record<string, string>> {
  return fc.tuple(...parts).map((all): Record<string, string> => merged<Record<string, string>>(all));
}

const commonAttributes = {
  'deletion_protection.enabled': flag,
  'zonal_shift.config.enabled': flag,
  'ipv6.deny_all_igw_traffic': flag,
};
const applicationAttributes = together([
  logs('access_logs'),
  logs('connection_logs'),
  logs('health_check_logs'),
  attributes({
    ...commonAttributes,
    'idle_timeout.timeout_seconds': digits(1, 4000),
    'client_keep_alive.seconds': digits(60, 604_800),
    'routing.http.desync_mitigation_mode': fc.constantFrom('defensive', 'monitor', 'strictest'),
    'routing.http.drop_invalid_header_fields.enabled': flag,
    'routing.http.preserve_host_header.enabled': flag,
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag,
    'routing.http.xff_client_port.enabled': flag,
    'routing.http.xff_header_processing.mode': fc.constantFrom('append', 'preserve', 'remove'),
    'routing.http2.enabled': flag,
    'waf.fail_open.enabled': flag,
  }),
]);
const networkAttributes = together([
  logs('access_logs'),
  attributes({
    ...commonAttributes,
    'load_balancing.cross_zone.enabled': flag,
    'dns_record.client_routing_policy': fc.constantFrom('any_availability_zone', 'availability_zone_affinity'),
    'secondary_ips.auto_assigned.per_subnet': digits(0, 7),
  }),
]);

const headerValue = fc.constantFrom('*', 'DENY', 'nosniff', 'max-age=60');
const responseHeaders = {
  'routing.http.response.server.enabled': flag,
  'routing.http.response.strict_transport_security.header_value': headerValue,
  'routing.http.response.access_control_allow_origin.header_value': headerValue,
  'routing.http.response.x_frame_options.header_value': headerValue,
};
const requestHeaders = {
  'routing.http.request.x_amzn_mtls_clientcert_issuer.header_name': fc.constantFrom('X-Issuer', 'X-Who'),
  'routing.http.request.x_amzn_tls_version.header_name': fc.constantFrom('X-Tls', 'X-Version'),
};

const mutual: fc.Arbitrary<MutualAuthentication> = fc.oneof(
  fc.constantFrom<MutualAuthentication>({ mode: 'off' }, { mode: 'passthrough' }),
  some<MutualAuthentication>({
    ignoreClientCertificateExpiry: fc.boolean(),
    advertiseTrustStoreCaNames: fc.constantFrom('on' as const, 'off' as const),
  }).map(
    (rest): MutualAuthentication => ({
      ...rest,
      mode: 'verify',
      trustStoreArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/shop/0123456789abcdef',
    }),
  ),
);

function inlineRules(targets: readonly ForwardTarget[], secure: boolean): fc.Arbitrary<InlineRule[]> {
  const rule = fc
    .tuple(
      fc.integer({ min: 1, max: 50_000 }),
      conditions,
      ruleActions(targets, secure),
      some<InlineRule>({ transforms }),
    )
    .map(([priority, when, action, rest]): InlineRule => ({ ...rest, priority, when, then: action }));
  // Rules of the same conditions are told apart by their priorities only; a mistake that nobody makes on purpose.
  return fc
    .uniqueArray(rule, { selector: ({ priority }) => priority, maxLength: 3 })
    .filter((rules) => new Set(rules.map(({ when }) => JSON.stringify(when))).size === rules.length);
}

function httpListener(targets: readonly ForwardTarget[], secure: boolean): fc.Arbitrary<Listener> {
  const answer: fc.Arbitrary<Pick<Listener, 'default' | 'redirectTo'>> = fc.oneof(
    { weight: 3, arbitrary: ruleActions(targets, secure).map((action: RuleAction) => ({ default: action })) },
    redirects.map((redirectTo) => ({ redirectTo })),
  );
  const transport: fc.Arbitrary<Partial<Listener>> = secure
    ? fc
        .tuple(certificates, some<Listener>({ sslPolicy, mutualAuthentication: mutual }))
        .map(([arns, rest]) => ({ ...rest, certificates: arns }))
    : fc.constant({});
  return fc
    .tuple(
      port,
      transport,
      answer,
      some<Listener>({
        attributes: attributes(secure ? { ...responseHeaders, ...requestHeaders } : responseHeaders),
        rules: inlineRules(targets, secure),
      }),
    )
    .map(
      ([at, how, what, rest]): Listener => ({
        ...how,
        ...what,
        ...rest,
        port: at,
        protocol: secure ? 'HTTPS' : 'HTTP',
      }),
    );
}

function listeners(listener: fc.Arbitrary<Listener>): fc.Arbitrary<Listener[]> {
  return fc.uniqueArray(listener, { selector: ({ port: at }) => at, maxLength: 2 });
}

function applications(targets: readonly ForwardTarget[]): fc.Arbitrary<LoadBalancerSpec> {
  const place: fc.Arbitrary<LoadBalancerSpec> = fc.oneof(
    subnets.map((ids): LoadBalancerSpec => ({ subnets: ids })),
    subnets.map((ids): LoadBalancerSpec => ({ subnetMappings: ids.map((subnetId) => ({ subnetId })) })),
  );
  const scheme = fc.oneof(
    some<LoadBalancerSpec>({
      scheme: fc.constant('internet-facing' as const),
      ipAddressType: fc.constantFrom('ipv4' as const, 'dualstack' as const, 'dualstack-without-public-ipv4' as const),
      ipamPools: fc.constantFrom({ ipv4IpamPoolId: 'ipam-pool-1' }, { ipv4IpamPoolId: 'ipam-pool-2' }),
      customerOwnedIpv4Pool: fc.constant('ipv4pool-coip-1'),
    }),
    fc.constant<LoadBalancerSpec>({ scheme: 'internal' }),
  );
  return fc
    .tuple(
      place,
      scheme,
      some<LoadBalancerSpec>({
        type: fc.constant('application' as const),
        securityGroups: groups,
        attributes: applicationAttributes,
        minimumLoadBalancerCapacity: capacity,
        listeners: listeners(fc.oneof(httpListener(targets, false), httpListener(targets, true))),
        tags,
      }),
    )
    .map((all): LoadBalancerSpec => merged<LoadBalancerSpec>(all));
}

function networkListener(targets: readonly ForwardTarget[]): fc.Arbitrary<Listener> {
  const forward = fc.constantFrom(...targets).map((target) => ({ default: { forward: [target] } }));
  const plain = fc
    .tuple(port, forward, some<Listener>({ attributes: attributes({ 'tcp.idle_timeout.seconds': digits(60, 6000) }) }))
    .map(([at, what, rest]): Listener => ({ ...rest, ...what, port: at, protocol: 'TCP' }));
  const secure = fc
    .tuple(
      port,
      forward,
      certificates,
      some<Listener>({
        sslPolicy,
        alpnPolicy: fc.constantFrom('None' as const, 'HTTP2Only' as const, 'HTTP1Only' as const),
      }),
    )
    .map(([at, what, arns, rest]): Listener => ({ ...rest, ...what, certificates: arns, port: at, protocol: 'TLS' }));
  return fc.oneof(plain, secure);
}

function networks(targets: readonly ForwardTarget[]): fc.Arbitrary<LoadBalancerSpec> {
  const ids = fc.uniqueArray(subnet, { minLength: 1, maxLength: 3 });
  const place: fc.Arbitrary<LoadBalancerSpec> = fc.oneof(
    ids.map((all): LoadBalancerSpec => ({ subnets: all })),
    ids.map(
      (all): LoadBalancerSpec => ({
        scheme: 'internet-facing',
        subnetMappings: all.map((subnetId, index) => ({ subnetId, allocationId: `eipalloc-${index}` })),
      }),
    ),
    ids.map(
      (all): LoadBalancerSpec => ({
        scheme: 'internal',
        subnetMappings: all.map((subnetId, index) => ({ subnetId, privateIPv4Address: `10.0.${index}.9` })),
      }),
    ),
    fc.tuple(ids, fc.constantFrom('auto_assigned', '2001:db8:0:9::/80')).map(
      ([all, sourceNatIpv6Prefix]): LoadBalancerSpec => ({
        ipAddressType: 'dualstack',
        enablePrefixForIpv6SourceNat: 'on',
        subnetMappings: all.map((subnetId, index) => ({
          subnetId,
          sourceNatIpv6Prefix,
          iPv6Address: `2001:db8::${index + 1}`,
        })),
      }),
    ),
  );
  const guarded = some<LoadBalancerSpec>({
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: fc.constantFrom('on' as const, 'off' as const),
  });
  return fc
    .tuple(
      place,
      fc.oneof(
        fc.constant<LoadBalancerSpec>({}),
        fc.tuple(groups, guarded).map(([securityGroups, rest]): LoadBalancerSpec => ({ ...rest, securityGroups })),
      ),
      some<LoadBalancerSpec>({
        attributes: networkAttributes,
        minimumLoadBalancerCapacity: capacity,
        listeners: listeners(networkListener(targets)),
        tags,
      }),
    )
    .map((all): LoadBalancerSpec => ({ ...merged<LoadBalancerSpec>(all), type: 'network' }));
}

/** Valid load balancers of both types, with listeners and rules. */
export function loadBalancers(
  http: readonly ForwardTarget[],
  tcp: readonly ForwardTarget[],
): fc.Arbitrary<LoadBalancerSpec> {
  return fc.oneof({ weight: 2, arbitrary: applications(http) }, networks(tcp));
}
