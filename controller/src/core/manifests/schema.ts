import type { Json } from '../json.ts';

/** A structural schema of a CRD, or a part of one. */
export interface Schema {
  readonly description?: string;
  /** object, array, string, integer, number or boolean. */
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly default?: Json;
  readonly enum?: readonly (string | number | boolean)[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean | number;
  readonly exclusiveMaximum?: boolean | number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly nullable?: boolean;
  /** What a string must be, or a reference. */
  readonly anyOf?: readonly Schema[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

/** What a schema cannot say: a condition in the Common Expression Language. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/**
 * What a schema demands of a value that is no reference: the limits that stand in the first branch of `anyOf`, beside
 * the branch that admits `${`, taken up into the schema itself.
 */
export function withoutReferences(schema: Schema): Schema {
  const [limits] = schema.anyOf ?? [];
  if (limits === undefined) return schema;
  const { anyOf: _, ...rest } = schema;
  return { ...rest, ...limits };
}

/** The schema of the value at a path below. Undefined where the schema says nothing of it. */
export function schemaAt(schema: Schema, path: readonly string[]): Schema | undefined {
  let current: Schema | undefined = schema;
  for (const segment of path) {
    if (current?.items !== undefined) current = current.items;
    else if (current?.properties !== undefined && Object.hasOwn(current.properties, segment)) {
      current = current.properties[segment];
    } else current = current?.additionalProperties;
  }
  return current;
}
