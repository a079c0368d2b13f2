import generated from '../../api/generated/schemas.json' with { type: 'json' };
import type { Schema } from './schema.ts';

const schemas: {
  readonly metadata: Schema;
  readonly kinds: Readonly<Record<string, Schema>>;
} = generated;

/** Every kind that there is. */
export const KINDS: readonly string[] = Object.keys(schemas.kinds);

/** The schema of a whole object of a kind: the `openAPIV3Schema` of its CRD. */
export function schemaOf(kind: string): Schema | undefined {
  return Object.hasOwn(schemas.kinds, kind) ? schemas.kinds[kind] : undefined;
}

/** The schema of the spec of a kind. */
export function specSchemaOf(kind: string): Schema | undefined {
  return schemaOf(kind)?.properties?.spec;
}

/** The schema of `metadata`. */
export const METADATA: Schema = schemas.metadata;
