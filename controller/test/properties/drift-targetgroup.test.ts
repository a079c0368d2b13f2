import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import type { TargetGroupSpec } from '../../src/api/targetgroup.ts';
import type { Change } from '../../src/core/driver.ts';
import { below } from '../../src/core/pointer.ts';
import { targetGroupDefaults } from '../../src/elbv2/attributes.ts';
import { diff as diffGroup } from '../../src/kinds/targetgroup/normalize.ts';
import { desiredOf } from '../sandboxed.ts';
import { expectBoth, type Row } from './drift-row.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';

describe('target groups', () => {
  const echo: TargetGroup = {
    VpcId: 'vpc-1',
    Protocol: 'TCP',
    Port: 80,
    TargetType: 'ip',
    IpAddressType: 'ipv4',
    HealthCheckEnabled: true,
    HealthCheckProtocol: 'TCP',
    HealthCheckPort: 'traffic-port',
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 10,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
  };
  const http: TargetGroup = {
    ...echo,
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPath: '/',
    HealthCheckTimeoutSeconds: 5,
    Matcher: { HttpCode: '200' },
  };
  const network: TargetGroupSpec = { vpcId: 'vpc-1', protocol: 'TCP', port: 80 };
  const application: TargetGroupSpec = { ...network, protocol: 'HTTP' };
  const diff = (spec: TargetGroupSpec, targetGroup: TargetGroup, more: object = {}): readonly Change[] => {
    const desired = desiredOf('TargetGroup/api', spec);
    const live = { arn: `${arn}:targetgroup/x/1`, name: 'x', targetGroup, attributes: {}, targets: [], ...more };
    return diffGroup(desired, { ...live, tags: desired.ownership });
  };

  test.each<Row<TargetGroup>>([
    ['the timeout of a TCP check', echo, { ...echo, HealthCheckTimeoutSeconds: 6 }, ['/healthCheck/timeoutSeconds']],
    ['the interval', echo, { ...echo, HealthCheckIntervalSeconds: 10 }, ['/healthCheck/intervalSeconds']],
    [
      'the port of the check',
      { ...echo, HealthCheckPort: undefined },
      { ...echo, HealthCheckPort: '80' },
      ['/healthCheck/port'],
    ],
    [
      'the address type',
      { ...echo, IpAddressType: undefined },
      { ...echo, IpAddressType: 'ipv6' },
      ['/ipAddressType', 'replaces'],
    ],
    ['the port', echo, { ...echo, Port: 81 }, ['/port', 'replaces']],
    ['the VPC', echo, { ...echo, VpcId: 'vpc-2' }, ['/vpcId', 'replaces']],
    ['the target type', echo, { ...echo, TargetType: 'instance' }, ['/targetType', 'replaces']],
    ['the protocol', echo, { ...echo, Protocol: 'TLS' }, ['/protocol', 'replaces']],
    ['the control port', echo, { ...echo, TargetControlPort: 9 }, ['/targetControlPort', 'replaces']],
  ])('TCP: %s', (...row) => expectBoth(row, (live) => diff(network, live)));

  test.each<Row<TargetGroup>>([
    ['the timeout of an HTTP check', http, { ...http, HealthCheckTimeoutSeconds: 6 }, ['/healthCheck/timeoutSeconds']],
    [
      'the version',
      { ...http, ProtocolVersion: undefined },
      { ...http, ProtocolVersion: 'HTTP2' },
      ['/protocolVersion', 'replaces'],
    ],
    ['the path', { ...http, HealthCheckPath: undefined }, { ...http, HealthCheckPath: '/x' }, ['/healthCheck/path']],
    ['the matcher', http, { ...http, Matcher: { HttpCode: '200-299' } }, ['/healthCheck/matcher']],
  ])('HTTP: %s', (...row) => expectBoth(row, (live) => diff(application, live)));

  test('an HTTP check of a network target group takes 6 seconds', () => {
    const spec: TargetGroupSpec = { ...network, healthCheck: { protocol: 'HTTP' } };
    const live: TargetGroup = {
      ...echo,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/',
      HealthCheckTimeoutSeconds: 6,
      Matcher: { HttpCode: '200-399' },
    };
    expect(diff(spec, live)).toEqual([]);
    expect(diff(spec, { ...live, HealthCheckTimeoutSeconds: 10 }).map(({ path }) => path)).toEqual([
      '/healthCheck/timeoutSeconds',
    ]);
  });

  test('a function has no VPC, protocol and port, and its check is off', () => {
    const live: TargetGroup = {
      TargetType: 'lambda',
      HealthCheckEnabled: false,
      HealthCheckIntervalSeconds: 35,
      HealthCheckTimeoutSeconds: 30,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 5,
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
    };
    expect(diff({ targetType: 'lambda' }, live)).toEqual([]);
    expect(diff({ targetType: 'lambda' }, { ...live, HealthCheckEnabled: true }).map(({ path }) => path)).toEqual([
      '/healthCheck/enabled',
    ]);
  });

  test("targets are ECS's, unless they are declared", () => {
    const targets = [{ Target: { Id: '10.0.0.1', Port: 80 }, TargetHealth: { State: 'healthy' } }];
    expect(diff(network, echo, { targets })).toEqual([]);
    expect(diff({ ...network, targets: [{ id: '10.0.0.1' }] }, echo, { targets })).toEqual([]);
    expect(diff({ ...network, targets: [{ id: '10.0.0.2' }] }, echo, { targets }).map(({ path }) => path)).toEqual([
      '/targets/10.0.0.1:80',
      '/targets/10.0.0.2:80',
    ]);
  });

  test.each(Object.entries(targetGroupDefaults(application)))('attribute %s: %s is the default', (key, value) => {
    expect(diff(application, http, { attributes: { [key]: value } })).toEqual([]);
    expect(diff(application, http, { attributes: { [key]: `${value}x` } }).map(({ path }) => path)).toEqual([
      below('/attributes', key),
    ]);
  });

  test.each(Object.entries(targetGroupDefaults(network)))('network attribute %s: %s is the default', (key, value) => {
    expect(diff(network, echo, { attributes: { [key]: value } })).toEqual([]);
    expect(diff(network, echo, { attributes: { [key]: `${value}x` } }).map(({ path }) => path)).toEqual([
      below('/attributes', key),
    ]);
  });
});
