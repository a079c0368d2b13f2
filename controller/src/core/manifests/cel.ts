import { Environment } from '@marcbachmann/cel-js';
import { isObject, type Json } from '../json.ts';
import { below } from '../pointer.ts';
import type { CelRule, Schema } from './schema.ts';

/** A rule that does not hold. */
interface BrokenRule {
  /** JSON pointer of the object that the rule is about, or of the field that it names. */
  readonly pointer: string;
  readonly message: string;
  /** The object that the rule is about. */
  readonly object: Json;
}

/** Evaluates the CEL rules of a schema the way Kubernetes' API server does: on values with their defaults. */
export type RuleChecker = (value: Json) => readonly BrokenRule[];

/**
 * A checker of all rules in a schema. Each rule is compiled when it is first needed.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
export function compileRules(schema: Schema): RuleChecker {
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  const compiled = new Map<string, (context: { self: unknown }) => unknown>();
  const holds = ({ rule }: CelRule, self: unknown): boolean => {
    let evaluate = compiled.get(rule);
    if (evaluate === undefined) {
      evaluate = environment.parse(rule);
      compiled.set(rule, evaluate);
    }
    try {
      return evaluate({ self }) === true;
    } catch {
      // A rule that reads what is missing or of another type does not hold; the schema has said more of it.
      return false;
    }
  };
  const check = (at: Schema, value: Json, pointer: string, broken: BrokenRule[]): void => {
    const rules = at['x-kubernetes-validations'] ?? [];
    if (rules.length > 0) {
      const self = toCel(at, value);
      for (const rule of rules) {
        if (holds(rule, self)) continue;
        const field = (rule.fieldPath ?? '').replaceAll('.', '/');
        broken.push({ pointer: `${pointer}${field}`, message: rule.message, object: value });
      }
    }
    for (const [key, child, part] of children(at, value)) check(part, child, below(pointer, key), broken);
  };
  return (value) => {
    const broken: BrokenRule[] = [];
    check(schema, withDefaults(schema, value), '', broken);
    return broken;
  };
}

/** The value with the defaults of its schema put in, as Kubernetes' API server stores it. */
function withDefaults(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => withDefaults(items, item));
  }
  if (!isObject(value)) return value;
  const filled: Record<string, Json> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, name) && property.default !== undefined) filled[name] = property.default;
  }
  for (const [name, member] of Object.entries(value)) {
    const property = memberSchema(schema, name);
    filled[name] = property === undefined ? member : withDefaults(property, member);
  }
  return filled;
}

function children(schema: Schema, value: Json): readonly (readonly [string | number, Json, Schema])[] {
  const { items } = schema;
  if (Array.isArray(value)) return items === undefined ? [] : value.map((item, index) => [index, item, items] as const);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const property = memberSchema(schema, name);
    return property === undefined ? [] : [[name, member, property] as const];
  });
}

function memberSchema(schema: Schema, name: string): Schema | undefined {
  const { properties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return schema.additionalProperties;
}

/** JavaScript has one kind of number, CEL two: whole ones become BigInt by what the schema says. */
function toCel(schema: Schema, value: Json): unknown {
  if (typeof value === 'number') {
    const whole = schema.type === 'integer' || schema['x-kubernetes-int-or-string'] === true;
    return whole && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => (schema.items === undefined ? item : toCel(schema.items, item)));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const property = memberSchema(schema, name);
      const key = schema.properties === undefined ? name : escapeField(name);
      return [key, property === undefined ? member : toCel(property, member)];
    }),
  );
}

/** Words that CEL keeps for itself. */
export const CEL_RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** The name by which a rule reads a field: `self.__namespace__`, `self.idle_timeout__dot__seconds`. */
export function escapeField(name: string): string {
  if (CEL_RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}
