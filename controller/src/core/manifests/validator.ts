import addFormats from 'ajv-formats';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { mayHoldExpressions, parseExpressions } from '../expressions.ts';
import type { Json } from '../json.ts';
import { explain, type Violation } from './messages.ts';
import { type Schema, withoutReferences } from './schema.ts';

/**
 * Checks values against one schema. `isOpen` says of a pointer whether the text there holds a variable that is not
 * known here, so that nothing can be said of it.
 */
export type Validator = (value: Json, isOpen: (pointer: string) => boolean) => readonly Violation[];

/** A validator for a schema of a CRD, compiled now. */
export function compileSchema(schema: Schema): Validator {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    // Compiled for a handful of manifests: what makes the code faster, or checks our own schemas, takes longer than it
    // saves.
    code: { optimize: false },
    loopRequired: 1,
    loopEnum: 1,
    meta: false,
    validateSchema: false,
    messages: false,
  });
  addFormats.default(ajv, [...FORMATS]);
  const validate: ValidateFunction = ajv.compile(forAjv(schema));
  return (value, isOpen) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).filter((error) => !isExcused(error, isOpen)).map(explain);
  };
}

/** What `@format` may say. */
export const FORMATS = ['date-time'] as const;

const textLimits = new Set(['enum', 'pattern', 'format', 'minLength', 'maxLength']);

/** Nothing is known yet of a text that holds a reference, and of any value that a variable will give. */
function isExcused(error: ErrorObject, isOpen: (pointer: string) => boolean): boolean {
  if (typeof error.data !== 'string' || !mayHoldExpressions(error.data)) return false;
  if (isOpen(error.instancePath)) return true;
  return textLimits.has(error.keyword) && parseExpressions(error.data).some((piece) => piece.kind === 'reference');
}

/** A structural schema as plain JSON schema: closed objects, one type or two, none of Kubernetes' own words. */
function forAjv(structural: Schema): object {
  const schema = withoutReferences(structural);
  const { description, properties, items, additionalProperties } = schema;
  const limits = Object.fromEntries(copied.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])));
  const type = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type;
  return {
    ...limits,
    // For messages: what a pattern means.
    ...(description === undefined ? {} : { description }),
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items: forAjv(items) }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, forAjv(one)])) }),
    ...closed(schema, additionalProperties),
  };
}

const copied = [
  'required',
  'enum',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const;

function closed(schema: Schema, values: Schema | undefined): object {
  if (values !== undefined) return { additionalProperties: forAjv(values) };
  const open = schema.properties === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return open ? {} : { additionalProperties: false };
}
