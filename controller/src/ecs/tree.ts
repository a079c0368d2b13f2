import { canonicalJson } from '../core/canonical.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';

/**
 * A value without what means "not set": undefined, null, empty lists and empty objects, at any depth. Empty strings stay:
 * an environment variable may be empty. Dates become ISO 8601. What has nothing to leave out is given back as it is, not
 * copied: this runs over every answer of AWS in every pass.
 */
function withoutEmpty(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return value as Json;
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? listWithoutEmpty(value) : membersWithoutEmpty(value);
}

function listWithoutEmpty(list: readonly unknown[]): readonly Json[] | undefined {
  let same = true;
  const kept: Json[] = [];
  for (const item of list) {
    const cleaned = withoutEmpty(item);
    if (cleaned !== item) same = false;
    if (cleaned !== undefined) kept.push(cleaned);
  }
  if (kept.length === 0) return undefined;
  return same ? (list as readonly Json[]) : kept;
}

function membersWithoutEmpty(object: object): JsonObject | undefined {
  const members = object as Readonly<Record<string, unknown>>;
  /** Made at the first member that is not the same any more. */
  let copy: Record<string, Json> | undefined;
  let empty = true;
  const keys = Object.keys(members);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const member = members[key];
    const cleaned = withoutEmpty(member);
    if (cleaned !== undefined) empty = false;
    if (copy === undefined) {
      if (cleaned === member && cleaned !== undefined) continue;
      copy = {};
      for (const before of keys.slice(0, index)) copy[before] = members[before] as Json;
    }
    if (cleaned !== undefined) copy[key] = cleaned;
  }
  return empty ? undefined : (copy ?? (members as JsonObject));
}

/** As `withoutEmpty`, of an object; an empty one stays an object. */
export function objectOf(value: unknown): JsonObject {
  const cleaned = withoutEmpty(value);
  return isObject(cleaned) ? cleaned : {};
}

/** The object without members that are the empty string, which many tools write for "not set". */
export function withoutBlanks(object: JsonObject): JsonObject {
  if (!Object.values(object).includes('')) return object;
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
