import { isObject, type Json, type JsonObject } from '../../core/json.ts';

/**
 * Reads from JSON that nobody vouches for. A field that is missing or of another type is undefined; nothing throws.
 *
 * Names are compared without case: CloudTrail writes the members of an API in lower camel case, but not all services do
 * it the same way (`ResourceARN` comes as `resourceARN` or `resourceArn`, `ARN` as `arn` or `aRN`).
 */
export function field(value: Json | undefined, name: string): Json | undefined {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const wanted = name.toLowerCase();
  const found = Object.keys(value).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : value[found];
}

/** The text at a path of names; undefined when there is none, or an empty one. */
export function text(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = path.reduce<Json | undefined>(field, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The object at a path of names; empty when there is none. */
export function object(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = path.reduce<Json | undefined>(field, value);
  return isObject(found) ? found : {};
}

/** The items at a path of names; none when there is no list. */
export function list(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = path.reduce<Json | undefined>(field, value);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

/** The texts of a list. */
export function texts(value: Json | undefined, ...path: readonly string[]): readonly string[] {
  return list(value, ...path).filter((item): item is string => typeof item === 'string' && item !== '');
}

/** The time in a field in ISO 8601; undefined when it is none. */
export function time(value: Json | undefined, name: string): Date | undefined {
  const found = text(value, name);
  const at = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(at) ? undefined : new Date(at);
}
