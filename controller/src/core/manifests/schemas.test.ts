import { API_KINDS } from '../../api/kinds.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import type { Json } from '../json.ts';
import { below } from '../pointer.ts';
import type { Schema } from './schema.ts';
import { KINDS, METADATA, schemaOf, specSchemaOf } from './schemas.ts';
import { parse, schemasIn } from './testing.ts';

const root = join(import.meta.dirname, '../../../..');

test('the CRDs that Kubernetes reads hold the very schemas that validation reads', () => {
  const files = readdirSync(join(root, 'crds'));
  const inKubernetes = API_KINDS.filter(({ fileOnly }) => fileOnly !== true);
  expect(files.toSorted()).toEqual(inKubernetes.map(({ kind }) => `${kind.toLowerCase()}.yaml`).toSorted());
  for (const file of files) {
    // kubectl reads YAML 1.1.
    const crd = parseYaml(readFileSync(join(root, 'crds', file), 'utf8'), { version: '1.1' });
    expect(crd.spec.versions[0].schema.openAPIV3Schema, file).toEqual(schemaOf(crd.spec.names.kind));
  }
});

describe.each(KINDS)('%s', (kind) => {
  test('every field has a description', () => {
    for (const { pointer, schema } of [...schemasIn(specSchemaOf(kind) ?? {}), ...schemasIn(METADATA)]) {
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        expect(property.description, below(pointer, name)).toMatch(/\w/);
      }
    }
  });

  test('what its schema admits is admitted, apart from its rules, and nothing ever throws', () => {
    const schema = specSchemaOf(kind) ?? {};
    const messages = new Set(
      schemasIn(schema).flatMap((each) => each.schema['x-kubernetes-validations']?.map((rule) => rule.message) ?? []),
    );
    fc.assert(
      fc.property(valueOf(schema), (spec) => {
        const manifest = { apiVersion: 'longshore.dev/v1alpha1', kind, metadata: { name: 'x' }, spec };
        const { problems } = parse({ 'f.yaml': stringify(manifest, { aliasDuplicateObjects: false }) });
        expect(problems.filter(({ message }) => !messages.has(message))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

/** Values that a schema admits. A text with a pattern is a reference: every text may be one. */
function valueOf(schema: Schema): fc.Arbitrary<Json> {
  if (schema.type !== 'string' && schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema['x-kubernetes-int-or-string'] === true) return fc.oneof(integer(schema), text(schema));
  switch (schema.type) {
    case 'object':
      return schema.properties === undefined ? mapOf(schema) : objectOf(schema, schema.properties);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 2, 2)),
      });
    case 'string':
      return text(schema);
    case 'integer':
      return integer(schema);
    case 'number':
      return fc
        .double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
        .map((n) => (n === 0 ? 0 : n));
    default:
      return fc.boolean();
  }
}

function objectOf(schema: Schema, properties: Readonly<Record<string, Schema>>): fc.Arbitrary<Json> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueOf(property)]));
  return fc.record(fields, { requiredKeys: [...(schema.required ?? [])] });
}

function mapOf(schema: Schema): fc.Arbitrary<Json> {
  const key = fc.stringMatching(/^[a-z]{1,5}$/);
  return fc.dictionary(key, valueOf(schema.additionalProperties ?? {}), { maxKeys: 2, noNullPrototype: true });
}

function integer({ minimum = -1000, maximum = Math.max(1000, minimum) }: Schema): fc.Arbitrary<number> {
  return fc.integer({ min: minimum, max: maximum });
}

function text(schema: Schema): fc.Arbitrary<string> {
  const [limits] = schema.anyOf ?? [];
  const reference = fc.constant('${Cluster/x:name}');
  if (limits?.enum !== undefined) return fc.oneof(reference, fc.constantFrom(...limits.enum.map(String)));
  if (limits !== undefined) return reference;
  return fc.oneof(
    reference,
    fc.constantFrom('', 'yes', '007', ' ', 'a: b', '#x', '~', '$${x}', '\u{E9}', 'line\nline'),
  );
}
