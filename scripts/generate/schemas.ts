import { API_KINDS } from '../../controller/src/api/kinds.ts';
import type { Schema } from '../../controller/src/core/manifests/schema.ts';
import { objectSchema } from './crd.ts';
import { checkDefaults } from './defaults.ts';
import { checkRules } from './rules.ts';
import { type SchemaError, toStructural } from './structural.ts';
import type { ApiTypes } from './types.ts';

/** What `controller/src/api/generated/schemas.json` holds. */
export interface Schemas {
  /** Of `metadata`, which a CRD cannot say. */
  readonly metadata: Schema;
  /** By kind: the `openAPIV3Schema` of its CRD. */
  readonly kinds: Readonly<Record<string, Schema>>;
}

/** Types that cannot be CRDs, all of them. */
export class SchemaErrors extends Error {
  constructor(errors: readonly SchemaError[]) {
    const lines = errors.map(({ path, message }) => `  ${path}: ${message}`);
    super(`types in controller/src/api that cannot be CRDs:\n${lines.join('\n')}`);
  }
}

/** The schemas of every kind. All errors of all kinds are thrown as one, each with its path. */
export function buildSchemas(types: ApiTypes): Schemas {
  const errors: SchemaError[] = [];
  const kinds: Record<string, Schema> = {};
  for (const { kind } of API_KINDS) {
    const spec = toStructural(types.specs.get(kind) ?? {}, `${kind} /spec`, errors);
    const status = toStructural(types.statuses.get(kind) ?? {}, `${kind} /status`, errors);
    kinds[kind] = objectSchema(kind, spec, status);
  }
  const metadata = toStructural(types.metadata, 'metadata', errors);
  for (const [kind, schema] of Object.entries(kinds)) checkRules(schema, `${kind} `, errors);
  for (const [kind, schema] of Object.entries(kinds)) checkDefaults(schema, `${kind} `, errors);
  if (errors.length > 0) throw new SchemaErrors(errors);
  return { metadata, kinds };
}
