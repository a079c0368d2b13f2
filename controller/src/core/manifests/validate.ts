import { mayHoldExpressions, parseExpressions } from '../expressions.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { below } from '../pointer.ts';
import { didYouMean } from '../suggest.ts';
import { compileRules, type RuleChecker } from './cel.ts';
import { describe, type Violation } from './messages.ts';
import { METADATA, specSchemaOf } from './schemas.ts';
import { compileSchema, type Validator } from './validator.ts';

const sections = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

interface Compiled {
  readonly schema: Validator;
  readonly rules: RuleChecker;
}

/** Checks manifests against the schema and the rules of their kind, compiled when a kind is first seen. */
export class SpecValidators {
  readonly #byKind = new Map<string, Compiled>();
  #metadata: Validator | undefined;

  /**
   * Everything that is wrong below the top of a manifest. `isOpen` tells of a pointer whether its text holds a variable
   * that is not known here.
   */
  check(kind: string, manifest: JsonObject, isOpen: (pointer: string) => boolean): readonly Violation[] {
    const found: Violation[] = [];
    for (const key of Object.keys(manifest)) {
      if (sections.includes(key)) continue;
      const hint = didYouMean(key, sections) || ', expected one of apiVersion, kind, metadata, spec';
      found.push({ pointer: below('', key), part: 'key', message: `unknown field "${key}"${hint}`, fields: true });
    }
    found.push(...this.#section('metadata', manifest.metadata, (value) => this.#checkMetadata(value, isOpen)));
    found.push(...this.#section('spec', manifest.spec, (value) => this.#checkSpec(kind, value, isOpen)));
    return found;
  }

  #section(name: string, value: Json | undefined, check: (value: Json) => readonly Violation[]): readonly Violation[] {
    if (value === undefined) {
      return [{ pointer: '', part: 'value', message: `the field "${name}" is missing`, fields: true }];
    }
    return check(value).map((violation) => ({ ...violation, pointer: `/${name}${violation.pointer}` }));
  }

  #checkMetadata(value: Json, isOpen: (pointer: string) => boolean): readonly Violation[] {
    this.#metadata ??= compileSchema(METADATA);
    return [...this.#metadata(value, (pointer) => isOpen(`/metadata${pointer}`)), ...referencesIn(value, '')];
  }

  #checkSpec(kind: string, value: Json, isOpen: (pointer: string) => boolean): readonly Violation[] {
    const { schema, rules } = this.#compiled(kind);
    const violations = schema(value, (pointer) => isOpen(`/spec${pointer}`));
    const incomplete = new Set(violations.filter(({ fields }) => fields).map(holderOf));
    const wrongShape = violations.some(({ pointer, fields }) => pointer === '' && !fields);
    const broken = wrongShape ? [] : rules(value);
    return [
      ...violations,
      ...broken
        .filter(({ pointer, object }) => !incomplete.has(pointer) && !hasOpenField(object, `/spec${pointer}`, isOpen))
        .map(({ pointer, message }): Violation => ({ pointer, part: 'value', message, fields: false })),
    ];
  }

  #compiled(kind: string): Compiled {
    let compiled = this.#byKind.get(kind);
    if (compiled === undefined) {
      const schema = specSchemaOf(kind) ?? {};
      compiled = { schema: compileSchema(schema), rules: compileRules(schema) };
      this.#byKind.set(kind, compiled);
    }
    return compiled;
  }
}

/** The object whose fields are missing or unknown. */
function holderOf({ pointer, part }: Violation): string {
  return part === 'key' ? pointer.slice(0, pointer.lastIndexOf('/')) : pointer;
}

/** Nothing can be said of a rule while a field that it may read is not known. */
function hasOpenField(object: Json, pointer: string, isOpen: (pointer: string) => boolean): boolean {
  return isObject(object) && Object.keys(object).some((key) => isOpen(below(pointer, key)));
}

/** References are resolved in the spec only. */
function referencesIn(value: Json, pointer: string): readonly Violation[] {
  if (typeof value === 'string') {
    if (!mayHoldExpressions(value)) return [];
    const reference = parseExpressions(value).find((piece) => piece.kind === 'reference');
    if (reference === undefined) return [];
    return [
      { pointer, part: 'value', message: `found ${describe(value)}: references can stand in spec only`, fields: false },
    ];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => referencesIn(member, below(pointer, key)));
}
