import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { API_KINDS } from '../../controller/src/api/kinds.ts';
import type { JsonObject } from '../../controller/src/core/json.ts';

/** The JSON schemas of the API's types, as TypeScript and JSDoc have them. */
export interface ApiTypes {
  /** By kind: `<kind>Spec`. */
  readonly specs: ReadonlyMap<string, JsonObject>;
  /** By kind: what `status` holds. */
  readonly statuses: ReadonlyMap<string, JsonObject>;
  readonly metadata: JsonObject;
}

/** Reads the types in `controller/src/api` below `root`. Throws what TypeScript says when they do not compile. */
export function readApiTypes(root: string): ApiTypes {
  const generator = createGenerator({
    path: join(root, 'controller/src/api/*.ts'),
    tsconfig: join(root, 'scripts/generate/tsconfig.json'),
    // No definitions: a CRD has no $ref.
    topRef: false,
    expose: 'none',
    jsDoc: 'extended',
    extraTags: ['rules', 'asType'],
    sortProps: false,
    functions: 'fail',
    // The type check is a step of its own.
    skipTypeCheck: true,
  });
  // Without what is undefined.
  const schemaOf = (type: string): JsonObject => JSON.parse(JSON.stringify(generator.createSchema(type)));
  return {
    specs: new Map(API_KINDS.map(({ kind }) => [kind, schemaOf(`${kind}Spec`)])),
    statuses: new Map(API_KINDS.map(({ kind, scale }) => [kind, schemaOf(scale ? `${kind}Status` : 'ResourceStatus')])),
    metadata: schemaOf('ManifestMetadata'),
  };
}
