/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** True for a plain JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A typed tree of plain data as a JSON object: an interface has no index signature, so TypeScript does not see by itself
 * that it is one. Throws a TypeError for an array.
 */
export function asJson(tree: object): JsonObject {
  if (!isObject(tree)) throw new TypeError('expected an object, found an array');
  return tree;
}
