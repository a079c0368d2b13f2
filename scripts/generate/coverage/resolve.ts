import type { StaticOperationSchema } from '@smithy/types';
import type { Schema } from '../../../controller/src/core/manifests/schema.ts';
import { membersOf } from './members.ts';
import type { OperationCoverage, ServiceCoverage } from './model.ts';

/** A member of an operation's input, with its places in our kinds or the reason why it has none. */
export interface CoveredMember {
  readonly member: string;
  readonly places: readonly string[];
  readonly reason?: string;
}

/** All members of one operation. */
export interface CoveredOperation {
  readonly operation: string;
  readonly members: readonly CoveredMember[];
}

/** What a mapping comes to, and what is wrong with it. */
export interface Coverage {
  readonly operations: readonly CoveredOperation[];
  /** Sentences: members that nothing is said of, keys for members that are gone, places that no kind has. */
  readonly problems: readonly string[];
}

/** The members of every operation of a service, each with its place or reason, checked against the schemas of our kinds. */
export function coverageOf({ sdk, operations }: ServiceCoverage, kinds: Readonly<Record<string, Schema>>): Coverage {
  const problems: string[] = [];
  const covered = operations.map((mapping) => {
    const members = membersOf(operationSchema(sdk, mapping.operation));
    return { operation: mapping.operation, members: coverMembers(mapping, members, kinds, problems) };
  });
  return { operations: covered, problems };
}

/** As `coverageOf`, for one operation whose members are known. Adds what is wrong to `problems`. */
export function coverMembers(
  mapping: OperationCoverage,
  members: readonly string[],
  kinds: Readonly<Record<string, Schema>>,
  problems: string[],
): readonly CoveredMember[] {
  const { operation, places, reasons } = mapping;
  const keys = [...Object.keys(places), ...Object.keys(reasons)];
  const unused = new Set(keys);
  for (const key of Object.keys(places)) {
    if (Object.hasOwn(reasons, key)) problems.push(`${operation} ${key}: has both a place and a reason`);
  }
  const covered = members.map((member): CoveredMember => {
    const key = keyFor(member, keys);
    if (key === undefined) {
      problems.push(`${operation} ${member}: neither placed nor explained`);
      return { member, places: [] };
    }
    unused.delete(key);
    const reason = reasons[key];
    if (reason !== undefined) return { member, places: [], reason };
    const found = [places[key] ?? []].flat().map((place) => placeOf(place, key, member));
    for (const place of found) {
      if (!exists(place, kinds)) problems.push(`${operation} ${member}: ${place} is in no schema`);
    }
    return { member, places: found };
  });
  for (const key of unused) problems.push(`${operation} ${key}: AWS has no such member`);
  return covered;
}

function operationSchema(sdk: ServiceCoverage['sdk'], operation: string): StaticOperationSchema {
  const schema = sdk[`${operation}$`];
  if (!Array.isArray(schema)) throw new Error(`the installed SDK has no schema of ${operation}`);
  return schema as unknown as StaticOperationSchema;
}

/** The member itself, else the longest subtree that it is in. */
function keyFor(member: string, keys: readonly string[]): string | undefined {
  const fitting = keys.filter((key) => key === member || (key.endsWith('.*') && member.startsWith(key.slice(0, -1))));
  return fitting.includes(member) ? member : fitting.toSorted((a, b) => b.length - a.length)[0];
}

function placeOf(place: string, key: string, member: string): string {
  return key.endsWith('.*') ? `${place.slice(0, -1)}${member.slice(key.length - 1)}` : place;
}

/** Whether the schema of the kind has that place: `Service.spec.task.containers[].image`. */
function exists(place: string, kinds: Readonly<Record<string, Schema>>): boolean {
  const [kind = '', ...path] = place.split('.');
  let at = kinds[kind];
  for (const step of path) {
    const name = step.replace(/\[\]$/, '');
    at = at?.properties?.[name];
    if (step.endsWith('[]')) at = at?.items;
  }
  return at !== undefined;
}
