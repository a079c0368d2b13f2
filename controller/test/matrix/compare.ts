import { canonicalJson } from '../../src/core/canonical.ts';
import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import { OWNERSHIP_TAG } from '../../src/core/ownership.ts';
import type { Ref } from '../../src/core/manifest.ts';
import { SUPERSEDED_TAG } from '../../src/kinds/service/codedeploy/verdict.ts';
import type { AccountObject } from './account.ts';

/** An account in a form that two runs have in common: ids and times taken out, lists of objects in one order. */
export type Shape = readonly Json[];

/** What AWS chooses anew in each run. */
const IDS: readonly (readonly [pattern: RegExp, is: string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid'],
  [/\b[0-9a-f]{16,}\b/g, 'id'],
  [/ecs-svc\/\d+/g, 'ecs-svc/id'],
  [/\bd-[0-9A-Z]{9}\b/g, 'd-id'],
  // How many tasks of a bad revision had failed when that was seen.
  [/\b\d+ tasks (?=stopped|of the new revision failed)/g, 'tasks '],
  [/(in container \w+)(?: -)? \d+\b/g, '$1'],
  [/-\d{6,}\./g, '-id.'],
  // The operation that a hook ran for, in our record and in that of the Job.
  [/^[0-9a-f]{12}$/g, 'operation'],
  [/\brun=[0-9a-f]{12}-/g, 'run=operation-'],
  // The record of a Job: when it ran, and how often ECS had to be asked.
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'],
  [/ launch=\d+/g, ''],
];

/** The account without what differs from run to run. */
export function shapeOf(objects: readonly AccountObject[]): Shape {
  return sorted(objects.map(({ type, id, tags, state }) => normalized({ type, id, tags: withoutNotes(tags), state })));
}

/**
 * Which deployment gave way to another says nothing any more once that one is over; the tag goes with the next look that has
 * something to do.
 */
function withoutNotes(tags: AccountObject['tags']): AccountObject['tags'] {
  const { [SUPERSEDED_TAG]: _over, ...others } = tags;
  return others;
}

/** The account without the tasks of hooks: a sync that is tried again runs its hooks again. */
export function withoutTasks(shape: Shape): Shape {
  return shape.filter((object) => !isObject(object) || object['type'] !== 'ecs:task');
}

/**
 * The same with the task definitions left out of the records. While a service is held, the record of the sync before
 * stands, and which revision that names depends on when the last process looked.
 */
export function shapeWhileHeld(objects: readonly AccountObject[]): Shape {
  return shapeOf(
    objects.map((object) => {
      const entry = recordIn(object);
      if (entry === undefined) return object;
      const parts = partsOf(entry).filter((part) => part['type'] !== 'ecs:task-definition');
      return { ...object, state: { value: { ...entry, parts } } };
    }),
  );
}

/** The inventory's record that a parameter holds; undefined for everything else. */
function recordIn({ type, state }: AccountObject): JsonObject | undefined {
  if (type !== 'ssm:parameter' || !('value' in state)) return undefined;
  const value = state.value as Json;
  return isObject(value) ? value : undefined;
}

function partsOf({ parts }: JsonObject): readonly JsonObject[] {
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}

function normalized(value: unknown): Json {
  if (typeof value === 'string') return IDS.reduce((text, [pattern, is]) => text.replaceAll(pattern, is), value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items = value.map(normalized);
    return items.every(isObject) ? [...sorted(items)] : items;
  }
  if (typeof value !== 'object') return null;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && !(field instanceof Date));
  return Object.fromEntries(fields.map(([key, field]) => [key, normalized(field)]));
}

function sorted(values: readonly Json[]): readonly Json[] {
  return values
    .map((value) => ({ value, text: canonicalJson(value) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ value }) => value);
}

/** What one account has that the other has not, in words; empty when they have the same shape. */
export function differences(expected: Shape, found: Shape): readonly string[] {
  const missing = without(expected, found).map((object) => ({ object, text: `missing: ${inWords(object)}` }));
  const extra = without(found, expected).map((object) => ({ object, text: `unexpected: ${inWords(object)}` }));
  return [...missing, ...extra].map(({ object, text }) => {
    const other = missing.some((one) => one.object === object) ? extra : missing;
    const twin = other.find((one) => inWords(one.object) === inWords(object));
    return twin === undefined ? text : `${text}: ${changed(object, twin.object).slice(0, 4).join(', ')}`;
  });
}

/** The objects of one side that the other side does not have; each counts as often as it is there. */
function without(objects: Shape, others: Shape): readonly Json[] {
  const left = others.map((other) => canonicalJson(other));
  return objects.filter((object) => {
    const index = left.indexOf(canonicalJson(object));
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

function inWords(object: Json): string {
  if (!isObject(object)) return canonicalJson(object);
  const { type, id } = object;
  return typeof type === 'string' && typeof id === 'string' ? `${type} ${id}` : canonicalJson(object);
}

/** Paths at which two values differ, with the value of the first. */
function changed(value: Json | undefined, other: Json | undefined, path = ''): readonly string[] {
  if (value !== undefined && other !== undefined && canonicalJson(value) === canonicalJson(other)) return [];
  const inside =
    (isObject(value) && isObject(other)) ||
    (Array.isArray(value) && Array.isArray(other) && value.length === other.length);
  if (!inside) return [`${path} is ${value === undefined ? 'absent' : canonicalJson(value).slice(0, 160)}`];
  const [one, two] = [value, other] as readonly [Readonly<Record<string, Json>>, Readonly<Record<string, Json>>];
  return [...new Set([...Object.keys(one), ...Object.keys(two)])].flatMap((key) =>
    changed(one[key], two[key], `${path}/${key}`),
  );
}

/**
 * Objects of the Application that nobody would find again: with its tags, but neither on record nor declared. Task
 * definitions are found by their family and tags, so that they need no record.
 */
export function orphans(
  objects: readonly AccountObject[],
  application: string,
  declared: readonly Ref[],
): readonly string[] {
  const recorded = new Set<string>();
  const problems: string[] = [];
  for (const object of objects) {
    const entry = recordIn(object);
    if (entry === undefined) continue;
    const { ref, pending } = entry;
    if (!declared.some((other) => other === ref)) problems.push(`on record and not declared: ${object.id}`);
    if (pending !== undefined) problems.push(`still on record as about to be created: ${object.id}`);
    for (const { id } of partsOf(entry)) if (typeof id === 'string') recorded.add(id);
  }
  for (const { type, id, tags, state } of objects) {
    // ECS forgets a task that has stopped by itself.
    const isOver = type === 'ecs:task' && 'lastStatus' in state && state.lastStatus === 'STOPPED';
    if (tags[OWNERSHIP_TAG.application] !== application || isOver) continue;
    const ref = tags[OWNERSHIP_TAG.resource] ?? '';
    if (!declared.some((other) => other === ref)) problems.push(`owned and not declared: ${type} ${id} of ${ref}`);
    else if (type !== 'ecs:task-definition' && !recorded.has(id))
      problems.push(`owned and not on record: ${type} ${id}`);
  }
  return problems;
}
