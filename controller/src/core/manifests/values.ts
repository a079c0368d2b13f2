import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Json } from '../json.ts';
import { below } from '../pointer.ts';
import type { Limits } from './limits.ts';
import { remarkOn } from './placeholders.ts';
import { isMergeKey, keyText, mergeSources, startOf } from './places.ts';
import { type ParameterValue, substitute, type Variables } from './variables.ts';
import type { YamlDocument } from './yaml.ts';

/** Something about a value, by JSON pointer and by place in the text. */
interface Remark {
  readonly pointer: string;
  readonly offset: number;
  readonly message: string;
}

/** A document as plain data. */
export interface DocumentValue {
  /**
   * Explicit nulls in mappings are gone: null means "not set". Nothing else is changed but variables.
   * Undefined: the document is too large to be read.
   */
  readonly value: Json | undefined;
  /** By pointer: strings that were one variable and nothing else. */
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** Pointers of strings that hold variables whose values are not known here. */
  readonly open: ReadonlySet<string>;
  readonly problems: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** Plain data of a document without syntax errors, with variables put in. */
export function readValue(
  document: YamlDocument,
  variables: Variables,
  limits: Limits,
  lineAt: (offset: number) => number,
): DocumentValue {
  return new ValueReader(document, variables, limits, lineAt).read();
}

/** Thrown inside of the reader alone, when aliases expand beyond the limit: nothing after it can be right. */
class TooManyValues extends Error {}

/** Words that YAML 1.1, and so kubectl, reads as booleans, and YAML 1.2 as text. */
const boolean11 = /^(y|n|yes|no|on|off)$/i;
const octal11 = /^[-+]?0[0-7]+$/;

class ValueReader {
  readonly #document: YamlDocument;
  readonly #variables: Variables;
  readonly #limits: Limits;
  readonly #lineAt: (offset: number) => number;
  readonly #parameters = new Map<string, ParameterValue>();
  readonly #open = new Set<string>();
  readonly #problems: Remark[] = [];
  readonly #warnings: Remark[] = [];
  readonly #expanding = new Set<unknown>();
  #count = 0;

  constructor(document: YamlDocument, variables: Variables, limits: Limits, lineAt: (offset: number) => number) {
    this.#document = document;
    this.#variables = variables;
    this.#limits = limits;
    this.#lineAt = lineAt;
  }

  read(): DocumentValue {
    let value: Json | undefined;
    try {
      value = this.#value(this.#document.contents, '') ?? null;
    } catch (error) {
      if (!(error instanceof TooManyValues)) throw error;
      this.#problem('', this.#document.contents, `its aliases expand to more than ${this.#limits.values} values`);
    }
    return {
      value,
      parameters: this.#parameters,
      open: this.#open,
      problems: this.#problems,
      warnings: this.#warnings,
    };
  }

  /** Undefined: there is none, and what is wrong has been said. */
  #value(node: unknown, pointer: string): Json | undefined {
    this.#count += 1;
    if (this.#count > this.#limits.values) throw new TooManyValues();
    if (isAlias(node)) {
      const target = this.#document.resolve(node);
      if (target === undefined) {
        this.#problem(pointer, node, `found *${node.source}, but nothing is named &${node.source} before it`);
        return undefined;
      }
      return this.#guarded(target, pointer, node);
    }
    if (isMap(node)) return this.#guarded(node, pointer, node);
    if (isSeq(node)) return this.#guarded(node, pointer, node);
    return isScalar(node) ? this.#scalar(node, pointer) : null;
  }

  /** A mapping or list, unless we are inside of it: an alias may name a node that holds it. */
  #guarded(node: unknown, pointer: string, place: unknown): Json | undefined {
    if (isScalar(node)) return this.#scalar(node, pointer);
    if (this.#expanding.has(node)) {
      this.#problem(pointer, place, 'this alias names a value that it is a part of');
      return undefined;
    }
    this.#expanding.add(node);
    try {
      if (isMap(node)) return this.#mapping(node, pointer);
      if (!isSeq(node)) return undefined;
      return node.items.map((item, index) => this.#value(item, below(pointer, index)) ?? null);
    } finally {
      this.#expanding.delete(node);
    }
  }

