import { describe, expect, test } from 'vitest';
import type { Schema } from '../../controller/src/core/manifests/schema.ts';
import { checkDefaults } from './defaults.ts';
import { checkRules } from './rules.ts';
import type { SchemaError } from './structural.ts';

const item: Schema = { type: 'object', properties: { n: { type: 'integer' }, name: { type: 'string' } } };
const fields: Readonly<Record<string, Schema>> = {
  n: { type: 'integer' },
  name: { type: 'string' },
  short: { type: 'string', anyOf: [{ maxLength: 10 }, { pattern: '\\$\\{' }] },
  on: { type: 'boolean', default: true },
  any: { type: 'array', items: item },
  few: { type: 'array', maxItems: 3, items: item },
  namespace: { type: 'string' },
};

function errorsOf(rule: string): readonly SchemaError[] {
  const errors: SchemaError[] = [];
  const schema: Schema = { type: 'object', properties: fields, 'x-kubernetes-validations': [{ rule, message: 'm' }] };
  checkRules(schema, 'Kind ', errors);
  return errors;
}

describe('rules that Kubernetes admits', () => {
  test.each([
    'has(self.n) != has(self.name)',
    'self.few.all(i, i.n > 1)',
    "self.short.startsWith('x')",
    'has(self.on) && self.on',
    'has(self.__namespace__)',
    "self.name in ['a', 'b']",
  ])('%s', (rule) => {
    expect(errorsOf(rule)).toEqual([]);
  });
});

describe('rules that Kubernetes refuses', () => {
  test.each([
    ['self.n ==', 'not right'],
    ['self.m > 1', 'No such key: m'],
    ['has(self.m)', 'self.m: No such key: m'],
    ['has(self.namespace)', 'No such key: namespace'],
    ["self.n == 'x'", 'int == string'],
    ['self.n', 'gives int, expected a boolean'],
    ['self.few.all(i, i.m > 1)', 'No such key: m'],
    ['self.any.all(i, i.n > 1)', 'set @maxItems there'],
    ["self.name.startsWith('x')", 'set @maxLength there'],
    ['has(self.on)', 'always holds'],
  ])('%s: %s', (rule, message) => {
    expect(errorsOf(rule)).toMatchObject([{ path: 'Kind ', message: expect.stringContaining(message) }]);
  });

  test('iteration for each item of a list without a limit', () => {
    const errors: SchemaError[] = [];
    const inner: Schema = {
      ...item,
      'x-kubernetes-validations': [{ rule: '[has(self.n)].filter(x, x).size() < 2', message: 'm' }],
    };
    checkRules({ type: 'object', properties: { list: { type: 'array', items: inner } } }, 'Kind ', errors);
    expect(errors).toMatchObject([{ path: 'Kind /list/*', message: expect.stringContaining('set @maxItems there') }]);
  });
});

test('a default that its own schema does not admit is refused, with its path', () => {
  const errors: SchemaError[] = [];
  const schema: Schema = {
    type: 'object',
    properties: { a: { type: 'integer', default: 3 }, b: { type: 'integer', minimum: 5, default: 3 } },
  };
  checkDefaults(schema, 'Kind ', errors);
  expect(errors).toEqual([{ path: 'Kind /b', message: 'the default 3 is not valid: found 3, expected at least 5' }]);
});
