import generated from '../../api/generated/http.json' with { type: 'json' };
import type { ApiRoutes } from '../../api/http/routes.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';

/** `METHOD /path/{parameter}`. */
export type RouteKey = keyof ApiRoutes;

const LOCAL = '#/definitions/';

/** Every schema by name, each with its name as `$id`, and references to others as `Name#`. */
export function namedSchemas(): readonly (JsonObject & { readonly $id: string })[] {
  return Object.entries(generated.definitions as Readonly<Record<string, Json>>).map(([name, schema]) => ({
    ...object(relinked(schema)),
    $id: name,
  }));
}

/** What a route takes and answers, as `ApiRoutes` has it. */
export interface RouteSchemas {
  readonly querystring?: JsonObject;
  readonly body?: JsonObject;
  /** Undefined: no body, or text. */
  readonly answer?: JsonObject;
  /** The comment above it in `ApiRoutes`. */
  readonly description?: string;
}

/** The schemas of a route. */
export function schemasOf(key: RouteKey): RouteSchemas {
  const route = object((generated.routes as Readonly<Record<string, Json>>)[key]);
  const { query, body, answer } = object(route['properties']);
  const queryName = referred(query);
  const description = route['description'];
  return {
    // The query's own schema: servers and documents want its members, not its name.
    ...(queryName !== undefined && { querystring: withoutId(queryName) }),
    ...(body !== undefined && { body: object(relinked(body)) }),
    ...(referred(answer) !== undefined && { answer: object(relinked(answer as Json)) }),
    ...(typeof description === 'string' && { description }),
  };
}

/** Every route of the table. */
export function routeKeys(): readonly RouteKey[] {
  return Object.keys(generated.routes) as RouteKey[];
}

function withoutId(name: string): JsonObject {
  return object(relinked((generated.definitions as Readonly<Record<string, Json>>)[name] ?? {}));
}

function referred(schema: Json | undefined): string | undefined {
  const reference = isObject(schema) ? schema['$ref'] : undefined;
  return typeof reference === 'string' ? reference.slice(LOCAL.length) : undefined;
}

function relinked(value: Json): Json {
  if (Array.isArray(value)) return value.map(relinked);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]): [string, Json] =>
    key === '$ref' && typeof member === 'string' && member.startsWith(LOCAL)
      ? [key, `${member.slice(LOCAL.length)}#`]
      : [key, relinked(member)],
  );
  return Object.fromEntries(members);
}

function object(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new TypeError('api/generated/http.json is not as scripts/generate writes it');
  return value;
}
