import { isObject, type Json, type JsonObject } from '../json.ts';
import { below, segmentsOf } from '../pointer.ts';
import { type Schema, schemaAt } from './schema.ts';
import { METADATA, specSchemaOf } from './schemas.ts';
import type { ParameterValue } from './variables.ts';

/**
 * The manifest with strings that are one parameter and nothing else turned into what their field takes: parameters are
 * given as text (`--param count=3`), and `desiredCount: ${param.count}` wants a number.
 */
export function coerceParameters(
  kind: string,
  manifest: JsonObject,
  parameterAt: (pointer: string) => ParameterValue | undefined,
): JsonObject {
  const schema: Schema = {
    type: 'object',
    properties: { metadata: METADATA, spec: specSchemaOf(kind) ?? {} },
  };
  const walk = (value: Json, pointer: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json, index) => walk(item, below(pointer, index)));
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member, below(pointer, key))]));
    }
    const parameter = typeof value === 'string' ? parameterAt(pointer) : undefined;
    return parameter === undefined ? value : coerce(parameter, value, schemaAt(schema, segmentsOf(pointer)));
  };
  const walked = walk(manifest, '');
  return isObject(walked) ? walked : manifest;
}

/** `text` is the parameter as it stands in a string, with what looks like an expression escaped. */
function coerce(parameter: ParameterValue, text: Json, schema: Schema | undefined): Json {
  if (schema?.['x-kubernetes-int-or-string'] === true) return typeof parameter === 'number' ? parameter : text;
  switch (schema?.type) {
    case 'string':
      return text;
    case 'integer':
    case 'number':
      return typeof parameter === 'string' && isNumber(parameter) ? Number(parameter) : own(parameter, text);
    case 'boolean':
      return parameter === 'true' || parameter === 'false' ? parameter === 'true' : own(parameter, text);
    default:
      return own(parameter, text);
  }
}

function own(parameter: ParameterValue, text: Json): Json {
  return typeof parameter === 'string' ? text : parameter;
}

function isNumber(text: string): boolean {
  return /^-?[0-9]+(\.[0-9]+)?$/.test(text) && Number.isFinite(Number(text));
}
