import type { Outputs, Unknown } from './driver.ts';
import type { Problem } from './errors.ts';
import { mayHoldExpressions, parseExpressions, type Reference } from './expressions.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { refOf, splitRef, type Manifest, type Ref } from './manifest.ts';
import { below } from './pointer.ts';
import { didYouMean } from './suggest.ts';

/** A `${Kind/name:output}` and the string of the spec that holds it. */
export interface PlacedReference extends Reference {
  /** JSON pointer into the spec. */
  readonly path: string;
}

/** Every `${Kind/name:output}` of a spec, in document order. */
export function referencesIn(spec: Json): readonly PlacedReference[] {
  return stringsIn(spec).flatMap(({ text, path }) =>
    parseExpressions(text)
      .filter((piece) => piece.kind === 'reference')
      .map((piece) => ({ ...piece, path })),
  );
}

/** References to resources that the Application does not have, each with its place and the nearest right name. */
export function missingReferences(manifests: readonly Manifest[]): readonly Problem[] {
  const known = new Set<string>(manifests.map(refOf));
  return manifests.flatMap((manifest) =>
    referencesIn(manifest.spec)
      .filter((reference) => !known.has(reference.ref))
      .map((reference) => ({
        position: manifest.positionOf(`/spec${reference.path}`),
        path: `/spec${reference.path}`,
        message: missingReferenceMessage(reference.ref, [...known], reference.source),
      })),
  );
}

/** What to say of a reference to a resource that is not there. Names of the same kind are suggested before all others. */
export function missingReferenceMessage(ref: Ref, known: readonly string[], source: string): string {
  const { kind, name } = splitRef(ref);
  const sameKind = known.filter((other) => other.startsWith(`${kind}/`)).map((other) => splitRef(other as Ref).name);
  const hint = sameKind.length > 0 ? didYouMean(name, sameKind) : didYouMean(ref, known);
  return `"${source}" refers to ${ref}, which this Application does not have${hint}`;
}

/** A spec with its references replaced. */
export interface Resolved {
  readonly spec: JsonObject;
  /** What could not be replaced yet; the text stands there still, as it was written. */
  readonly unknown: readonly Unknown[];
  /** References to outputs that an existing resource does not have, or that are no text. `path` points into the spec. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/**
 * Replaces every `${Kind/name:output}` whose resource exists, and takes the escapes (`$${`) out.
 * @param outputs what the resource gives; undefined while it does not exist.
 */
export function resolveReferences(spec: JsonObject, outputs: (ref: Ref) => Outputs | undefined): Resolved {
  const unknown: Unknown[] = [];
  const problems: { readonly path: string; readonly message: string }[] = [];
  const resolved = mapStrings(spec, '', (text, path) => {
    if (!mayHoldExpressions(text)) return text;
    const pieces = parseExpressions(text);
    const references = pieces.filter((piece) => piece.kind === 'reference');
    const after = [...new Set(references.map((piece) => piece.ref))]
      .filter((ref) => outputs(ref) === undefined)
      .toSorted();
    if (after.length > 0) {
      unknown.push({ path, after });
      return text;
    }
    return pieces
      .map((piece) => {
        if (piece.kind === 'literal') return piece.text;
        if (piece.kind !== 'reference') return piece.source;
        const known = outputs(piece.ref) ?? {};
        const value = readOutput(piece, known);
        if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
        problems.push({ path, message: outputProblem(piece, known, value) });
        return piece.source;
      })
      .join('');
  });
  return { spec: resolved as JsonObject, unknown, problems };
}

/** `listenerArn(443)` is the output of that name, else the member `443` of `listenerArn`; `A.B` likewise. */
function readOutput(reference: Reference, outputs: Outputs): Json | undefined {
  const { output, argument } = reference;
  const written = nameOf(reference);
  if (Object.hasOwn(outputs, written)) return outputs[written];
  const steps = Object.hasOwn(outputs, output) ? [output] : output.split('.');
  return [...steps, ...(argument === undefined ? [] : [argument])].reduce<Json | undefined>(
    (json, step) => (isObject(json) && Object.hasOwn(json, step) ? json[step] : undefined),
    outputs,
  );
}

function nameOf({ output, argument }: Reference): string {
  return argument === undefined ? output : `${output}(${argument})`;
}

function outputProblem(reference: Reference, outputs: Outputs, value: Json | undefined): string {
  if (value !== undefined) {
    const found = value === null ? 'nothing' : Array.isArray(value) ? 'a list' : 'an object';
    return `"${reference.source}" gives ${found}, expected text or a number`;
  }
  const names = Object.keys(outputs).toSorted();
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const hint = didYouMean(nameOf(reference), names);
  return `"${reference.source}": ${reference.ref} has no output "${nameOf(reference)}"; ${known}${hint}`;
}

/** Every string of a spec with its JSON pointer, in document order. */
export function stringsIn(spec: Json): readonly { readonly path: string; readonly text: string }[] {
  const found: { readonly path: string; readonly text: string }[] = [];
  mapStrings(spec, '', (text, path) => {
    found.push({ path, text });
    return text;
  });
  return found;
}

function mapStrings(json: Json, path: string, map: (text: string, path: string) => string): Json {
  if (typeof json === 'string') return map(json, path);
  if (Array.isArray(json)) return json.map((item, index) => mapStrings(item, below(path, index), map));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, mapStrings(value, below(path, key), map)]),
  );
}