  #mapping(map: YAMLMap, pointer: string): Json {
    const entries = new Map<string, Json>();
    const first = new Map<string, unknown>();
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) continue;
      const key = this.#key(pair, pointer);
      if (key === undefined) continue;
      if (first.has(key)) {
        const line = this.#lineAt(this.#offset(first.get(key)));
        this.#problem(below(pointer, key), pair.key, `the key "${key}" is here twice (first in line ${line})`);
        continue;
      }
      first.set(key, pair.key);
      const value = this.#value(pair.value, below(pointer, key));
      if (value !== undefined && value !== null) entries.set(key, value);
    }
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) this.#merge(pair, pointer, entries, first);
    }
    return Object.fromEntries(entries);
  }

  #merge(pair: Pair, pointer: string, entries: Map<string, Json>, own: ReadonlyMap<string, unknown>): void {
    for (const source of mergeSources(this.#document, pair.value)) {
      if (!isMap(source)) {
        this.#problem(below(pointer, '<<'), pair.key, '<< takes a mapping or a list of mappings, by alias');
        continue;
      }
      const merged = this.#guarded(source, pointer, pair.key);
      for (const [key, value] of Object.entries(merged ?? {})) {
        // An explicit null among the mapping's own keys takes the merged field away.
        if (!own.has(key) && !entries.has(key)) entries.set(key, value);
      }
    }
  }

  #key(pair: Pair, pointer: string): string | undefined {
    const key = keyText(pair.key);
    if (key === undefined) {
      const message = isTemplate(pair.key)
        ? 'found {{ }}, which YAML reads as a mapping: this looks like a template that has not been rendered'
        : 'found a key that is not a word, expected a field name';
      this.#problem(pointer, pair.key ?? pair.value, message);
      return undefined;
    }
    if (key === '__proto__') {
      this.#problem(below(pointer, key), pair.key, 'found the key "__proto__", which no manifest may have');
      return undefined;
    }
    if (isScalar(pair.key) && pair.key.type === 'PLAIN' && boolean11.test(key)) {
      this.#warn(
        below(pointer, key),
        pair.key,
        `the key ${key} is the text "${key}" here, and a boolean to kubectl: put it in quotes`,
      );
    }
    return key;
  }

  #scalar(node: Scalar, pointer: string): Json {
    const { value } = node;
    const source = node.source ?? '';
    if (typeof value === 'string') {
      if (node.type === 'PLAIN' && boolean11.test(value)) {
        this.#warn(
          pointer,
          node,
          `${value} is the text "${value}" here, and a boolean to kubectl: put it in quotes, or write ${truth(value)}`,
        );
      }
      return this.#text(node, value, pointer);
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) this.#problem(pointer, node, `found ${source}, expected a number that JSON has`);
      else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        this.#problem(
          pointer,
          node,
          `found ${source}, which is too large for an exact number: put it in quotes if it is a text`,
        );
      } else if (octal11.test(source)) {
        this.#warn(
          pointer,
          node,
          `${source} is the number ${value} here, and an octal one to kubectl: put it in quotes if it is a text`,
        );
      }
      return value;
    }
    return typeof value === 'boolean' ? value : null;
  }

  #text(node: Scalar, text: string, pointer: string): string {
    const remark = remarkOn(text);
    if (remark !== undefined) this.#warn(pointer, node, `found ${JSON.stringify(text)}: ${remark}`);
    const result = substitute(text, this.#variables);
    for (const message of result.problems) this.#problem(pointer, node, message);
    if (result.whole !== undefined) this.#parameters.set(pointer, result.whole);
    if (result.open) this.#open.add(pointer);
    return result.text;
  }

  #offset(node: unknown): number {
    return startOf(node) ?? this.#document.offset;
  }

  #problem(pointer: string, node: unknown, message: string): void {
    this.#problems.push({ pointer, offset: this.#offset(node), message });
  }

  #warn(pointer: string, node: unknown, message: string): void {
    this.#warnings.push({ pointer, offset: this.#offset(node), message });
  }
}

/** `{{ name }}` without quotes: a mapping whose key is a mapping. */
function isTemplate(key: unknown): boolean {
  return isMap(key) && key.flow === true;
}

function truth(word: string): boolean {
  return /^(y|yes|on)$/i.test(word);
}
