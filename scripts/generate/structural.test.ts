import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../controller/src/core/json.ts';
import { type SchemaError, toStructural } from './structural.ts';

/** The structural form of an object with one field, and what is wrong with it. */
function convert(field: JsonObject): { readonly field: unknown; readonly errors: readonly string[] } {
  const errors: SchemaError[] = [];
  const schema = { type: 'object', properties: { x: { description: 'An x.', ...field } }, additionalProperties: false };
  const structural = toStructural(schema, 'Kind /spec', errors) as { properties?: { x?: unknown } };
  return { field: structural.properties?.x, errors: errors.map(({ path, message }) => `${path}: ${message}`) };
}

describe('what a CRD can say', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['@asType integer', { type: 'number', asType: 'integer', minimum: 1 }, { type: 'integer', minimum: 1 }],
    ['a constant, as an enum of one', { type: 'boolean', const: true }, { type: 'boolean', enum: [true] }],
    ['null, as nullable', { type: ['boolean', 'null'] }, { type: 'boolean', nullable: true }],
    ['number | string', { type: ['number', 'string'] }, { 'x-kubernetes-int-or-string': true }],
    [
      "number | 'auto'",
      {
        anyOf: [{ type: 'number' }, { type: 'string', const: 'auto' }],
        type: 'integer',
        asType: 'integer',
        minimum: 1,
      },
      { 'x-kubernetes-int-or-string': true, minimum: 1, anyOf: [{ pattern: '^(auto)$' }, { pattern: '\\$\\{' }] },
    ],
    [
      'an enum, which admits a reference',
      { type: 'string', enum: ['a', 'b'], default: 'a' },
      { type: 'string', anyOf: [{ enum: ['a', 'b'] }, { pattern: '\\$\\{' }], default: 'a' },
    ],
    [
      'limits of a text, which admit a reference',
      { type: 'string', maxLength: 3, pattern: '^a' },
      { type: 'string', anyOf: [{ pattern: '^a', maxLength: 3 }, { pattern: '\\$\\{' }] },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'a list',
      { type: 'array', items: { type: 'string' }, maxItems: 2 },
      { type: 'array', items: { type: 'string' }, maxItems: 2 },
    ],
  ])('%s', (_, field, expected) => {
    expect(convert(field)).toEqual({ field: { description: 'An x.', ...expected }, errors: [] });
  });

  test('a rule whose field has a name that CEL keeps for itself is escaped, texts in it are not', () => {
    const rules = [{ rule: "has(self.namespace) || self.a == 'x.namespace'", message: 'm' }];
    expect(
      convert({ type: 'object', properties: { namespace: { type: 'string', description: 'n' } }, rules }),
    ).toMatchObject({
      field: {
        'x-kubernetes-validations': [{ rule: "has(self.__namespace__) || self.a == 'x.namespace'", message: 'm' }],
      },
    });
  });
});

describe('what a CRD cannot say is refused, with its path', () => {
  test.each<[string, JsonObject, string]>([
    ['uniqueItems', { type: 'array', items: { type: 'string' }, uniqueItems: true }, '"uniqueItems" is not allowed'],
    ['$ref', { $ref: '#/definitions/X' }, '"$ref" is not allowed'],
    ['several types', { type: ['boolean', 'string'] }, 'is neither one type nor number | string'],
    ['objects of several shapes', { anyOf: [{ type: 'object' }, { type: 'object' }] }, 'use sibling fields and a rule'],
    ['a missing type', {}, 'is neither one type nor number | string'],
    ['if and else', { type: 'string', if: {}, else: {} }, '"if" is not allowed'],
    ['a tuple', { type: 'array', items: [{ type: 'string' }] }, 'is a tuple or a list of anything'],
    [
      'fields and free keys',
      {
        type: 'object',
        properties: { y: { type: 'string', description: 'y' } },
        additionalProperties: { type: 'string' },
      },
      'has named fields and free ones',
    ],
    ['no fields at all', { type: 'object', properties: {} }, 'is an object without fields'],
    ['look-around', { type: 'string', pattern: '^(?!a)' }, 'which Kubernetes (Go) does not know'],
    [
      'unknown formats',
      { type: 'string', format: 'uri' },
      '@format "uri" is checked by nobody, expected one of date-time',
    ],
    [
      'rules that are none',
      { type: 'boolean', rules: [{ rule: 'true' }] },
      'expected {"rule": "CEL", "message": "words"}',
    ],
    ['a missing description', { type: 'string', description: '' }, 'has no description'],
  ])('%s', (_, field, message) => {
    const { errors } = convert(field);
    expect(errors).toContainEqual(expect.stringContaining(message));
    expect(errors.every((error) => error.startsWith('Kind /spec/x: '))).toBe(true);
  });

  test('everything that is wrong is said at once', () => {
    const items = { type: 'object', properties: { y: { type: 'string' }, z: { type: 'string' } } };
    expect(convert({ type: 'array', items }).errors).toEqual([
      expect.stringContaining('Kind /spec/x/*/y: has no description'),
      expect.stringContaining('Kind /spec/x/*/z: has no description'),
    ]);
  });
});
