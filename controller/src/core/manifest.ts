import type { JsonObject } from './json.ts';

/** Group and version of every kind. */
export const API_VERSION = 'longshore.dev/v1alpha1';

/** Prefix of every annotation, label and tag that Longshore gives a meaning. */
export const DOMAIN = 'longshore.dev';

/** A place in a file. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `Kind/name`: unique in an Application. */
export type Ref = `${string}/${string}`;

/** What every kind has under `metadata`. */
export interface Metadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One validated YAML document. */
export interface Manifest<Spec = JsonObject> {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Spec;
  /** Where the value at a JSON pointer of this document stands (`''`: the document; an absent path: its nearest parent). */
  readonly positionOf: (pointer: string) => Position;
}

/** The reference that names this manifest. */
export function refOf(manifest: { readonly kind: string; readonly metadata: { readonly name: string } }): Ref {
  return `${manifest.kind}/${manifest.metadata.name}`;
}

/** Kind and name of a reference. */
export function splitRef(ref: Ref): { readonly kind: string; readonly name: string } {
  const slash = ref.indexOf('/');
  return { kind: ref.slice(0, slash), name: ref.slice(slash + 1) };
}
