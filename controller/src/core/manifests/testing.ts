import { formatProblem } from '../errors.ts';
import { below } from '../pointer.ts';
import { type ParsedManifests, type ParseOptions, parseManifests } from './parse.ts';
import type { Schema } from './schema.ts';

/** A Cluster with this spec in flow style, for example `{containerInsights: enabled}`. */
export function cluster(spec: string, name = 'main'): string {
  return `apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

/** Parses texts by file name. */
export function parse(files: Readonly<Record<string, string>>, options?: ParseOptions): ParsedManifests {
  const bytes = Object.entries(files).map(([file, text]) => [file, new TextEncoder().encode(text)] as const);
  return parseManifests(new Map(bytes), options);
}

/** The problems of one text, as they are printed. Its file is `f.yaml`. */
export function problemsIn(text: string, options?: ParseOptions): readonly string[] {
  return parse({ 'f.yaml': text }, options).problems.map(formatProblem);
}

/** The warnings of one text, as they are printed. */
export function warningsIn(text: string): readonly string[] {
  return parse({ 'f.yaml': text }).warnings.map(formatProblem);
}

/** The spec of the one valid manifest in a text. */
export function specOf(text: string, options?: ParseOptions): unknown {
  const { manifests, problems } = parse({ 'f.yaml': text }, options);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return manifests[0]?.spec;
}

/** A schema and every schema inside of it, with where it applies; `*` stands for any item or key. */
export function schemasIn(
  schema: Schema,
  pointer = '',
): readonly { readonly pointer: string; readonly schema: Schema }[] {
  const inside = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [['*', schema.items] as const]),
    ...(schema.additionalProperties === undefined ? [] : [['*', schema.additionalProperties] as const]),
  ];
  return [{ pointer, schema }, ...inside.flatMap(([name, child]) => schemasIn(child, below(pointer, name)))];
}
