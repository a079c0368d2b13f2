import * as fc from 'fast-check';
import type { HttpHeaderCondition, RuleConditions, RuleTransform } from '../../../src/api/listenerrule.ts';
import { some } from './common.ts';

// AWS takes five values and five wildcards in a rule; one value for most conditions keeps them together valid.
const host = fc.stringMatching(/^[a-z]{1,6}$/).map((name) => `${name}.example.com`);
const path = fc.stringMatching(/^\/[a-z]{1,6}$/);
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(value, { minLength: 1, maxLength: 2 });
const one = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => value.map((item) => [item]);

const hosts = fc.oneof(
  some<RuleConditions>({ hostHeader: few(fc.oneof(host, fc.constant('*.example.com'))) }),
  some<RuleConditions>({ hostHeaderRegex: one(fc.constantFrom('^api[0-9]+\\.', 'shop')) }),
);
const paths = fc.oneof(
  some<RuleConditions>({ pathPattern: few(path) }),
  some<RuleConditions>({ pathPatternRegex: one(fc.constantFrom('^/v[0-9]+/', '/x$')) }),
);
const header: fc.Arbitrary<HttpHeaderCondition> = fc.oneof(
  fc.record({ httpHeaderName: fc.constantFrom('X-One', 'User-Agent'), values: one(path) }),
  fc.record({ httpHeaderName: fc.constantFrom('X-Two', 'Accept'), regexValues: one(fc.constantFrom('^a+$', 'b')) }),
);
const others = fc.oneof(
  some<RuleConditions>({ httpHeader: one(header) }),
  some<RuleConditions>({ httpRequestMethod: one(fc.constantFrom('GET', 'POST', 'PUT')) }),
  some<RuleConditions>({
    queryString: one(fc.oneof(fc.record({ value: path }), fc.record({ key: fc.constantFrom('a', 'b'), value: path }))),
  }),
  some<RuleConditions>({ sourceIp: one(fc.constantFrom('10.0.0.0/8', '192.168.1.0/24', '2001:db8::/32')) }),
  some<RuleConditions>({
    httpHeader: fc.constant<HttpHeaderCondition[]>([
      { httpHeaderName: 'X-B', values: ['2'] },
      { httpHeaderName: 'X-A', values: ['1'] },
    ]),
  }),
);

/** Valid conditions of a rule. */
export const conditions: fc.Arbitrary<RuleConditions> = fc
  .tuple(hosts, paths, others)
  .map(([a, b, c]): RuleConditions => ({ ...a, ...b, ...c }))
  .map((when) => (Object.keys(when).length === 0 ? { pathPattern: ['/any/*'] } : when))
  .filter((when) => valuesOf(when) <= 5);

function valuesOf(when: RuleConditions): number {
  const plain = Object.values(when).flat().length;
  return plain;
}

const rewrite = fc.constantFrom({ regex: '^/v1/(.*)', replace: '/v2/$1' }, { regex: '^old', replace: 'new' });

/** Valid transforms of a rule, in any order. */
export const transforms: fc.Arbitrary<RuleTransform[]> = fc
  .shuffledSubarray(['host', 'url'] as const)
  .chain((which) =>
    fc.tuple(
      ...which.map((kind) =>
        rewrite.map((how): RuleTransform => (kind === 'host' ? { hostHeaderRewrite: how } : { urlRewrite: how })),
      ),
    ),
  );
