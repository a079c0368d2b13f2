import type { Change } from './driver.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { below, segmentsOf } from './pointer.ts';

/** A field of a spec that stays as AWS has it. */
export interface KeptField {
  /** JSON pointer into the spec; list items may be named by their key, as in `Change.path`. */
  readonly path: string;
  /** What AWS has; absent where AWS has nothing there. */
  readonly value?: Json;
}

/** Changes of one resource, told apart. */
export interface Ignoring {
  /** What AWS has in the ignored fields: to be put in the place of what Git says. */
  readonly kept: readonly KeptField[];
  /** Ignored, but what AWS has cannot be read back (a secret, a field that AWS shows as a whole): hidden, not kept. */
  readonly hidden: readonly string[];
}

/**
 * What becomes of changes when the fields at these places are not Git's to decide. A place is a list of segments below the
 * spec: an item of a list may be named by its number or by its key, whichever way the change names it.
 */
export function ignoring(
  spec: JsonObject,
  changes: readonly Change[],
  places: readonly (readonly string[])[],
  isSecret: (value: Json) => boolean,
): Ignoring {
  const kept: KeptField[] = [];
  const hidden: string[] = [];
  for (const change of changes) {
    const at = segmentsOf(change.path);
    for (const place of places) {
      if (isWithin(spec, place, at)) {
        if (change.from !== undefined && isSecret(change.from)) hidden.push(change.path);
        else kept.push(change.from === undefined ? { path: change.path } : { path: change.path, value: change.from });
        break;
      }
      if (!isWithin(spec, at, place)) continue;
      const rest = place.slice(at.length);
      const value = valueAt(change.from, rest);
      const path = place.reduce(below, '');
      if (value === undefined && valueAt(isObject(change.to) ? change.to : undefined, rest) === undefined) continue;
      kept.push(value === undefined ? { path } : { path, value });
    }
  }
  return { kept, hidden };
}

/** The spec with what AWS has in the kept fields. Undefined when a field has no place in it. */
export function withKept(spec: JsonObject, kept: readonly KeptField[]): JsonObject {
  let result: Json = spec;
  for (const { path, value } of kept) result = put(result, segmentsOf(path), value) ?? result;
  return result as JsonObject;
}

/** True when `inner` is the place `outer` or below it. */
export function isWithin(spec: Json | undefined, outer: readonly string[], inner: readonly string[]): boolean {
  if (outer.length > inner.length) return false;
  let node: Json | undefined = spec;
  for (const [index, segment] of outer.entries()) {
    const other = inner[index] as string;
    if (segment !== other) {
      if (!Array.isArray(node)) return false;
      const here = indexOf(node, segment);
      if (here === -1 || here !== indexOf(node, other)) return false;
    }
    node = step(node, segment);
  }
  return true;
}

function valueAt(value: unknown, place: readonly string[]): Json | undefined {
  return place.reduce<Json | undefined>(step, value as Json | undefined);
}

function step(node: Json | undefined, segment: string): Json | undefined {
  if (Array.isArray(node)) return node[indexOf(node, segment)];
  return isObject(node) && Object.hasOwn(node, segment) ? node[segment] : undefined;
}

/** Members that tell items of a list apart, in AWS's lists and ours. */
const KEYS = [
  'name',
  'key',
  'port',
  'priority',
  'capacityProvider',
  'containerName',
  'containerPort',
  'portName',
  'sourceVolume',
  'namespace',
  'resourceType',
  'httpHeaderName',
];

/** The item that a segment names: by its key, else by its number. -1: none. */
function indexOf(list: readonly Json[], segment: string): number {
  for (const key of KEYS) {
    const found = list.findIndex((item) => isObject(item) && isNamed(item[key], segment));
    if (found !== -1) return found;
  }
  if (/^\d+$/.test(segment) && Number(segment) < list.length) return Number(segment);
  return list.findIndex((item) => isObject(item) && Object.values(item).some((value) => isNamed(value, segment)));
}

function isNamed(value: Json | undefined, segment: string): boolean {
  return (typeof value === 'string' || typeof value === 'number') && String(value) === segment;
}

/** A copy with another value at a place; undefined when there is no such place. */
function put(node: Json | undefined, place: readonly string[], value: Json | undefined): Json | undefined {
  const [segment, ...rest] = place;
  if (segment === undefined) return value;
  if (Array.isArray(node)) return putItem(node, segment, rest, value);
  if (node !== undefined && !isObject(node)) return undefined;
  const { [segment]: member, ...others } = node ?? {};
  if (rest.length === 0) return value === undefined ? others : { ...others, [segment]: value };
  if (member === undefined && value === undefined) return node;
  const inner = put(member, rest, value);
  return inner === undefined ? undefined : { ...others, [segment]: inner };
}

function putItem(
  list: readonly Json[],
  segment: string,
  rest: readonly string[],
  value: Json | undefined,
): Json | undefined {
  const index = indexOf(list, segment);
  const item = list[index];
  if (index === -1 || item === undefined) {
    // What AWS has besides: its key, which a change leaves out of the value, is that of the other items.
    const key = KEYS.find((candidate) => list.length > 0 && list.every((one) => isObject(one) && candidate in one));
    if (rest.length > 0 || key === undefined || !isObject(value)) return undefined;
    const sample = (list[0] as JsonObject)[key];
    return [...list, { [key]: typeof sample === 'number' ? Number(segment) : segment, ...value }];
  }
  if (rest.length === 0 && value === undefined) return list.toSpliced(index, 1);
  const keyed = isObject(item) && isObject(value) && rest.length === 0 ? { ...keyOf(item, segment), ...value } : value;
  const inner = put(item, rest, keyed);
  return inner === undefined ? undefined : list.with(index, inner);
}

function keyOf(item: JsonObject, segment: string): JsonObject {
  const key = KEYS.find((candidate) => isNamed(item[candidate], segment));
  return key === undefined ? {} : { [key]: item[key] as Json };
}
