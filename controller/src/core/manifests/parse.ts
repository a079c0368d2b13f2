import type { Problem } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { API_VERSION, type Manifest, type Position } from '../manifest.ts';
import { checkAnnotations } from './annotate.ts';
import { checkArns } from './arns.ts';
import { coerceParameters } from './coerce.ts';
import { Faults } from './faults.ts';
import { checkHeader } from './header.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { describe } from './messages.ts';
import { locator, type Locator } from './locate.ts';
import { inOrder, Report, withoutPlacesOf } from './report.ts';
import { decode } from './text.ts';
import { SpecValidators } from './validate.ts';
import { type DocumentValue, readValue } from './values.ts';
import type { Variables } from './variables.ts';
import { readYaml, syntaxProblems, type YamlDocument, type YamlFile } from './yaml.ts';

/** How manifests are read. */
export interface ParseOptions {
  /** What `${param.x}`, `${app.x}` and `${aws.x}` stand for. What is absent stays as it is written. */
  readonly variables?: Variables;
  readonly limits?: Partial<Limits>;
}

/** What the files hold, and everything that is wrong with them. */
export interface ParsedManifests {
  /** The valid ones, in the order of their files and places. */
  readonly manifests: readonly Manifest[];
  /** In the order of files and lines. Empty: every document is a valid manifest. */
  readonly problems: readonly Problem[];
  /** Valid, but probably not what is meant. */
  readonly warnings: readonly Problem[];
}

/**
 * Reads YAML and JSON files as manifests: many documents in a file, `kind: List`, variables put in, schema and rules
 * checked. Pure and total: whatever the bytes are, what is wrong is a problem with its place, all of them at once.
 * References (`${Kind/name:output}`) and escapes (`$${`) stay as they are written.
 */
export function parseManifests(files: ReadonlyMap<string, Uint8Array>, options: ParseOptions = {}): ParsedManifests {
  const reader = new ManifestReader(options.variables ?? {}, { ...DEFAULT_LIMITS, ...options.limits });
  for (const file of [...files.keys()].toSorted()) reader.read(file, files.get(file) ?? new Uint8Array());
  return reader.result();
}

/** Compiled once for all calls: schemas are constants, so what they compile to is one as well. */
const validators = new SpecValidators();

/** One value that claims to be a manifest: a document, or an item of a list. */
interface Candidate {
  readonly value: Json;
  /** Where it stands in its document: `` or `/items/3`. */
  readonly base: string;
  readonly document: DocumentValue;
  readonly faults: Faults;
  readonly locate: Locator;
}

class ManifestReader {
  readonly #variables: Variables;
  readonly #limits: Limits;
  readonly #report = new Report();
  readonly #manifests: Manifest[] = [];
  readonly #seen = new Map<string, Position>();
  #bytes = 0;
  #documents = 0;

  constructor(variables: Variables, limits: Limits) {
    this.#variables = variables;
    this.#limits = limits;
  }

