import { posix } from 'node:path';
import { parse } from 'yaml';
import { TerminalError } from '../../core/errors.ts';
import { normaliseFolder } from '../folder.ts';
import { everything } from '../selection.ts';
import type { Snapshot } from '../snapshot.ts';
import { KUSTOMIZATION_FILES } from './rendering.ts';

/** A kustomization with all that it is built upon. */
export interface KustomizationTree {
  /** Path relative to the source's root, to content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The folders that were read: when none of them changes, neither does the result. */
  readonly folders: readonly string[];
}

type Field = (value: unknown) => readonly string[];

const MOST_FOLDERS = 100;
/** Merge keys (`<<`) count, as they do for kustomize. */
const PARSING = { logLevel: 'error', merge: true } as const;

/** Fields that hold no path: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
const WITHOUT_PATHS = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'images',
  'replicas',
  'generatorOptions',
  'vars',
  'buildMetadata',
  'sortOptions',
]); // prettier-ignore

/** Fields that name files or folders, or hold YAML in place of a name. */
const RESOURCE_FIELDS = ['resources', 'bases', 'components'] as const;
const FILE_FIELDS: Readonly<Record<string, Field>> = {
  patchesStrategicMerge: (value) => texts(value).filter((text) => !text.includes('\n')),
  patches: (value) => pathsOf(value),
  patchesJson6902: (value) => pathsOf(value),
  replacements: (value) => pathsOf(value),
  configurations: (value) => texts(value),
  crds: (value) => texts(value),
  openapi: (value) => pathsOf([value]),
  configMapGenerator: (value) => generatorFiles(value),
  secretGenerator: (value) => generatorFiles(value),
};

/**
 * Reads a kustomization and every folder that it is built upon, and makes sure that each name in it is a file or folder
 * of the source: kustomize takes what it does not find for an address, and fetches it.
 * Throws a TerminalError that names the field.
 */
export async function readKustomization(
  snapshot: Snapshot,
  path: string,
  signal: AbortSignal,
): Promise<KustomizationTree> {
  const walk = new Walk(snapshot, signal);
  await walk.visit(path);
  return { files: walk.files, folders: walk.folders };
}

class Walk {
  readonly files = new Map<string, Uint8Array>();
  readonly folders: string[] = [];
  readonly #visited = new Set<string>();
  readonly #snapshot: Snapshot;
  readonly #signal: AbortSignal;

  constructor(snapshot: Snapshot, signal: AbortSignal) {
    this.#snapshot = snapshot;
    this.#signal = signal;
  }

  async visit(folder: string): Promise<void> {
    if (this.#visited.has(folder)) return;
    this.#visited.add(folder);
    if (this.#visited.size > MOST_FOLDERS) {
      throw this.#refused(folder, `it is built upon more than ${MOST_FOLDERS} folders`);
    }
    await this.#read(folder);
    const file = KUSTOMIZATION_FILES.map((name) => posix.join(folder, name)).find((name) => this.files.has(name));
    if (file === undefined) throw this.#refused(folder, 'there is no kustomization.yaml in it');
    for (const [field, value] of Object.entries(this.#parse(file))) {
      if (value === null || WITHOUT_PATHS.has(field)) continue;
      const names = FILE_FIELDS[field];
      if (RESOURCE_FIELDS.some((known) => known === field)) {
        for (const name of texts(value)) await this.#resource(folder, file, field, name);
      } else if (names === undefined) {
        throw this.#refused(file, `${field} is not supported: it can run programs or fetch from the network`);
      } else for (const name of names(value)) this.#file(folder, file, field, name);
    }
  }

  /** A folder within one that was read already is there. */
  async #read(folder: string): Promise<void> {
    if (this.folders.some((known) => known === '' || folder.startsWith(`${known}/`))) return;
    for (const [name, bytes] of await this.#snapshot.read(folder, everything, this.#signal)) {
      this.files.set(posix.join(folder, name), bytes);
    }
    this.folders.push(folder);
  }

  #parse(file: string): Readonly<Record<string, unknown>> {
    let content: unknown;
    try {
      content = parse(new TextDecoder('utf-8', { fatal: true }).decode(this.files.get(file)), PARSING);
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
      throw this.#refused(file, `it is not valid YAML: ${why}`);
    }
    if (content === null) return {};
    if (typeof content === 'object' && !Array.isArray(content)) return { ...content };
    throw this.#refused(file, 'expected an object');
  }

  async #resource(folder: string, file: string, field: string, name: string): Promise<void> {
    const path = posix.join(folder, name);
    if (isName(name) && this.files.has(path) && isWithin(folder, path)) return;
    if (!isName(name)) throw this.#missing(file, field, name);
    let target: string;
    try {
      target = normaliseFolder(path);
      await this.visit(target);
    } catch (error) {
      if (error instanceof TerminalError && ['PathNotFound', 'PathRefused'].includes(error.code)) {
        throw this.#missing(file, field, name);
      }
      throw error;
    }
  }

  #file(folder: string, file: string, field: string, name: string): void {
    const path = posix.join(folder, name);
    if (!isName(name) || !isWithin(folder, path) || !this.files.has(path)) throw this.#missing(file, field, name);
  }

  #missing(file: string, field: string, name: string): TerminalError {
    const shown = name.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1').slice(0, 200);
    return this.#refused(
      file,
      `${field} names "${shown}", which is not in the repository (files have to lie in the folder of the kustomization); nothing is fetched from other places`,
    );
  }

  #refused(path: string, why: string): TerminalError {
    return new TerminalError('RenderRefused', `${this.#snapshot.name}, ${path === '' ? '.' : path}: ${why}`);
  }
}

/** What kustomize takes for an address before it looks for a file: https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md */
const LIKE_AN_ADDRESS = /:|\?|\\|\/\/|^(www\.)?github\.com(\/|$)|^git@|\.git(\/|$)|_git(\/|$)/i;

/** What kustomize could take for an address is none, even where a file has that name. */
function isName(name: string): boolean {
  return name !== '' && !posix.isAbsolute(name) && !LIKE_AN_ADDRESS.test(name);
}

function isWithin(folder: string, path: string): boolean {
  return !path.startsWith('../') && (folder === '' || path.startsWith(`${folder}/`));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** `path` of each, and those that are a name themselves, as kustomize read patches once. */
function pathsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return [...texts(value).filter((text) => !text.includes('\n')), ...items.flatMap((item) => member(item, 'path'))];
}

/** `file`, `key=file`, `env` and `envs` of a generator. */
function generatorFiles(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return items.flatMap((item) => [
    ...member(item, 'files').map((file) => file.slice(file.indexOf('=') + 1)),
    ...member(item, 'envs'),
    ...member(item, 'env'),
  ]);
}

/** The text or texts of a member. Kustomize reads names whatever their case, as Go's JSON does. */
function member(item: unknown, name: string): readonly string[] {
  if (typeof item !== 'object' || item === null) return [];
  return Object.entries(item)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]: readonly [string, unknown]) => (typeof value === 'string' ? [value] : texts(value)))
    .filter((text) => text !== '');
}
