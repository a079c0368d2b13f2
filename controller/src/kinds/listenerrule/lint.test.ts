import { expect, test } from 'vitest';
import { lintContextOf } from '../../../test/linting.ts';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { Ref } from '../../core/manifest.ts';
import { lint } from './lint.ts';

const fixed = { fixedResponse: { statusCode: 200 } };
const rule: ListenerRuleSpec = {
  listener: { loadBalancer: 'public', port: 80 },
  priority: 10,
  when: { pathPattern: ['/a'] },
  then: fixed,
};
const balancer = (priority: number): unknown => ({
  subnets: ['a', 'b'],
  listeners: [
    { port: 80, protocol: 'HTTP', default: fixed, rules: [{ priority, when: rule.when, then: fixed }] },
    { port: 5432, protocol: 'TCP', default: fixed },
  ],
});
const on = (port: number): ListenerRuleSpec => ({ ...rule, listener: { loadBalancer: 'public', port } });
const found = (spec: ListenerRuleSpec, others: Readonly<Record<Ref, unknown>>): string[] =>
  lint(spec, lintContextOf({ 'ListenerRule/reports': spec, ...others })).map(
    ({ code, path, message }) => `${code} ${path} ${message}`,
  );

test('a priority that nobody else has is fine, and so is auto', () => {
  expect(found(rule, { 'LoadBalancer/public': balancer(20) })).toEqual([]);
  expect(found({ ...rule, priority: 'auto' }, { 'LoadBalancer/public': balancer(20) })).toEqual([]);
});

test('a priority of an inline rule or of another ListenerRule is found', () => {
  expect(found(rule, { 'LoadBalancer/public': balancer(10) })).toEqual([
    'LS1109 /priority priority 10 on port 80 is also that of an inline rule of LoadBalancer/public; expected another number, or auto',
  ]);
  const others = { 'LoadBalancer/public': balancer(20), 'ListenerRule/other': rule };
  expect(found(rule, others)[0]).toContain('also that of ListenerRule/other');
});

test('a port without a listener, or without HTTP, is found', () => {
  expect(found(on(443), { 'LoadBalancer/public': balancer(20) })).toEqual([
    'LS1116 /listener/port LoadBalancer/public has no listener on port 443; it has 80, 5432',
  ]);
  expect(found(on(5432), { 'LoadBalancer/public': balancer(20) })[0]).toMatch(/^LS1116 .* speaks TCP/);
});
