import { TerminalError } from '../../core/errors.ts';
import type { Snapshot } from '../snapshot.ts';

/** What `kustomize edit` would set, as in Argo CD. */
export interface KustomizeOptions {
  /** Stands before every name. */
  readonly namePrefix?: string;
  /** Stands behind every name. */
  readonly nameSuffix?: string;
  /** `name=newName:newTag`, `name:newTag`, `name=newName@digest` or `name@digest`. */
  readonly images?: readonly string[];
  /** Labels of everything. */
  readonly commonLabels?: Readonly<Record<string, string>>;
  /** Annotations of everything. */
  readonly commonAnnotations?: Readonly<Record<string, string>>;
}

/** What `helm template` is given. */
export interface HelmOptions {
  /** Default: the name that the source was opened with. */
  readonly releaseName?: string;
  /** Files of the repository, relative to the chart; later ones win. */
  readonly valueFiles?: readonly string[];
  /** Values in YAML, which win over the files. */
  readonly values?: string;
  /** Single values, which win over all. */
  readonly parameters?: readonly HelmParameter[];
}

/** One `--set`. */
export interface HelmParameter {
  /** For example `image.tag`. */
  readonly name: string;
  readonly value: string;
  /** Text, whatever it looks like: `--set-string`. */
  readonly forceString?: boolean;
}

/** What a spec says of rendering. With none of the two, the folder's files decide. */
export interface RenderOptions {
  readonly kustomize?: KustomizeOptions;
  readonly helm?: HelmOptions;
  /** The Application's name: the default of helm's release. */
  readonly name?: string;
}

/** How the manifests of a folder come about. */
export type Rendering =
  | { readonly kind: 'plain' }
  | { readonly kind: 'kustomize'; readonly options: KustomizeOptions }
  | { readonly kind: 'helm'; readonly options: HelmOptions; readonly releaseName: string };

/** Files that make a folder a kustomization, in kustomize's order. */
export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

const DEFAULT_RELEASE = 'release';

/**
 * How a folder is rendered: as the spec says, or, when it says neither a renderer nor `directory`, by what lies in the
 * folder, as Argo CD does. Throws a TerminalError when both renderers are meant.
 */
export async function renderingOf(
  snapshot: Snapshot,
  path: string,
  spec: RenderOptions & { readonly directory?: unknown },
  signal: AbortSignal,
): Promise<Rendering> {
  const { kustomize, helm } = spec;
  if (kustomize !== undefined && helm !== undefined) throw both('the source names both kustomize and helm');
  if (kustomize !== undefined) return { kind: 'kustomize', options: kustomize };
  if (helm !== undefined) return helmRendering(helm, spec.name);
  if (spec.directory !== undefined) return { kind: 'plain' };
  const names = await snapshot.names(path, signal);
  const kustomization = KUSTOMIZATION_FILES.find((name) => names.has(name));
  const isChart = names.has('Chart.yaml');
  if (kustomization !== undefined && isChart) {
    throw both(`${snapshot.name}, path "${path || '.'}" holds both Chart.yaml and ${kustomization}`);
  }
  if (kustomization !== undefined) return { kind: 'kustomize', options: {} };
  return isChart ? helmRendering({}, spec.name) : { kind: 'plain' };
}

function helmRendering(options: HelmOptions, name = DEFAULT_RELEASE): Rendering {
  return { kind: 'helm', options, releaseName: options.releaseName ?? name };
}

function both(what: string): TerminalError {
  return new TerminalError('RendererAmbiguous', `${what}; say one of "kustomize: {}", "helm: {}" and "directory: {}"`);
}
