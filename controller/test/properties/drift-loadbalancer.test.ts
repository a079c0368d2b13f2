import type { Listener, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import type { LoadBalancerSpec } from '../../src/api/loadbalancer.ts';
import type { Claim } from '../../src/core/driver.ts';
import { below } from '../../src/core/pointer.ts';
import { listenerDefaults, loadBalancerDefaults } from '../../src/elbv2/attributes.ts';
import { diff as diffBalancer } from '../../src/kinds/loadbalancer/normalize.ts';
import type { LiveLoadBalancer } from '../../src/kinds/loadbalancer/live.ts';
import { desiredOf } from '../sandboxed.ts';
import { expectBoth, type Row } from './drift-row.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const needs = {
  'TargetGroup/blue': { arn: `${arn}:targetgroup/blue/1` },
  'TargetGroup/green': { arn: `${arn}:targetgroup/green/1` },
} as const;

describe('load balancers', () => {
  const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';
  const spec: LoadBalancerSpec = {
    subnets: ['subnet-b', 'subnet-a'],
    securityGroups: ['sg-2', 'sg-1'],
    listeners: [
      {
        port: 443,
        protocol: 'HTTPS',
        certificates: [certificate],
        default: { forward: [{ targetGroup: 'blue' }, { targetGroup: 'green', weight: 0 }] },
      },
      { port: 80, protocol: 'HTTP', redirectTo: { protocol: 'HTTPS', port: 443 } },
    ],
  };
  const desired = desiredOf('LoadBalancer/public', spec, needs);
  interface Echo {
    readonly balancer?: Partial<LoadBalancer>;
    readonly secure?: Partial<Listener>;
    readonly plain?: Partial<Listener>;
    readonly attributes?: Readonly<Record<string, string>>;
    readonly ofListener?: Readonly<Record<string, string>>;
    readonly extra?: readonly string[];
    readonly capacity?: number;
  }
  const forward = (blue: number, green: number, third?: string): Listener['DefaultActions'] => [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: needs['TargetGroup/blue'].arn, Weight: blue },
          { TargetGroupArn: third ?? needs['TargetGroup/green'].arn, Weight: green },
        ],
        TargetGroupStickinessConfig: { Enabled: false },
      },
    },
  ];
  const redirect = (Host: string): Listener['DefaultActions'] => [
    {
      Type: 'redirect',
      RedirectConfig: {
        Protocol: 'HTTPS',
        Port: '443',
        Host,
        Path: '/#{path}',
        Query: '#{query}',
        StatusCode: 'HTTP_301',
      },
    },
  ];
  const liveOf = (echo: Echo): LiveLoadBalancer => {
    const common = { tags: desired.ownership, rules: [], attributes: {} };
    return {
      arn: `${arn}:loadbalancer/app/x/1`,
      name: 'x',
      reservedCapacity: echo.capacity ?? 0,
      attributes: echo.attributes ?? {},
      tags: desired.ownership,
      loadBalancer: {
        Type: 'application',
        Scheme: 'internet-facing',
        IpAddressType: 'ipv4',
        AvailabilityZones: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-b' }],
        SecurityGroups: ['sg-1', 'sg-2'],
        ...echo.balancer,
      },
      listeners: [
        {
          ...common,
          arn: `${arn}:listener/app/x/1/80`,
          port: 80,
          extraCertificates: [],
          listener: { Port: 80, Protocol: 'HTTP', DefaultActions: redirect('#{host}'), ...echo.plain },
        },
        {
          ...common,
          attributes: echo.ofListener ?? {},
          arn: `${arn}:listener/app/x/1/443`,
          port: 443,
          extraCertificates: echo.extra ?? [],
          listener: {
            Port: 443,
            Protocol: 'HTTPS',
            SslPolicy: 'ELBSecurityPolicy-2016-08',
            Certificates: [{ CertificateArn: certificate }],
            MutualAuthentication: { Mode: 'off' },
            DefaultActions: forward(1, 0),
            ...echo.secure,
          },
        },
      ],
    };
  };
  const verify = { Mode: 'verify', TrustStoreArn: 'arn:trust' };

  test.each<Row<Echo>>([
    [
      'the order of subnets',
      { balancer: { AvailabilityZones: [{ SubnetId: 'subnet-b' }, { SubnetId: 'subnet-a' }] } },
      { balancer: { AvailabilityZones: [{ SubnetId: 'subnet-a' }] } },
      ['/subnets'],
    ],
    [
      'the order of security groups',
      { balancer: { SecurityGroups: ['sg-2', 'sg-1'] } },
      { balancer: { SecurityGroups: ['sg-1'] } },
      ['/securityGroups'],
    ],
    [
      'the address type',
      { balancer: { IpAddressType: undefined } },
      { balancer: { IpAddressType: 'dualstack' } },
      ['/ipAddressType'],
    ],
    ['the scheme', {}, { balancer: { Scheme: 'internal' } }, ['/scheme', 'replaces']],
    ['IPAM pools', {}, { balancer: { IpamPools: { Ipv4IpamPoolId: 'ipam-pool-1' } } }, ['/ipamPools']],
    [
      'a customer-owned pool',
      {},
      { balancer: { CustomerOwnedIpv4Pool: 'ipv4pool-coip-1' } },
      ['/customerOwnedIpv4Pool', 'replaces'],
    ],
    ['reserved capacity', { capacity: 0 }, { capacity: 100 }, ['/minimumLoadBalancerCapacity']],
    [
      'SslPolicy',
      { secure: { SslPolicy: undefined } },
      { secure: { SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' } },
      ['/listeners/443/sslPolicy'],
    ],
    [
      'the default certificate among the others',
      { extra: [certificate] },
      { extra: ['arn:other'] },
      ['/listeners/443/certificates'],
    ],
    [
      'mutual authentication',
      { secure: { MutualAuthentication: undefined } },
      { secure: { MutualAuthentication: verify } },
      ['/listeners/443/mutualAuthentication'],
    ],
    [
      'ALPN',
      { secure: { AlpnPolicy: ['None'] } },
      { secure: { AlpnPolicy: ['HTTP2Only'] } },
      ['/listeners/443/alpnPolicy'],
    ],
    ['weights', {}, { secure: { DefaultActions: forward(2, 0) } }, ['/listeners/443/default/forward/blue/weight']],
    [
      'what a redirect leaves out',
      {
        plain: {
          DefaultActions: [
            { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
          ],
        },
      },
      { plain: { DefaultActions: redirect('x') } },
      ['/listeners/80/redirectTo/host'],
    ],
  ])('%s', (...row) => expectBoth(row, (echo) => diffBalancer(desired, liveOf(echo))));

  test.each(Object.entries(loadBalancerDefaults(spec)))('attribute %s: %s is the default', (key, value) => {
    expect(diffBalancer(desired, liveOf({ attributes: { [key]: value } }))).toEqual([]);
    expect(diffBalancer(desired, liveOf({ attributes: { [key]: `${value}x` } })).map(({ path }) => path)).toEqual([
      below('/attributes', key),
    ]);
  });

  test.each(Object.entries(listenerDefaults('HTTPS')))(
    'listener attribute %s: "%s" is the default, and so is nothing',
    (key, value) => {
      expect(diffBalancer(desired, liveOf({ ofListener: { [key]: value } }))).toEqual([]);
      expect(diffBalancer(desired, liveOf({ ofListener: { [key]: '' } }))).toEqual([]);
      expect(diffBalancer(desired, liveOf({ ofListener: { [key]: 'by hand' } })).map(({ path }) => path)).toEqual([
        below('/listeners/443/attributes', key),
      ]);
    },
  );

  test('bucket and prefix of logs that are off are left alone; the prefix of logs that are on is not', () => {
    const bucket = { 'access_logs.s3.bucket': 'logs' };
    expect(diffBalancer(desired, liveOf({ attributes: { ...bucket, 'access_logs.s3.prefix': 'old' } }))).toEqual([]);
    const on = { ...spec, attributes: { ...bucket, 'access_logs.s3.enabled': 'true' } };
    const live = liveOf({ attributes: { ...on.attributes, 'access_logs.s3.prefix': 'old' } });
    expect(diffBalancer({ ...desired, spec: on }, live).map(({ path }) => path)).toEqual([
      below('/attributes', 'access_logs.s3.prefix'),
    ]);
  });

  test('weights and shape belong to a rollout within its pair; a target group outside of it is drift', () => {
    const claim = (name: string): Claim => ({
      on: 'LoadBalancer/public',
      path: `/listeners/443/default/forward/${name}/weight`,
      by: 'Service/api',
      reason: 'a rollout',
      holds: 'any',
    });
    const claimed = { ...desired, claims: [claim('blue'), claim('green')] };
    expect(diffBalancer(claimed, liveOf({ secure: { DefaultActions: forward(0, 1) } }))).toEqual([]);
    const outside = liveOf({ secure: { DefaultActions: forward(0, 1, `${arn}:targetgroup/other/1`) } });
    expect(diffBalancer(claimed, outside).some(({ path }) => path.includes('other'))).toBe(true);
  });
});