  result(): ParsedManifests {
    return {
      manifests: this.#manifests,
      problems: inOrder(this.#report.problems),
      warnings: inOrder(withoutPlacesOf(this.#report.warnings, this.#report.problems)),
    };
  }

  read(file: string, bytes: Uint8Array): void {
    const start = { file, line: 1, column: 1 };
    this.#bytes += bytes.length;
    if (bytes.length > this.#limits.fileBytes) {
      this.#report.problem(
        start,
        '',
        `found ${bytes.length} bytes, expected at most ${this.#limits.fileBytes} in a file`,
      );
      return;
    }
    if (this.#bytes > this.#limits.totalBytes) {
      this.#report.problem(start, '', `the files up to this one have more than ${this.#limits.totalBytes} bytes`);
      return;
    }
    const decoded = decode(bytes);
    if ('error' in decoded) {
      this.#report.problem({ file, line: decoded.line, column: decoded.column }, '', decoded.error);
      return;
    }
    const { text } = decoded;
    const yaml = readYaml(file, text, this.#limits);
    if (yaml.refused !== undefined) {
      this.#report.problem(yaml.at(yaml.refused.offset), '', yaml.refused.message);
      return;
    }
    const limits = this.#limits;
    const open = () => readYaml(file, text, limits);
    for (const [index, document] of yaml.documents.entries()) {
      if (!this.#readDocument(yaml, document, text, locator(yaml, open, index))) return;
    }
  }

  /** False: the limit is reached. */
  #readDocument(yaml: YamlFile, document: YamlDocument, text: string, locate: Locator): boolean {
    const syntax = syntaxProblems(document, text);
    for (const { offset, message } of syntax) this.#report.problem(yaml.at(offset), '', message);
    if (syntax.length > 0 || document.isEmpty) return this.#count(locate);
    const value = readValue(document, this.#variables, this.#limits, (offset) => yaml.at(offset).line);
    for (const { pointer, offset, message } of value.problems) this.#report.problem(yaml.at(offset), pointer, message);
    for (const { pointer, offset, message } of value.warnings) this.#report.warning(yaml.at(offset), pointer, message);
    if (value.value === undefined) return this.#count(locate);
    const faults = new Faults(value.problems.map(({ pointer }) => pointer));
    return this.#readCandidate({ value: value.value, base: '', document: value, faults, locate });
  }

  #count(locate: Locator): boolean {
    this.#documents += 1;
    if (this.#documents <= this.#limits.documents) return true;
    this.#report.problem(locate('', 'value'), '', `found more than ${this.#limits.documents} documents`);
    return false;
  }

  #readCandidate(candidate: Candidate): boolean {
    if (!this.#count(candidate.locate)) return false;
    const { value, base, locate } = candidate;
    if (!isObject(value)) {
      const expected = 'expected a manifest: a mapping with apiVersion, kind, metadata and spec';
      this.#report.problem(locate(base, 'value'), base, `found ${describe(value)}, ${expected}`);
      return true;
    }
    if (value.kind === 'List' && (value.apiVersion === undefined || value.apiVersion === 'v1')) {
      return this.#readList(candidate, value);
    }
    this.#readManifest(candidate, value);
    return true;
  }

  #readList(candidate: Candidate, list: JsonObject): boolean {
    const items = list.items ?? [];
    if (!Array.isArray(items)) {
      const at = `${candidate.base}/items`;
      this.#report.problem(candidate.locate(at, 'value'), at, `found ${describe(items)}, expected a list`);
      return true;
    }
    return items.every((item: Json, index) =>
      this.#readCandidate({ ...candidate, value: item, base: `${candidate.base}/items/${index}` }),
    );
  }

  #readManifest(candidate: Candidate, value: JsonObject): void {
    const { base, document, faults } = candidate;
    const problemsBefore = this.#report.problems.length;
    const locate: Locator = (pointer, part) => candidate.locate(`${base}${pointer}`, part);
    const problem = (pointer: string, message: string, part: 'key' | 'value' = 'value') =>
      this.#report.problem(locate(pointer, part), `${base}${pointer}`, message);
    const kind = checkHeader(value, problem);
    if (kind === undefined) return;
    const isOpen = (pointer: string) => document.open.has(`${base}${pointer}`);
    const typed = coerceParameters(kind, value, (pointer) => document.parameters.get(`${base}${pointer}`));
    for (const { pointer, part, message } of validators.check(kind, typed, isOpen)) {
      // What could not be read is not looked at any closer.
      if (!faults.at(`${base}${pointer}`)) problem(pointer, message, part);
    }
    checkAnnotations(typed.metadata, (pointer, message) =>
      this.#report.warning(locate(pointer, 'key'), `${base}${pointer}`, message),
    );
    checkArns(typed.spec, (pointer, message) =>
      this.#report.warning(locate(pointer, 'value'), `${base}${pointer}`, message),
    );
    if (value.status !== undefined) {
      const message = 'status is what Longshore reports; in a file it is not read';
      this.#report.warning(locate('/status', 'key'), `${base}/status`, message);
    }
    if (!isNamed(typed.metadata)) return;
    const { name, labels, annotations } = typed.metadata;
    if (this.#isDuplicate(`${kind}/${name}`, locate('/metadata/name', 'value'), base)) return;
    if (faults.within(base) || this.#report.problems.length > problemsBefore) return;
    this.#manifests.push({
      apiVersion: API_VERSION,
      kind,
      metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
      spec: isObject(typed.spec) ? typed.spec : {},
      positionOf: positionsIn(candidate.locate, base),
    });
  }

  #isDuplicate(ref: string, at: Position, base: string): boolean {
    const first = this.#seen.get(ref);
    if (first === undefined) {
      this.#seen.set(ref, at);
      return false;
    }
    const place = `${first.file}:${first.line}:${first.column}`;
    this.#report.problem(at, `${base}/metadata/name`, `${ref} is here twice (first at ${place})`);
    return true;
  }
}

/** A function of its own, so that it keeps nothing alive but what it needs. */
function positionsIn(locate: Locator, base: string): Manifest['positionOf'] {
  // The place of the whole is asked for on every plan, those of fields seldom.
  const whole = locate(base, 'value');
  return (pointer) => (pointer === '' ? whole : locate(`${base}${pointer}`, 'value'));
}

interface Named {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** True for metadata with a name; the rest has been checked by its schema where a manifest is made of it. */
function isNamed(metadata: unknown): metadata is Named {
  return isObject(metadata) && typeof metadata.name === 'string';
}
