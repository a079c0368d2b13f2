import { Environment } from '@marcbachmann/cel-js';
import { CEL_RESERVED, escapeField } from '../../controller/src/core/manifests/cel.ts';
import type { Schema } from '../../controller/src/core/manifests/schema.ts';
import { below } from '../../controller/src/core/pointer.ts';
import type { SchemaError } from './structural.ts';

/**
 * Checks the CEL rules of a schema as Kubernetes' API server does: they compile, read only what is there, give a
 * boolean, and their cost has a bound.
 */
export function checkRules(schema: Schema, path: string, errors: SchemaError[]): void {
  checkBelow(schema, path, undefined, errors);
}

/** `unbounded`: the nearest list or map above whose size nothing limits. */
function checkBelow(schema: Schema, path: string, unbounded: string | undefined, errors: SchemaError[]): void {
  for (const { rule } of schema['x-kubernetes-validations'] ?? []) {
    const wrong = typeError(rule, schema) ?? costError(rule, schema, unbounded);
    if (wrong !== undefined) errors.push({ path, message: `the rule ${rule} is not right: ${wrong}` });
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    checkBelow(property, below(path, name), unbounded, errors);
  }
  const { items, additionalProperties } = schema;
  if (items !== undefined) checkBelow(items, `${path}/*`, schema.maxItems === undefined ? path : unbounded, errors);
  if (additionalProperties !== undefined) {
    checkBelow(additionalProperties, `${path}/*`, schema.maxProperties === undefined ? path : unbounded, errors);
  }
}

/** What is wrong with a rule's types; undefined when it is a condition about fields that exist. */
function typeError(rule: string, schema: Schema): string | undefined {
  const types = new Types();
  const environment = types.environment(schema);
  const result = environment.check(rule);
  if (!result.valid) return result.error?.message.split('\n')[0] ?? 'does not compile';
  if (result.type !== 'bool') return `gives ${String(result.type)}, expected a boolean`;
  // has(self.x) compiles whether there is an x or not.
  for (const [, selection = ''] of rule.matchAll(/\bhas\((self(?:\.\w+)+)\)/g)) {
    const field = schema.properties?.[selection.slice('self.'.length)];
    // A guard for a comparison is right either way.
    const onlyGuards = rule.split(selection).length - 1 > rule.split(`has(${selection})`).length - 1;
    if (field?.default !== undefined && !onlyGuards) {
      return `has(${selection}) always holds: Kubernetes puts the field's @default in first`;
    }
    const selected = environment.check(selection);
    if (!selected.valid) return `${selection}: ${selected.error?.message.split('\n')[0] ?? 'unknown field'}`;
  }
  return undefined;
}

/**
 * Kubernetes estimates what a rule costs from the bounds of lists, maps and texts, and refuses the CRD when there are
 * none. What only compares and asks for presence is cheap enough anywhere; what iterates or reads texts is not.
 */
function costError(rule: string, schema: Schema, unbounded: string | undefined): string | undefined {
  const call =
    /\.(all|exists|exists_one|filter|map|matches|contains|startsWith|endsWith|size|split|replace)\(|\[has/.exec(rule);
  if (call === null) return undefined;
  if (unbounded !== undefined) {
    return `iterates for each item of ${unbounded}, which may have any number of them: set @maxItems there, or compare without lists`;
  }
  for (const [, name = ''] of rule.matchAll(/\bself\.(\w+)\.(?:all|exists|exists_one|filter|map)\(/g)) {
    const property = schema.properties?.[name];
    if (property?.items !== undefined && property.maxItems === undefined)
      return `iterates over ${name}: set @maxItems there`;
  }
  for (const [, name = ''] of rule.matchAll(
    /\bself\.(\w+)\.(?:matches|contains|startsWith|endsWith|split|replace)\(/g,
  )) {
    const property = schema.properties?.[name];
    const limit = property?.maxLength ?? property?.anyOf?.[0]?.maxLength;
    if (property?.type === 'string' && limit === undefined) return `reads the text of ${name}: set @maxLength there`;
  }
  return undefined;
}

/** CEL types of schemas. */
class Types {
  readonly #environment = new Environment();
  #count = 0;

  environment(schema: Schema): Environment {
    this.#environment.registerVariable('self', this.#typeOf(schema));
    return this.#environment;
  }

  #typeOf(schema: Schema): string {
    if (schema['x-kubernetes-int-or-string'] === true) return 'dyn';
    switch (schema.type) {
      case 'integer':
        return 'int';
      case 'number':
        return 'double';
      case 'boolean':
        return 'bool';
      case 'string':
        return 'string';
      case 'array':
        return `list<${this.#typeOf(schema.items ?? {})}>`;
      case 'object':
        return schema.properties === undefined
          ? `map<string, ${this.#typeOf(schema.additionalProperties ?? {})}>`
          : this.#register(schema.properties);
      default:
        return 'dyn';
    }
  }

  #register(properties: Readonly<Record<string, Schema>>): string {
    this.#count += 1;
    const name = `T${this.#count}`;
    const fields = Object.entries(properties).map(([field, property]) => [escapeField(field), this.#typeOf(property)]);
    this.#environment.registerType(name, { fields: Object.fromEntries(fields) });
    return name;
  }
}

/**
 * A rule as Kubernetes wants it: fields whose names CEL keeps for itself are written `self.__namespace__`. Types in
 * controller/src/api may name them as they are.
 */
export function escapeRule(rule: string): string {
  // Texts in quotes stay.
  return rule.replace(/'[^']*'|"[^"]*"|\.([a-z]+)\b(?!\()/g, (match: string, name: string | undefined) =>
    name !== undefined && CEL_RESERVED.has(name) ? `.${escapeField(name)}` : match,
  );
}
