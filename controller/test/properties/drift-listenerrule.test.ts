import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, test } from 'vitest';
import type { ListenerRuleSpec } from '../../src/api/listenerrule.ts';
import type { Change } from '../../src/core/driver.ts';
import { diff as diffRule } from '../../src/kinds/listenerrule/normalize.ts';
import { desiredOf } from '../sandboxed.ts';
import { expectBoth, type Row } from './drift-row.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const needs = {
  'TargetGroup/blue': { arn: `${arn}:targetgroup/blue/1` },
  'TargetGroup/green': { arn: `${arn}:targetgroup/green/1` },
} as const;

describe('rules', () => {
  const spec: ListenerRuleSpec = {
    listenerArn: `${arn}:listener/app/x/1/80`,
    priority: 10,
    when: {
      hostHeader: ['a', 'b'],
      pathPattern: ['/a', '/b'],
      sourceIp: ['10.0.0.0/8', '192.168.0.0/16'],
      httpHeader: [{ httpHeaderName: 'X-A', values: ['1', '2'] }],
    },
    // The answer that AWS fills up.
    then: { fixedResponse: { statusCode: 404 } },
  };
  const conditions = (host: string[], path: string[], ip: string[], header: string[]): Rule['Conditions'] => [
    { Field: 'source-ip', SourceIpConfig: { Values: ip } },
    { Field: 'path-pattern', Values: path, PathPatternConfig: { Values: path } },
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: header } },
    { Field: 'host-header', Values: host, HostHeaderConfig: { Values: host } },
  ];
  const [host, path, ip, header] = [
    ['a', 'b'],
    ['/b', '/a'],
    ['192.168.0.0/16', '10.0.0.0/8'],
    ['2', '1'],
  ];
  const fixed = (contentType?: string): Rule['Actions'] => [
    {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '404', ...(contentType && { ContentType: contentType }) },
    },
  ];
  const echo: Rule = { Priority: '10', Conditions: conditions(host, path, ip, header), Actions: fixed('text/plain') };
  const desired = desiredOf('ListenerRule/api', spec, needs);
  const diff = (rule: Rule): readonly Change[] =>
    diffRule(desired, {
      arn: 'arn:rule',
      listenerArn: spec.listenerArn ?? '',
      priority: Number(rule.Priority),
      rule,
      tags: desired.ownership,
    });

  test.each<Row<Rule>>([
    ['path patterns', echo, { ...echo, Conditions: conditions(host, ['/a'], ip, header) }, ['/when/pathPattern']],
    ['addresses', echo, { ...echo, Conditions: conditions(host, path, ['10.0.0.0/8'], header) }, ['/when/sourceIp']],
    ['headers', echo, { ...echo, Conditions: conditions(host, path, ip, ['1']) }, ['/when/httpHeader/X-A/values']],
    ['hosts', echo, { ...echo, Conditions: conditions(['a'], path, ip, header) }, ['/when/hostHeader']],
    [
      'the content type',
      { ...echo, Actions: fixed() },
      { ...echo, Actions: fixed('text/html') },
      ['/then/fixedResponse/contentType'],
    ],
    ['the priority, in place', echo, { ...echo, Priority: '11' }, ['/priority']],
  ])('%s', (...row) => expectBoth(row, diff));
});
