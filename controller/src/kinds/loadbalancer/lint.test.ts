import { describe, expect, test } from 'vitest';
import { lintContextOf } from '../../../test/linting.ts';
import type { Listener, LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { Ref } from '../../core/manifest.ts';
import { lint } from './lint.ts';

const fixed = { fixedResponse: { statusCode: 200 } };
const good: LoadBalancerSpec = {
  subnets: ['subnet-a', 'subnet-b'],
  listeners: [
    { port: 80, protocol: 'HTTP', redirectTo: { port: 443, protocol: 'HTTPS' } },
    { port: 443, protocol: 'HTTPS', certificates: ['arn'], default: { forward: [{ targetGroup: 'api' }] } },
  ],
};
const found = (spec: LoadBalancerSpec, others: Readonly<Record<Ref, unknown>> = {}): string[] =>
  lint(spec, lintContextOf({ 'LoadBalancer/public': spec, ...others })).map(
    ({ code, severity, path }) => `${code} ${severity} ${path}`,
  );
const withListeners = (...listeners: Listener[]): LoadBalancerSpec => ({ ...good, listeners });

test('a good load balancer has no findings', () => {
  const api = { vpcId: 'vpc-1', protocol: 'HTTP', port: 8000 };
  expect(found(good, { 'TargetGroup/api': api })).toEqual([]);
});

describe('findings', () => {
  test.each<[string, LoadBalancerSpec, string[]]>([
    [
      'attributes that it does not have',
      {
        ...good,
        attributes: { 'idle_timeout.timeout_second': '1' },
        listeners: [{ port: 80, protocol: 'HTTP', default: fixed, attributes: { 'tcp.idle_timeout.seconds': '60' } }],
      },
      [
        'LS1117 error /attributes/idle_timeout.timeout_second',
        'LS1117 error /listeners/0/attributes/tcp.idle_timeout.seconds',
      ],
    ],
    [
      'authentication without TLS',
      withListeners({
        port: 80,
        protocol: 'HTTP',
        default: { ...fixed, jwtValidation: { jwksEndpoint: 'https://a', issuer: 'https://b' } },
      }),
      ['LS1118 error /listeners/0/default/jwtValidation'],
    ],
    [
      'fields of the other type',
      { ...good, enablePrefixForIpv6SourceNat: 'on' },
      ['LS1120 error /enablePrefixForIpv6SourceNat'],
    ],
    [
      'rules to enforce without security groups',
      { type: 'network', subnets: ['subnet-a'], enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' },
      ['LS1120 error /enforceSecurityGroupInboundRulesOnPrivateLinkTraffic'],
    ],
    ['one subnet', { ...good, subnets: ['subnet-a'] }, ['LS1111 error /subnets']],
    [
      'a port twice',
      withListeners({ port: 80, protocol: 'HTTP', default: fixed }, { port: 80, protocol: 'HTTP', default: fixed }),
      ['LS1106 error /listeners/1/port'],
    ],
    [
      'HTTP on 443',
      withListeners({ port: 443, protocol: 'HTTP', default: fixed }),
      ['LS1107 warning /listeners/0/protocol'],
    ],
    [
      'HTTPS without a certificate',
      withListeners({ port: 443, protocol: 'HTTPS', default: fixed }),
      ['LS1108 error /listeners/0'],
    ],
    [
      'TCP on an application load balancer',
      withListeners({ port: 80, protocol: 'TCP', default: fixed }),
      ['LS1110 error /listeners/0/protocol'],
    ],
    [
      'a priority twice',
      withListeners({
        port: 80,
        protocol: 'HTTP',
        default: fixed,
        rules: [
          { priority: 1, when: { pathPattern: ['/a'] }, then: fixed },
          { priority: 1, when: { pathPattern: ['/b'] }, then: fixed },
        ],
      }),
      ['LS1109 error /listeners/0/rules/1/priority'],
    ],
    [
      'a target group twice, and weights of zero',
      withListeners({
        port: 80,
        protocol: 'HTTP',
        default: {
          forward: [
            { targetGroup: 'a', weight: 0 },
            { targetGroup: 'a', weight: 0 },
          ],
        },
      }),
      ['LS1114 error /listeners/0/default/forward/1', 'LS1114 error /listeners/0/default/forward'],
    ],
    [
      'redirects to themselves',
      withListeners({ port: 80, protocol: 'HTTP', redirectTo: { port: 80, statusCode: 'HTTP_302' } }),
      ['LS1115 error /listeners/0/redirectTo'],
    ],
  ])('%s', (_name, spec, expected) => {
    expect(found(spec)).toEqual(expected);
  });

  test('a target group of the wrong protocol', () => {
    expect(found(good, { 'TargetGroup/api': { vpcId: 'vpc-1', protocol: 'TCP', port: 8000 } })).toEqual([
      'LS1112 error /listeners/1/default/forward/0',
    ]);
  });

  test('a security group that opens 443 for nothing', () => {
    const spec = {
      ...withListeners({ port: 80, protocol: 'HTTP', default: fixed }),
      securityGroups: ['${CloudResource/alb:GroupId}'],
    };
    const group = {
      typeName: 'AWS::EC2::SecurityGroup',
      properties: { SecurityGroupIngress: [{ FromPort: 400, ToPort: 500 }] },
    };
    expect(found(spec, { 'CloudResource/alb': group })).toEqual(['LS1113 warning /securityGroups/0']);
    expect(found({ ...good, securityGroups: spec.securityGroups }, { 'CloudResource/alb': group })).toEqual([]);
  });
});
