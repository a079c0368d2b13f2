import { describe, expect, test } from 'vitest';
import { ruleCases } from '../../api/rule-cases.ts';
import type { Json } from '../json.ts';
import { compileRules } from './cel.ts';
import type { Schema } from './schema.ts';
import { KINDS, schemaOf } from './schemas.ts';
import { problemsIn, schemasIn } from './testing.ts';

const withRule = (rule: string): Schema => ({
  type: 'object',
  properties: {
    n: { type: 'integer', default: 3 },
    ratio: { type: 'number' },
    port: { 'x-kubernetes-int-or-string': true },
    'idle.time-out': { type: 'string' },
    items: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
  },
  'x-kubernetes-validations': [{ rule, message: 'no' }],
});

const targetGroup = (protocol: string) => `apiVersion: longshore.dev/v1alpha1
kind: TargetGroup
metadata: {name: api}
spec: {vpcId: vpc-1, port: 80, protocol: "${protocol}", protocolVersion: HTTP2}
`;

const owners = KINDS.flatMap((kind) =>
  schemasIn(schemaOf(kind) ?? {}, kind).flatMap(({ pointer, schema }) =>
    (schema['x-kubernetes-validations'] ?? []).map((rule) => ({ pointer, schema, rule })),
  ),
);

test('every case is about a rule that exists', () => {
  const rules = owners.map(({ rule }) => rule.rule);
  expect(Object.keys(ruleCases).filter((rule) => !rules.includes(rule))).toEqual([]);
});

describe.each(owners)('$pointer: $rule.message', ({ schema, rule }) => {
  /** Whether this one rule is broken by an object. Its fields are typed as the schema says. */
  const isBroken = (object: Json) => {
    const alone: Schema = { ...schema, 'x-kubernetes-validations': [rule] };
    return compileRules(alone)(object).some(({ pointer, message }) => pointer === '' && message === rule.message);
  };

  test('admits and refuses', () => {
    const { admits, refuses } = ruleCases[rule.rule] ?? { admits: [], refuses: [] };
    expect(admits.length, `cases of ${rule.rule}`).toBeGreaterThan(0);
    expect(refuses.length, `cases of ${rule.rule}`).toBeGreaterThan(0);
    expect(admits.filter(isBroken)).toEqual([]);
    expect(refuses.filter((object) => !isBroken(object))).toEqual([]);
  });
});

describe('rules on values', () => {
  test.each<[rule: string, object: Json, says: string]>([
    ['self.n + 1 == 4', {}, 'defaults are there, and whole numbers are whole'],
    ['self.ratio > 0.5', { ratio: 1 }, 'numbers are doubles, even when they are whole'],
    ["type(self.port) == int ? self.port > 80 : self.port == 'auto'", { port: 81 }, 'int-or-string holds a number'],
    ["type(self.port) == int ? self.port > 80 : self.port == 'auto'", { port: 'auto' }, 'int-or-string holds a text'],
    ["self.idle__dot__time__dash__out == 'x'", { 'idle.time-out': 'x' }, 'names are escaped as in Kubernetes'],
    ['self.items.all(i, i.n > 1)', { items: [{ n: 2 }] }, 'lists are typed through'],
  ])('%s holds for %j: %s', (text, object) => {
    expect(compileRules(withRule(text))(object)).toEqual([]);
  });

  test('a rule that reads what is missing does not hold', () => {
    expect(compileRules(withRule('self.ratio > 0.5'))({})).toMatchObject([{ pointer: '', message: 'no' }]);
  });
});

test('a broken rule is reported at the object that it is about', () => {
  const text = `apiVersion: longshore.dev/v1alpha1
kind: Cluster
metadata: {name: main}
spec:
  executeCommand:
    logging: OVERRIDE
`;
  expect(problemsIn(text)).toEqual(['f.yaml:6:5: /spec/executeCommand: logging OVERRIDE needs logGroup or s3Bucket']);
});

test('an unknown field is not followed by the rules that miss the right one', () => {
  const text = `apiVersion: longshore.dev/v1alpha1
kind: Cluster
metadata: {name: main}
spec: {executeCommand: {logging: OVERRIDE, logGruop: x}}
`;
  expect(problemsIn(text)).toEqual([
    'f.yaml:4:44: /spec/executeCommand/logGruop: unknown field "logGruop" (did you mean "logGroup"?)',
  ]);
});

test('a rule is not judged while a variable that it may read is not known', () => {
  expect(problemsIn(targetGroup('TCP'))).toHaveLength(1);
  expect(problemsIn(targetGroup('${param.protocol}'))).toEqual([]);
});
