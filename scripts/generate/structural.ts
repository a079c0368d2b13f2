import { isObject, type Json, type JsonObject } from '../../controller/src/core/json.ts';
import { FORMATS } from '../../controller/src/core/manifests/validator.ts';
import { below } from '../../controller/src/core/pointer.ts';
import { escapeRule } from './rules.ts';

/** A type that cannot be a Kubernetes schema, and where. */
export interface SchemaError {
  /** `Service /spec/task/containers`. */
  readonly path: string;
  readonly message: string;
}

/** How strings admit references: what is said of the string itself, or `${`. */
const REFERENCE_PATTERN = '\\$\\{';

const handled = new Set([
  '$schema',
  'definitions',
  'type',
  'asType',
  'description',
  'default',
  'deprecated',
  'examples',
  'enum',
  'const',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'items',
  'minItems',
  'maxItems',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'anyOf',
  'rules',
]);

/**
 * A JSON schema from TypeScript as a structural schema of a CRD. What cannot be one is added to `errors`.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function toStructural(schema: JsonObject, path: string, errors: SchemaError[]): JsonObject {
  const fail = (message: string): JsonObject => {
    errors.push({ path, message });
    return {};
  };
  for (const key of Object.keys(schema)) {
    if (!handled.has(key)) fail(`"${key}" is not allowed in the schema of a CRD`);
  }
  if (typeof schema.pattern === 'string' && notInGo.test(schema.pattern)) {
    fail(`the pattern ${schema.pattern} has look-around or back-references, which Kubernetes (Go) does not know`);
  }
  if (schema.format !== undefined && !FORMATS.some((known) => known === schema.format)) {
    fail(`@format ${JSON.stringify(schema.format)} is checked by nobody, expected one of ${FORMATS.join(', ')}`);
  }
  const type = typeOf(schema);
  if (type === undefined) {
    return fail('is neither one type nor number | string: use sibling fields and a rule that one of them is set');
  }
  const common = {
    ...pick(schema, ['description']),
    ...(schema.deprecated === undefined ? {} : { description: `${text(schema.description)} Deprecated.` }),
  };
  const rest = { ...pick(schema, ['default']), ...nullable(schema), ...rulesOf(schema, fail) };
  switch (type) {
    case 'object':
      return { ...common, type, ...objectMembers(schema, path, errors), ...rest };
    case 'array': {
      if (!isObject(schema.items)) return fail('is a tuple or a list of anything: a list has items of one type');
      const items = toStructural(schema.items, `${path}/*`, errors);
      return { ...common, type, ...pick(schema, ['minItems', 'maxItems']), items, ...rest };
    }
    case 'string':
      return { ...common, type, ...admitReferences({ ...stringLimits(schema), ...choices(schema) }), ...rest };
    case 'integer-or-string':
      return {
        ...common,
        'x-kubernetes-int-or-string': true,
        ...numberLimits(schema),
        ...admitReferences(stringLimits(schema)),
        ...rest,
      };
    default:
      return { ...common, type, ...numberLimits(schema), ...choices(schema), ...rest };
  }
}

/** The one type of a schema; undefined when there is none, or more than Kubernetes can say. */
function typeOf(schema: JsonObject): string | undefined {
  if (Array.isArray(schema.anyOf)) return isIntegerOrWords(schema.anyOf) ? 'integer-or-string' : undefined;
  if (schema.asType !== undefined) return schema.asType === 'integer' ? 'integer' : undefined;
  if (!Array.isArray(schema.type)) return typeof schema.type === 'string' ? schema.type : undefined;
  const types = schema.type.filter((one) => one !== 'null');
  if (types.length === 1 && typeof types[0] === 'string') return types[0];
  const numeric = types.includes('number') || types.includes('integer');
  return types.length === 2 && numeric && types.includes('string') ? 'integer-or-string' : undefined;
}

/** `number | 'auto'` */
function isIntegerOrWords(members: readonly Json[]): boolean {
  const kinds = members.filter(isObject).map((member) => member.type);
  return kinds.includes('number') && kinds.every((kind) => kind === 'number' || kind === 'string');
}

function objectMembers(schema: JsonObject, path: string, errors: SchemaError[]): JsonObject {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const values = isObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
  if (properties.length > 0 && values !== undefined) {
    errors.push({ path, message: 'has named fields and free ones: a CRD has either' });
  }
  if (values !== undefined) {
    return {
      ...pick(schema, ['minProperties', 'maxProperties']),
      additionalProperties: toStructural(values, `${path}/*`, errors),
    };
  }
  if (properties.length === 0) errors.push({ path, message: 'is an object without fields' });
  const structural: Record<string, JsonObject> = {};
  for (const [name, property] of properties) {
    const at = below(path, name);
    if (!isObject(property)) continue;
    if (typeof property.description !== 'string' || property.description === '') {
      errors.push({
        path: at,
        message: 'has no description: its doc comment begins on a line of its own, or is one line',
      });
    }
    structural[name] = toStructural(property, at, errors);
  }
  return { ...pick(schema, ['required']), properties: structural };
}

/** Kubernetes takes Go's regular expressions: no look-around, no back-references. */
const notInGo = /\(\?(?:[=!]|<[=!])|\\[1-9]/;

function stringLimits(schema: JsonObject): JsonObject {
  const words = Array.isArray(schema.anyOf)
    ? schema.anyOf.filter(isObject).flatMap((member) => (member.type === 'string' ? wordsOf(member) : []))
    : [];
  const pattern = words.length === 0 ? {} : { pattern: `^(${words.join('|')})$` };
  return { ...pick(schema, ['format', 'pattern', 'minLength', 'maxLength']), ...pattern };
}

function wordsOf(member: JsonObject): readonly string[] {
  const words = Array.isArray(member.enum) ? member.enum : member.const === undefined ? [] : [member.const];
  return words.map(String);
}

function numberLimits(schema: JsonObject): JsonObject {
  return pick(schema, ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']);
}

/** `const` is dropped silently by Kubernetes; an enum of one is not. */
function choices(schema: JsonObject): JsonObject {
  if (schema.const !== undefined) return { enum: [schema.const] };
  return Array.isArray(schema.enum) ? { enum: schema.enum.filter((one) => one !== null) } : {};
}

/** A string may always hold a reference, whatever else is said of it. */
function admitReferences(limits: JsonObject): JsonObject {
  return Object.keys(limits).length === 0 ? {} : { anyOf: [limits, { pattern: REFERENCE_PATTERN }] };
}

function nullable(schema: JsonObject): JsonObject {
  return Array.isArray(schema.type) && schema.type.includes('null') ? { nullable: true } : {};
}

function rulesOf(schema: JsonObject, fail: (message: string) => void): JsonObject {
  if (schema.rules === undefined) return {};
  if (!Array.isArray(schema.rules)) {
    fail('@rules is not a JSON list of {"rule", "message"}');
    return {};
  }
  const rules = schema.rules.flatMap((rule: Json) => {
    if (isObject(rule) && typeof rule.rule === 'string' && typeof rule.message === 'string') {
      return [{ ...rule, rule: escapeRule(rule.rule) }];
    }
    fail(`@rules holds ${JSON.stringify(rule)}, expected {"rule": "CEL", "message": "words"}`);
    return [];
  });
  return { 'x-kubernetes-validations': rules };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function pick(schema: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])));
}
