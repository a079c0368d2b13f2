import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { isObject, type Json, type JsonObject } from '../../controller/src/core/json.ts';

/** Types that no route of `ApiRoutes` names, but that answers and streams hold. */
const OTHERS = ['ProblemDetails', 'StreamedEvent', 'LogLine'];

/**
 * The JSON schemas of what the HTTP API takes and answers, from the types in `controller/src/api/http`: `routes` as the
 * interface `ApiRoutes` has them, `definitions` of all that they name. By path below `root`. Nothing is written.
 */
export function httpSchemaFiles(root: string): ReadonlyMap<string, string> {
  const generator = createGenerator({
    path: join(root, 'controller/src/api/http/*.ts'),
    tsconfig: join(root, 'scripts/generate/tsconfig.json'),
    topRef: false,
    expose: 'export',
    jsDoc: 'extended',
    extraTags: ['asType'],
    sortProps: false,
    functions: 'fail',
    additionalProperties: false,
    // The type check is a step of its own.
    skipTypeCheck: true,
  });
  const table = plain(generator.createSchema('ApiRoutes'));
  const definitions: Record<string, Json> = { ...members(table, 'definitions') };
  for (const type of OTHERS) {
    const { definitions: named, ...schema } = plain(generator.createSchema(type));
    Object.assign(definitions, named, { [type]: schema });
  }
  const schemas = { routes: members(table, 'properties'), definitions: sorted(definitions) };
  return new Map([['controller/src/api/generated/http.json', `${JSON.stringify(cleaned(schemas), null, 1)}\n`]]);
}

/** The OpenAPI document, as a server gives it. By path below `root`. Nothing is written. */
export async function openapiFiles(root: string): Promise<ReadonlyMap<string, string>> {
  // Only now: the server reads the schemas that have just been written.
  const { documentOf } = await import('../../controller/src/server/openapi/document.ts');
  const { idleServer } = await import('../../controller/src/server/testing/world.ts');
  const { version } = JSON.parse(readFileSync(join(root, 'controller/package.json'), 'utf8')) as { version: string };
  const server = await idleServer(version);
  await server.ready();
  const document = documentOf(server);
  await server.close();
  return new Map([['docs/reference/openapi.json', `${JSON.stringify(document, null, 1)}\n`]]);
}

/** Without what is undefined. */
function plain(schema: object): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}

function members(schema: JsonObject, name: string): JsonObject {
  const found = schema[name];
  return isObject(found) ? found : {};
}

function sorted(object: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `asType` has done its work, and `$schema` is said once, by the document. */
function cleaned(value: Json): Json {
  if (Array.isArray(value)) return value.map(cleaned);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, member]) => !(key === 'asType' && typeof member === 'string') && key !== '$schema',
  );
  return Object.fromEntries(kept.map(([key, member]) => [key, cleaned(member)]));
}
