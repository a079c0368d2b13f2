import type { NormalizedSchema } from '@smithy/core/schema';
import { sample, stringMatching } from 'fast-check';
import type { Constraints, TypeConstraints } from '../src/wire/constraints.ts';
import { expressionOf } from '../src/wire/rules.ts';

/** Characters that break careless XML, JSON and form writers. */
const awkward = 's<>&"\'é +%';

/** Makes values with every member set that satisfy the schema and the model's constraints. */
export class Samples {
  private readonly constraints: Constraints;
  /** By pattern and lengths: some take long to find. */
  private readonly strings = new Map<string, string>();

  constructor(constraints: Constraints) {
    this.constraints = constraints;
  }

  /** A full value; undefined where a structure would have to hold itself. */
  of(schema: NormalizedSchema, type?: string, path: readonly string[] = []): unknown {
    if (schema.isUnitSchema()) return {};
    const limits = this.constraints.types[type ?? ''] ?? {};
    if (schema.isStructSchema()) return this.structure(schema, path);
    if (schema.isListSchema()) return this.list(schema, limits, path);
    if (schema.isMapSchema()) return this.map(schema, limits, path);
    if (schema.isBooleanSchema()) return true;
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000);
    if (schema.isBlobSchema()) return new Uint8Array([1, 2, 255]);
    if (schema.isDocumentSchema()) return { document: 'é' };
    if (schema.isNumericSchema() || schema.isBigIntegerSchema()) return limits.min ?? Math.min(7, limits.max ?? 7);
    return this.string(limits);
  }

  private structure(schema: NormalizedSchema, path: readonly string[]): object | undefined {
    const name = schema.getName(true) ?? '';
    if (path.includes(name)) return undefined;
    const members = this.constraints.structures[schema.getName() ?? ''] ?? {};
    const full: Record<string, unknown> = {};
    for (const [member, memberSchema] of schema.structIterator()) {
      const value = this.of(memberSchema, members[member], [...path, name]);
      if (value !== undefined) full[member] = value;
      if (schema.isUnionSchema() && value !== undefined) break;
    }
    return full;
  }

  private list(schema: NormalizedSchema, limits: TypeConstraints, path: readonly string[]): unknown[] | undefined {
    const element = this.of(schema.getValueSchema(), limits.member, path);
    if (element === undefined) return undefined;
    const length = Math.max(limits.min ?? 0, Math.min(2, limits.max ?? 2));
    return Array.from({ length }, () => structuredClone(element));
  }

  private map(schema: NormalizedSchema, limits: TypeConstraints, path: readonly string[]): object | undefined {
    const value = this.of(schema.getValueSchema(), limits.value, path);
    if (value === undefined) return undefined;
    const key = this.string(this.constraints.types[limits.key ?? ''] ?? {});
    const second = this.constraints.types[limits.key ?? '']?.enum?.[0] ?? `${key}2`;
    return limits.max === 1 ? { [key]: value } : { [key]: value, [second]: structuredClone(value) };
  }

  private string({ min = 0, max = Number.POSITIVE_INFINITY, pattern, enum: allowed }: TypeConstraints): string {
    if (allowed) return allowed.at(-1) ?? '';
    if (pattern === undefined) return awkward.padEnd(min, 'x').slice(0, Math.max(min, Math.min(awkward.length, max)));
    const key = `${min} ${max} ${pattern}`;
    const found = this.strings.get(key) ?? sampleOfPattern(pattern, min, max);
    this.strings.set(key, found);
    return found;
  }
}

function sampleOfPattern(pattern: string, min: number, max: number): string {
  const fits = (text: string): boolean => text.length >= min && text.length <= max;
  const words = ['a', 'A', 'A1', 'arn:aws:iam::123456789012:role/a', '1', 'x', '/a/', 'o-a123456789/r-a123'];
  const plain = words.flatMap((text) => [text.padEnd(min, 'a'), text.padEnd(min, text.at(-1))]);
  const expression = expressionOf(pattern);
  const found = plain.find((text) => fits(text) && expression.test(text));
  if (found !== undefined) return found;
  // fast-check makes strings for no case-insensitive expression; what it makes without the flag fits with it.
  const sensitive = new RegExp(expression.source, expression.flags.replace('i', ''));
  const arbitrary = stringMatching(sensitive, { size: 'small' }).filter((text) => fits(text) && !/\s/.test(text));
  return sample(arbitrary, { seed: 1, numRuns: 1 })[0] ?? '';
}
