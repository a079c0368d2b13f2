import { expect, test } from 'vitest';
import { lintContextOf } from '../../../test/linting.ts';
import type { TargetGroupSpec, TargetHealthCheck } from '../../api/targetgroup.ts';
import type { Ref } from '../../core/manifest.ts';
import { lint } from './lint.ts';

const http: TargetGroupSpec = { vpcId: 'vpc-1', protocol: 'HTTP', port: 8000 };
const tcp: TargetGroupSpec = { ...http, protocol: 'TCP' };

test.each<[TargetGroupSpec, TargetHealthCheck, string[]]>([
  [http, {}, []],
  [http, { port: 8000, path: '/health', intervalSeconds: 10 }, []],
  [http, { intervalSeconds: 5 }, ['LS1101 error /healthCheck/intervalSeconds']],
  [http, { timeoutSeconds: 30 }, ['LS1101 error /healthCheck/timeoutSeconds']],
  [http, { port: 'traffic' }, ['LS1102 error /healthCheck/port']],
  [http, { port: 9000 }, ['LS1103 warning /healthCheck/port']],
  [http, { protocol: 'TCP' }, ['LS1104 error /healthCheck/protocol']],
  [tcp, { path: '/health' }, ['LS1105 error /healthCheck/path']],
  [tcp, { matcher: '200' }, ['LS1105 error /healthCheck/matcher']],
  [tcp, { protocol: 'HTTP', path: '/health' }, []],
])('%o with %o has the findings %j', (spec, healthCheck, expected) => {
  expect(found({ ...spec, healthCheck })).toEqual(expected);
});

function found(spec: TargetGroupSpec, others: Readonly<Record<Ref, unknown>> = {}): readonly string[] {
  const findings = lint(spec, lintContextOf({ 'TargetGroup/api': spec, ...others }));
  return findings.map(({ code, severity, path }) => `${code} ${severity} ${path}`);
}

test('an attribute that this target group does not have is found, with the nearest that it has', () => {
  const attributes = { 'deregistration_delay.timeout_second': '1', 'proxy_protocol_v2.enabled': 'true' };
  expect(found({ ...http, attributes })).toEqual([
    'LS1117 error /attributes/deregistration_delay.timeout_second',
    'LS1117 error /attributes/proxy_protocol_v2.enabled',
  ]);
  const spec = { ...http, attributes };
  const [first] = lint(spec, lintContextOf({ 'TargetGroup/api': spec }));
  expect(first?.message).toContain('did you mean "deregistration_delay.timeout_seconds"?');
});

test('targets have one owner, and a function stands alone', () => {
  const targets = [{ id: '10.0.0.1' }, { id: '10.0.0.2' }];
  const service = { loadBalancers: [{ targetGroup: 'api', container: 'web', port: 80 }] };
  expect(found({ ...http, targets })).toEqual([]);
  expect(found({ ...http, targets }, { 'Service/api': service })).toEqual(['LS1119 error /targets']);
  expect(found({ targetType: 'lambda', targets })).toEqual(['LS1119 error /targets']);
});
