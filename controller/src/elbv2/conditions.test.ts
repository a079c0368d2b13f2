import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleTransform } from '../api/listenerrule.ts';
import {
  conditionsOf,
  liveConditions,
  liveTransforms,
  transformsOf,
  wantedConditions,
  wantedTransforms,
} from './conditions.ts';

const values = fc.uniqueArray(fc.stringMatching(/^[a-z*]{1,6}$/), { minLength: 1, maxLength: 3 });
const conditions = fc.record(
  {
    hostHeader: values,
    pathPatternRegex: values,
    httpHeader: fc.array(
      fc.oneof(
        fc.record({ httpHeaderName: fc.constant('X-A'), values }),
        fc.record({ httpHeaderName: fc.constant('X-B'), regexValues: values }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    httpRequestMethod: values,
    queryString: fc.array(
      fc.record(
        { key: fc.stringMatching(/^[a-z]{1,3}$/), value: fc.stringMatching(/^[a-z]{1,3}$/) },
        { requiredKeys: ['value'] },
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    sourceIp: fc.constant<string[]>(['10.0.0.0/8', '192.168.0.0/16']),
  },
  { requiredKeys: [] },
);

describe('conditions', () => {
  test('what is sent reads back as what was wanted', () => {
    fc.assert(
      fc.property(conditions, (when) => {
        const wanted = wantedConditions(when);
        expect(liveConditions(conditionsOf(wanted))).toEqual(wanted);
      }),
    );
  });

  test('the order of conditions and of their values means nothing', () => {
    const sent = conditionsOf({ pathPattern: ['/a', '/b'], sourceIp: ['10.0.0.0/8', '10.1.0.0/16'] });
    const reordered = sent.toReversed().map((condition) => ({
      ...condition,
      ...(condition.PathPatternConfig && { PathPatternConfig: { Values: ['/b', '/a'] } }),
    }));
    expect(liveConditions(reordered)).toEqual(liveConditions(sent));
  });

  test('rules with plain values and rules with a config are the same', () => {
    expect(liveConditions([{ Field: 'path-pattern', Values: ['/a'] }])).toEqual({ pathPattern: ['/a'] });
    const both = { Field: 'host-header', Values: ['a'], HostHeaderConfig: { Values: ['a'] } };
    expect(liveConditions([both])).toEqual({ hostHeader: ['a'] });
  });
});

test('transforms read back as what was wanted, in any order', () => {
  const host: RuleTransform = { hostHeaderRewrite: { regex: '^old', replace: 'new' } };
  const url: RuleTransform = { urlRewrite: { regex: '^/v1/(.*)', replace: '/v2/$1' } };
  const wanted = wantedTransforms([url, host]);
  expect(wanted).toEqual({ ...host, ...url });
  expect(liveTransforms(transformsOf(wanted))).toEqual(wanted);
  expect(liveTransforms(transformsOf(wanted).toReversed())).toEqual(wanted);
});
