import { type CelRule, type Schema, withoutReferences } from './schema.ts';

/**
 * The type of a field as `kubectl explain` writes it: `string`, `[]Object`, `map[string]string`, `integer or string`.
 */
export function typeName(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string';
  if (schema.items !== undefined) return `[]${typeName(schema.items)}`;
  if (schema.additionalProperties !== undefined) return `map[string]${typeName(schema.additionalProperties)}`;
  return schema.type === 'object' ? 'Object' : (schema.type ?? 'any');
}

/** What a value has to be beside its type, in words: allowed values, ranges, lengths, pattern. */
export function limitsInWords(schema: Schema): readonly string[] {
  const own = withoutReferences(schema);
  const item = own.items === undefined ? undefined : withoutReferences(own.items);
  return [
    ...(own.enum === undefined ? [] : [`one of ${own.enum.join(', ')}`]),
    ...(item?.enum === undefined ? [] : [`each one of ${item.enum.join(', ')}`]),
    ...range(own.minimum, own.maximum, ''),
    ...range(own.minLength, own.maxLength, ' characters'),
    ...range(own.minItems, own.maxItems, ' items'),
    ...range(own.minProperties, own.maxProperties, ' entries'),
    ...(own.pattern === undefined ? [] : [`matches ${plainPattern(own.pattern)}`]),
  ];
}

/** A pattern without the branch by which some patterns admit references on their own. */
export function plainPattern(pattern: string): string {
  return pattern.replace(/\|(\.\*)?\\\$\\\{(\.[*+])?/g, '');
}

/** The fields of an object, of the items of a list, or of the values of a map. */
export function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  return objectIn(schema).properties ?? {};
}

/** The fields that must be there. */
export function requiredOf(schema: Schema): ReadonlySet<string> {
  return new Set(objectIn(schema).required);
}

/** The rules about an object, about each item of a list or each value of a map. */
export function rulesOf(schema: Schema): readonly CelRule[] {
  return objectIn(schema)['x-kubernetes-validations'] ?? [];
}

/** The object at the bottom of lists and maps. */
function objectIn(schema: Schema): Schema {
  const inner = schema.items ?? schema.additionalProperties;
  return inner === undefined ? schema : objectIn(inner);
}

function range(least: number | undefined, most: number | undefined, unit: string): readonly string[] {
  if (least === undefined && most === undefined) return [];
  if (least === undefined) return [`at most ${most}${unit}`];
  if (most === undefined) return [`at least ${least}${unit}`];
  return [least === most ? `${least}${unit}` : `${least} to ${most}${unit}`];
}
