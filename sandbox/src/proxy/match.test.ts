import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { matchesPattern, meets } from './match.ts';
import type { RoutedRequest } from './request.ts';

const request: RoutedRequest = {
  method: 'GET',
  host: 'Shop.example.com:8080',
  url: '/img/a.png?Version=V1&empty',
  headers: { 'user-agent': ['curl/8'], 'x-team': ['a', 'Blue-7'] },
  sourceIp: '192.0.2.9',
};

test.each<[string, RuleCondition, boolean]>([
  [
    'the host without its port, in any case',
    { Field: 'host-header', HostHeaderConfig: { Values: ['*.EXAMPLE.com'] } },
    true,
  ],
  ['another host', { Field: 'host-header', HostHeaderConfig: { Values: ['example.com'] } }, false],
  ['the path without its query', { Field: 'path-pattern', PathPatternConfig: { Values: ['/img/?.png'] } }, true],
  ['the path in another case', { Field: 'path-pattern', PathPatternConfig: { Values: ['/IMG/*'] } }, false],
  [
    'a regular expression of the path',
    { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['/img/[a-z]\\.png'] } },
    true,
  ],
  [
    'a later value of a header',
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Team', Values: ['blue-?'] } },
    true,
  ],
  [
    'a header that is not there',
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-None', Values: ['*'] } },
    false,
  ],
  [
    'one of several methods',
    { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST', 'GET'] } },
    true,
  ],
  [
    'a key with its value',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'version', Value: 'v?' }] } },
    true,
  ],
  ['a value under any key', { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'v1' }] } }, true],
  [
    'a value that is not there',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'version', Value: 'v2' }] } },
    false,
  ],
  ['a network of the client', { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8', '192.0.2.0/24'] } }, true],
  ['another network', { Field: 'source-ip', SourceIpConfig: { Values: ['2001:db8::/32', '198.51.100.0/24'] } }, false],
])('a condition looks at %s', (_what, condition, expected) => {
  expect(meets([condition], request)).toBe(expected);
});

test('all conditions of a rule must be met', () => {
  const path: RuleCondition = { Field: 'path-pattern', PathPatternConfig: { Values: ['/img/*'] } };
  const method: RuleCondition = { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } };
  expect(meets([path], request)).toBe(true);
  expect(meets([path, method], request)).toBe(false);
});

test('only * and ? are special in a pattern, and a backslash takes them literally', () => {
  expect(matchesPattern('/a.b+(c)', '/a.b+(c)', true)).toBe(true);
  expect(matchesPattern('/a.b', '/axb', true)).toBe(false);
  expect(matchesPattern('what\\?', 'what?', true)).toBe(true);
  expect(matchesPattern('what\\?', 'whats', true)).toBe(false);
});
