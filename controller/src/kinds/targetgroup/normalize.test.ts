import type { TargetHealthStateEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { desiredOf } from '../../../test/sandboxed.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { health } from './health.ts';
import type { LiveTargetGroup } from './live.ts';
import { nameOf } from './live.ts';
import { wantedHealthCheck } from './healthcheck.ts';
import { diff } from './normalize.ts';

const http: TargetGroupSpec = { vpcId: 'vpc-1', protocol: 'HTTP', port: 8000 };
const desired = desiredOf('TargetGroup/api', http);
const live = (
  targets: readonly (readonly [state: TargetHealthStateEnum, description?: string])[] = [],
): LiveTargetGroup => ({
  arn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/1',
  name: 'x',
  attributes: {},
  tags: desired.ownership,
  targetGroup: {
    VpcId: 'vpc-1',
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: 8000,
    TargetType: 'ip',
    IpAddressType: 'ipv4',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: '/',
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: '200' },
  },
  targets: targets.map(([State, Description], index) => ({
    Target: { Id: `10.0.0.${index}`, Port: 8000 },
    TargetHealth: { State, ...(Description !== undefined && { Description }) },
  })),
});

describe('diff', () => {
  test('documented defaults are no drift, any other value is', () => {
    expect(diff(desired, live())).toEqual([]);
    const changed = live();
    const slower = { ...changed, targetGroup: { ...changed.targetGroup, HealthCheckTimeoutSeconds: 6 } };
    expect(diff(desired, slower)).toEqual([
      { part: 'elbv2:target-group', path: '/healthCheck/timeoutSeconds', from: 6, to: 5, effect: 'inPlace' },
    ]);
  });

  test.each([
    ['vpcId', 'vpc-2'],
    ['protocol', 'HTTPS'],
    ['protocolVersion', 'GRPC'],
    ['port', 9000],
    ['targetType', 'instance'],
    ['ipAddressType', 'ipv6'],
  ])('another %s replaces it, under another name', (field, value) => {
    const spec: TargetGroupSpec = { ...http, [field]: value };
    const change = diff({ ...desired, spec }, live()).find(({ path }) => path === `/${field}`);
    expect(change?.effect).toBe('replaces');
    expect(nameOf('shop', 'api', spec)).not.toBe(nameOf('shop', 'api', http));
  });

  test('a health check in Git changes neither name nor target group', () => {
    const spec: TargetGroupSpec = { ...http, healthCheck: { path: '/health' } };
    expect(nameOf('shop', 'api', spec)).toBe(nameOf('shop', 'api', http));
    expect(diff({ ...desired, spec }, live()).map(({ path, effect }) => [path, effect])).toEqual([
      ['/healthCheck/path', 'inPlace'],
    ]);
  });
});

describe('health checks by default', () => {
  test.each([
    [http, { protocol: 'HTTP', timeoutSeconds: 5, path: '/', matcher: '200' }],
    [
      { ...http, protocolVersion: 'GRPC' as const },
      { protocol: 'HTTP', path: '/AWS.ALB/healthcheck', matcher: '12' },
    ],
    [
      { ...http, protocol: 'TCP' as const },
      { protocol: 'TCP', timeoutSeconds: 10 },
    ],
    [
      { ...http, protocol: 'TLS' as const, healthCheck: { protocol: 'HTTP' as const } },
      { protocol: 'HTTP', timeoutSeconds: 6, path: '/', matcher: '200-399' },
    ],
  ])('%o', (spec, expected) => {
    expect(wantedHealthCheck(spec)).toMatchObject(expected);
  });

  test('a TCP check has neither path nor matcher', () => {
    expect(Object.keys(wantedHealthCheck({ ...http, protocol: 'TCP' }))).not.toEqual(
      expect.arrayContaining(['path', 'matcher']),
    );
  });
});

describe('health', () => {
  test.each([
    [[], 'Healthy', 'NoTargets', 'no targets are registered'],
    [[['healthy'], ['healthy']], 'Healthy', 'TargetsHealthy', '2 of 2 targets healthy'],
    [[['healthy'], ['draining']], 'Healthy', 'TargetsHealthy', '1 of 1 targets healthy'],
    [[['healthy'], ['initial']], 'Progressing', 'InitialHealthChecks', '1 of 2 targets wait'],
    [[['unused', 'Target group is not configured']], 'Progressing', 'UnusedTargets', 'Target group is not configured'],
    [
      [['initial'], ['unhealthy', 'Health checks failed with these codes: [503]']],
      'Degraded',
      'UnhealthyTargets',
      '10.0.0.1:8000 Health checks failed with these codes: [503]',
    ],
    [[['unavailable', 'Health checks are off']], 'Unknown', 'HealthUnavailable', 'Health checks are off'],
  ] as const)('%j is %s', (targets, status, reason, message) => {
    expect(health(desired, live(targets))).toMatchObject({ status, reason, message: expect.stringContaining(message) });
  });
});
