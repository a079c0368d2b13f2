import type { NormalizedSchema } from '@smithy/core/schema';
import type { Constraints } from './constraints.ts';
import { type Rule, rulesOf } from './rules.ts';
import type { StructureSchema } from './static-schema.ts';

/**
 * Checks inputs against the schema's required members and the model's constraints. The words are those of the
 * services' common validation layer: `1 validation error detected: Value 'x' at 'name' failed to satisfy constraint:
 * Member must ...`.
 */
export class Validator {
  private readonly constraints: Constraints;
  private readonly ownChecks: readonly string[];
  private readonly rules = new Map<string, readonly Rule[]>();

  /** `ownChecks` as in `Service.ownChecks`. */
  constructor(constraints: Constraints, ownChecks: readonly string[] = []) {
    this.constraints = constraints;
    this.ownChecks = ownChecks;
  }

  /** AWS's message about everything that is wrong with the input; undefined when nothing is. */
  check(schema: NormalizedSchema, input: object): string | undefined {
    const problems: string[] = [];
    this.checkStructure(schema, input as Record<string, unknown>, '', problems);
    if (problems.length === 0) return undefined;
    return `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`;
  }

  private checkStructure(
    schema: NormalizedSchema,
    value: Record<string, unknown>,
    prefix: string,
    problems: string[],
  ): void {
    const members = this.constraints.structures[schema.getName() ?? ''] ?? {};
    const required = requiredMembers(schema);
    for (const [name, member] of schema.structIterator()) {
      const path = prefix + name.charAt(0).toLowerCase() + name.slice(1);
      const memberValue = value[name];
      if (memberValue === undefined || memberValue === null) {
        if (required.includes(name)) problems.push(failed('null', path, 'Member must not be null'));
        continue;
      }
      const type = members[name];
      if (type !== undefined && !this.ownChecks.includes(type)) this.checkType(type, memberValue, path, problems);
      this.descend(member, memberValue, path, problems);
    }
  }

  /** Goes on to the structures inside of a member. */
  private descend(schema: NormalizedSchema, value: unknown, path: string, problems: string[]): void {
    if (schema.isStructSchema()) {
      this.checkStructure(schema, value as Record<string, unknown>, `${path}.`, problems);
    } else if (schema.isListSchema()) {
      const member = schema.getValueSchema();
      for (const [index, element] of (value as readonly unknown[]).entries()) {
        if (element !== null) this.descend(member, element, `${path}.${index + 1}.member`, problems);
      }
    } else if (schema.isMapSchema()) {
      const member = schema.getValueSchema();
      for (const [key, element] of Object.entries(value as object)) {
        if (element !== null) this.descend(member, element, `${path}.${key}.member`, problems);
      }
    }
  }

  private checkType(type: string, value: unknown, path: string, problems: string[]): void {
    for (const rule of this.rulesFor(type, value)) {
      if (rule.broken(value)) problems.push(failed(quoted(value), path, rule.words));
    }
    const { member, key, value: entry } = this.constraints.types[type] ?? {};
    if (member !== undefined && Array.isArray(value)) this.checkParts(member, value, value, path, problems);
    if (key !== undefined) this.checkParts(key, Object.keys(value as object), value, path, problems);
    if (entry !== undefined) this.checkParts(entry, Object.values(value as object), value, path, problems);
  }

  /** Plain elements of a list or map are reported on the whole, with all constraints that an element has. */
  private checkParts(type: string, parts: readonly unknown[], whole: unknown, path: string, problems: string[]): void {
    const rules = this.rulesFor(type, parts[0]);
    if (!parts.some((part) => rules.some((rule) => rule.broken(part)))) return;
    const words = rules.map((rule) => rule.words).join(', ');
    problems.push(failed(quoted(whole), path, `Member must satisfy constraint: [${words}]`));
  }

  private rulesFor(type: string, sample: unknown): readonly Rule[] {
    const numeric = typeof sample === 'number' || typeof sample === 'bigint';
    const key = `${type} ${numeric}`;
    const rules = this.rules.get(key) ?? rulesOf(this.constraints.types[type] ?? {}, numeric);
    this.rules.set(key, rules);
    return rules;
  }
}

/** Structure schemas name their required members first, and how many those are. */
function requiredMembers(schema: NormalizedSchema): readonly string[] {
  if (schema.isUnitSchema() || schema.isUnionSchema()) return [];
  const structure = schema.getSchema() as unknown as StructureSchema;
  return structure[4].slice(0, structure[6] ?? 0);
}

function failed(value: string, path: string, words: string): string {
  return `Value ${value} at '${path}' failed to satisfy constraint: ${words}`;
}

/** As Java prints values: `[a, b]`, `{k=v}`. */
function quoted(value: unknown): string {
  return `'${printed(value)}'`;
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}=${printed(entry)}`)
      .join(', ')}}`;
  }
  return String(value);
}
