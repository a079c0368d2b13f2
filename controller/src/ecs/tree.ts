import { canonicalJson } from '../core/canonical.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';

/**
 * A value without what means "not set": undefined, null, empty lists and empty objects, at any depth. Empty strings stay:
 * an environment variable may be empty. Dates become ISO 8601.
 */
function withoutEmpty(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map(withoutEmpty).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value === 'object') {
    // A plain loop: this runs over every answer of AWS in every pass.
    const kept: Record<string, Json> = {};
    let empty = true;
    for (const [key, member] of Object.entries(value)) {
      const cleaned = withoutEmpty(member);
      if (cleaned === undefined) continue;
      kept[key] = cleaned;
      empty = false;
    }
    return empty ? undefined : kept;
  }
  return value as Json;
}

/** As `withoutEmpty`, of an object; an empty one stays an object. */
export function objectOf(value: unknown): JsonObject {
  const cleaned = withoutEmpty(value);
  return isObject(cleaned) ? cleaned : {};
}

/** The object without members that are the empty string, which many tools write for "not set". */
export function withoutBlanks(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== ''));
}

/** The objects of a list; none when it is absent. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A list whose order means nothing, in the order of its items' text. */
export function sorted(items: readonly Json[] | Json | undefined): readonly Json[] {
  if (!Array.isArray(items)) return [];
  if (items.length < 2) return items;
  return (items as readonly Json[])
    .map((item) => ({ item, text: canonicalJson(item) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}

/** Objects in the order of one of their members. */
export function sortedBy(key: string, items: readonly JsonObject[]): readonly JsonObject[] {
  return items.toSorted((a, b) => {
    const [x, y] = [textOf(a[key]), textOf(b[key])];
    return x < y ? -1 : x > y ? 1 : 0;
  });
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}

/** The object when it is one, with defaults for members that are absent; else undefined. */
export function withDefaults(value: Json | undefined, defaults: JsonObject): JsonObject | undefined {
  return isObject(value) ? { ...defaults, ...value } : undefined;
}
