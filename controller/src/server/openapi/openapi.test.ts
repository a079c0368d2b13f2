import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpSchemaFiles, openapiFiles } from '../../../../scripts/generate/openapi.ts';
import type { JsonObject } from '../../core/json.ts';
import { startWorld, type World } from '../testing/world.ts';
import { routeKeys } from './schemas.ts';

const root = join(import.meta.dirname, '../../../..');

let world: World;
let document: {
  readonly paths: Record<string, Record<string, JsonObject>>;
  readonly components: { schemas: JsonObject };
};
beforeAll(async () => {
  world = await startWorld();
  document = (await world.ask('GET', '/api/openapi.json')).json as unknown as typeof document;
});
afterAll(() => world.close());

/** The official schema of OpenAPI 3.1, with every schema in the document checked as JSON Schema 2020-12. */
function openapiValidator(): (value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // Both come as a CommonJS default: https://ajv.js.org/packages/ajv-formats.html
  (addFormats as unknown as (on: Ajv2020) => void)(ajv);
  ajv.addFormat('media-range', true);
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, 'testdata/openapi-3.1.schema.json'), 'utf8'),
  ) as object;
  const validate = ajv.compile(schema);
  return (value) =>
    validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

it('is valid OpenAPI 3.1', () => {
  const check = openapiValidator();
  expect(check(document)).toEqual([]);
  expect(check({ ...document, paths: { 'no-slash': {} } })).not.toEqual([]);
});

it('has schemas that are valid JSON Schema, and every reference in it leads somewhere', () => {
  const ajv = new Ajv2020({ strict: false });
  const { schemas } = document.components;
  for (const [name, schema] of Object.entries(schemas))
    expect([name, ajv.validateSchema(schema as object)]).toEqual([name, true]);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"(?<to>[^"]+)"/gu)].map(
    ({ groups }) => groups?.['to'] ?? '',
  );
  expect(references.length).toBeGreaterThan(100);
  for (const reference of references) {
    expect(Object.keys(schemas)).toContain(reference.replace('#/components/schemas/', ''));
  }
});

it('describes every route of the typed table, and no others but the webhook', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(['POST /api/webhook', ...routeKeys()].toSorted());
});

it('gives each operation a name of its own, and says who may use it', () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const open = operations
    .filter(({ security }) => JSON.stringify(security) === '[]')
    .map(({ operationId }) => operationId);
  expect(new Set(open)).toEqual(new Set(['getSettings', 'getVersion', 'receiveWebhook']));
});

it('is the document in the repository: npm run generate has been run', async () => {
  for (const [path, content] of [...httpSchemaFiles(root), ...(await openapiFiles(root))]) {
    expect(readFileSync(join(root, path), 'utf8'), path).toBe(content);
  }
});
