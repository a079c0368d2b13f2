import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import { type FolderOptions, normaliseFolder } from './folder.ts';
import { defaultLimits, Intake, type SourceLimits } from './limits.ts';
import type { Renderers } from './render/renderers.ts';
import { type RenderOptions, renderingOf } from './render/rendering.ts';
import { type Selector, selector } from './selection.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';

/** A plain folder of this machine. */
export interface DirectoryOptions extends FolderOptions, RenderOptions {
  readonly folder: string;
  readonly limits?: SourceLimits;
  /** Absent: a folder that would have to be rendered is an error. Loading it takes longer than reading a folder does. */
  readonly renderers?: () => Promise<Renderers>;
}

/**
 * The manifests below a plain folder, or what kustomize or helm make of it. Links to files within it are followed
 * (Kubernetes mounts ConfigMaps so); a link that leaves it and a linked folder are errors. The revision is a digest of
 * paths and contents.
 */
export function directorySource(options: DirectoryOptions): Source {
  const path = normaliseFolder(options.path);
  const limits = options.limits ?? defaultLimits;
  const snapshot = directorySnapshot(resolve(options.folder), limits);
  return {
    async fetch(signal) {
      const rendering = await renderingOf(snapshot, path, options, signal);
      const files =
        rendering.kind === 'plain'
          ? await snapshot.read(path, selector(options.directory), signal)
          : (await (await renderersOf(options)).render({ snapshot, path, rendering, limits, signal })).files;
      const digest = digestOf(files);
      return { revision: `dir:${digest}`, commit: { revision: `dir:${digest}` }, files, treeHash: digest };
    },
  };
}

async function renderersOf({ folder, path, renderers }: DirectoryOptions): Promise<Renderers> {
  if (renderers !== undefined) return await renderers();
  const where = `"${folder}", path "${path ?? '.'}"`;
  throw new TerminalError('RendererMissing', `${where} would have to be rendered, which is not possible here`);
}

function directorySnapshot(folder: string, limits: SourceLimits): Snapshot {
  return {
    name: `"${folder}"`,
    names: async (path) => new Set(await readdir(await findRoot(folder, path))),
    read: async (path, wanted, signal) => {
      const walk = new Walk(await findRoot(folder, path), wanted, limits, signal);
      await walk.folder('');
      return new Map([...walk.files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** The real path of the folder, which must not lie outside of the root. */
async function findRoot(folder: string, path: string): Promise<string> {
  const root = await real(folder, `folder "${folder}" does not exist`);
  if (path === '') return root;
  const names = (await readdir(root, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => e.name);
  const target = await real(join(root, path), `"${folder}": there is no folder "${path}"${didYouMean(path, names)}`);
  if (!isWithin(root, target)) {
    throw new TerminalError('FileRefused', `"${folder}": path "${path}" is a symbolic link out of the folder`);
  }
  return target;
}

async function real(path: string, missing: string): Promise<string> {
  try {
    const found = await realpath(path);
    if ((await stat(found)).isDirectory()) return found;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new TerminalError('PathNotFound', missing, { cause: error });
  }
  throw new TerminalError('PathNotFound', `"${path}" is not a folder`);
}

/** Compared with a separator at the end, so that `/a/bc` is not within `/a/b`. */
function isWithin(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

const NOT_REGULAR = 'is not a regular file';

/** One look at a folder. */
class Walk {
  readonly files = new Map<string, Uint8Array>();
  readonly #root: string;
  readonly #selector: Selector;
  readonly #signal: AbortSignal;
  readonly #intake: Intake;
  #entries = 0;

  constructor(root: string, wanted: Selector, limits: SourceLimits, signal: AbortSignal) {
    this.#root = root;
    this.#selector = wanted;
    this.#signal = signal;
    this.#intake = new Intake(limits, `"${root}"`);
  }

  async folder(prefix: string): Promise<void> {
    for (const entry of await readdir(join(this.#root, prefix), { withFileTypes: true })) {
      this.#signal.throwIfAborted();
      this.#entries += 1;
      this.#intake.entries(this.#entries);
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (!this.#selector.sees(path)) continue;
      if (entry.isDirectory()) {
        if (this.#selector.deep) await this.folder(path);
      } else if (entry.isSymbolicLink()) {
        await this.#link(path);
      } else if (this.#selector.takes(path)) {
        if (!entry.isFile()) throw this.#refused(path, NOT_REGULAR);
        await this.#file(path);
      }
    }
  }

  async #link(path: string): Promise<void> {
    // Neither a file that is taken nor a folder that is looked into: wherever it leads, nothing is missing.
    if (!this.#selector.deep && !this.#selector.takes(path)) return;
    const target = await this.#follow(path);
    if (target === undefined || !isWithin(this.#root, target)) {
      throw this.#refused(path, 'is a symbolic link to nowhere or out of the folder');
    }
    const about = await stat(target);
    if (about.isDirectory()) {
      if (this.#selector.deep) throw this.#refused(path, 'is a link to a folder');
    } else if (this.#selector.takes(path)) {
      if (!about.isFile()) throw this.#refused(path, NOT_REGULAR);
      await this.#file(path, target);
    }
  }

  async #follow(path: string): Promise<string | undefined> {
    try {
      return await realpath(join(this.#root, path));
    } catch {
      return undefined;
    }
  }

  /** Opened once and looked at through the open file, so that it cannot be exchanged for a link or a pipe in between. */
  async #file(path: string, target = join(this.#root, path)): Promise<void> {
    await using file = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size, ...about } = await file.stat().then((found) => ({ size: found.size, regular: found.isFile() }));
    if (!about.regular) throw this.#refused(path, NOT_REGULAR);
    this.#intake.admit(path, size);
    const bytes = new Uint8Array(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    this.files.set(path, bytes.subarray(0, bytesRead));
  }

  #refused(path: string, why: string): TerminalError {
    return new TerminalError('FileRefused', `"${this.#root}": ${path} ${why}; ${this.#selector.advice}`);
  }
}

/** Length before content, so that no two different folders give the same digest. */
function digestOf(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of files) hash.update(JSON.stringify([path, bytes.byteLength])).update(bytes);
  return hash.digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
