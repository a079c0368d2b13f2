import { stringify } from 'yaml';
import type { Manifest } from '../../core/manifest.ts';

/** Manifests as one YAML stream, as a person would commit them. */
export function manifestsAsYaml(manifests: readonly Manifest[]): string {
  return manifests
    .map(({ apiVersion, kind, metadata, spec }) => stringify({ apiVersion, kind, metadata, spec }))
    .join('---\n');
}
