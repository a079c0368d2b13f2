import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { BlockList, isIP } from 'node:net';
import { own } from '../kernel/own.ts';
import { hostName, pathOf, queryOf, type RoutedRequest } from './request.ts';

/**
 * True when a request meets all conditions of a rule; a condition is met by any one of its values.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function meets(conditions: readonly RuleCondition[], request: RoutedRequest): boolean {
  return conditions.every((condition) => meetsOne(condition, request));
}

function meetsOne(condition: RuleCondition, request: RoutedRequest): boolean {
  switch (condition.Field) {
    case 'host-header':
      return any(condition.HostHeaderConfig, hostName(request.host), false);
    case 'path-pattern':
      return any(condition.PathPatternConfig, pathOf(request.url), true);
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? '';
      return (own(request.headers, name) ?? []).some((value) => any(condition.HttpHeaderConfig, value, false));
    }
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(request.method);
    case 'query-string':
      return meetsQuery(condition, queryOf(request.url));
    case 'source-ip':
      return (condition.SourceIpConfig?.Values ?? []).some((block) => isWithin(block, request.sourceIp));
    default:
      return false;
  }
}

interface Patterns {
  readonly Values?: readonly string[] | undefined;
  readonly RegexValues?: readonly string[] | undefined;
}

function any(patterns: Patterns | undefined, value: string, caseSensitive: boolean): boolean {
  return (
    (patterns?.Values ?? []).some((pattern) => matchesPattern(pattern, value, caseSensitive)) ||
    (patterns?.RegexValues ?? []).some((regex) => new RegExp(`^(?:${regex})$`).test(value))
  );
}

function meetsQuery(condition: RuleCondition, query: string): boolean {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    });
  return (condition.QueryStringConfig?.Values ?? []).some((wanted) =>
    pairs.some(
      ([key = '', value = '']) =>
        (wanted.Key === undefined || matchesPattern(wanted.Key, key, false)) &&
        matchesPattern(wanted.Value ?? '', value, false),
    ),
  );
}

/** True when a value fits a pattern: `*` is any number of characters, `?` exactly one, a backslash takes the next literally. */
export function matchesPattern(pattern: string, value: string, caseSensitive: boolean): boolean {
  const source = pattern.replaceAll(
    /\\([*?])|([\s\S])/g,
    (_match, escaped: string | undefined, character: string | undefined) => {
      if (escaped !== undefined) return `\\${escaped}`;
      if (character === '*') return '.*';
      if (character === '?') return '.';
      return (character ?? '').replaceAll(/[.+^${}()|[\]\\/-]/g, '\\$&');
    },
  );
  return new RegExp(`^${source}$`, caseSensitive ? 's' : 'si').test(value);
}

function isWithin(block: string, address: string): boolean {
  const [network = '', bits = ''] = block.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(address) === 0) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
