import { expect, test } from 'vitest';
import { attributeChanges, comparableAttributes, loadBalancerDefaults, targetGroupDefaults } from './attributes.ts';

const defaults = loadBalancerDefaults({});

test('what is not declared goes back to its default, what has none is left alone', () => {
  const live = { ...defaults, 'idle_timeout.timeout_seconds': '120', 'access_logs.s3.bucket': 'logs' };
  const compared = comparableAttributes({}, defaults, live);
  expect(attributeChanges(compared.wanted, compared.live)).toEqual([
    { Key: 'idle_timeout.timeout_seconds', Value: '60' },
  ]);
});

test('an attribute that AWS does not report is at its default', () => {
  const compared = comparableAttributes({ 'routing.http2.enabled': 'true' }, defaults, {});
  expect(attributeChanges(compared.wanted, compared.live)).toEqual([]);
  const declared = comparableAttributes({ 'routing.http2.enabled': 'false', 'x.new': '1' }, defaults, {});
  expect(attributeChanges(declared.wanted, declared.live)).toEqual([
    { Key: 'routing.http2.enabled', Value: 'false' },
    { Key: 'x.new', Value: '1' },
  ]);
});

test('defaults follow protocol, target type and scheme', () => {
  expect(targetGroupDefaults({ protocol: 'TCP', targetType: 'ip' })['preserve_client_ip.enabled']).toBe('false');
  expect(targetGroupDefaults({ protocol: 'TCP', targetType: 'instance' })['preserve_client_ip.enabled']).toBe('true');
  expect(
    targetGroupDefaults({ protocol: 'UDP', targetType: 'ip' })['deregistration_delay.connection_termination.enabled'],
  ).toBe('true');
  expect(targetGroupDefaults({ protocol: 'HTTP', targetType: 'ip' })).not.toHaveProperty('proxy_protocol_v2.enabled');
  expect(loadBalancerDefaults({ scheme: 'internal' })['ipv6.deny_all_igw_traffic']).toBe('true');
  expect(loadBalancerDefaults({ type: 'network' })).not.toHaveProperty('idle_timeout.timeout_seconds');
});
