import { createHash } from 'node:crypto';
import type { SourceLimits } from './limits.ts';
import type { Inputs, Renderers } from './render/renderers.ts';
import { type Rendering, type RenderOptions, renderingOf } from './render/rendering.ts';
import { type Selection, selector } from './selection.ts';
import type { HashedSnapshot } from './snapshot.ts';

/** Which manifests of a source are wanted. */
export interface ManifestOptions extends RenderOptions {
  /** Normalised. */
  readonly path: string;
  readonly directory?: Selection;
}

/** Manifests, and a digest of all that they come from. */
export interface Manifests {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly treeHash: string;
}

/** What was read last. */
interface Last extends Manifests {
  readonly rendering: Rendering;
  /** Digest of the Application's own folder. */
  readonly own: string;
  /** What the manifests depend on. */
  readonly inputs: Inputs;
  /** False when the files were too large to be kept. */
  readonly kept: boolean;
}

const KEPT_BYTES = 1024 * 1024;
const NO_FILES: ReadonlyMap<string, Uint8Array> = new Map();

/**
 * Reads the manifests of one Application from one snapshot after another. As long as no folder changes that they depend
 * on, nothing is read and nothing is rendered again.
 */
export class ManifestReader {
  readonly #options: ManifestOptions;
  readonly #limits: SourceLimits;
  readonly #renderers: Renderers;
  #last: Last | undefined;

  constructor(options: ManifestOptions, limits: SourceLimits, renderers: Renderers) {
    this.#options = options;
    this.#limits = limits;
    this.#renderers = renderers;
  }

  /** Throws a TerminalError when there is no such folder, a file is refused, or rendering fails. */
  async read(snapshot: HashedSnapshot, signal: AbortSignal): Promise<Manifests> {
    const last = this.#last;
    if (last?.kept === true && (await this.#digest(snapshot, last, signal)) === last.treeHash) return last;
    const { path, directory } = this.#options;
    const rendering = await this.#rendering(snapshot, signal);
    const { files, inputs } =
      rendering.kind === 'plain'
        ? { files: await snapshot.read(path, selector(directory), signal), inputs: { folders: [path], files: [] } }
        : await this.#renderers.render({ snapshot, path, rendering, limits: this.#limits, signal });
    const own = (await snapshot.hash(path, signal)) ?? '';
    const treeHash = await this.#digest(snapshot, { rendering, inputs }, signal);
    const bytes = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
    const kept = bytes <= KEPT_BYTES;
    this.#last = { rendering, own, inputs, treeHash, kept, files: kept ? files : NO_FILES };
    return { files, treeHash };
  }

  /**
   * The digest that `read` gives, without reading where that is possible. When something changed it is another one than
   * the last; for what is rendered, `read` may then give yet another.
   */
  async hash(snapshot: HashedSnapshot, signal: AbortSignal): Promise<string> {
    const last = this.#last;
    if (last !== undefined) return await this.#digest(snapshot, last, signal);
    const rendering = await this.#rendering(snapshot, signal);
    if (rendering.kind !== 'plain') return (await this.read(snapshot, signal)).treeHash;
    return await this.#digest(snapshot, { rendering, inputs: { folders: [this.#options.path], files: [] } }, signal);
  }

  /** Found anew when the Application's folder changed: a `kustomization.yaml` may have come or gone. */
  async #rendering(snapshot: HashedSnapshot, signal: AbortSignal): Promise<Rendering> {
    const { path } = this.#options;
    const own = await snapshot.hash(path, signal);
    if (this.#last !== undefined && own === this.#last.own) return this.#last.rendering;
    // Also says so when there is no such folder.
    if (own === undefined) await snapshot.names(path, signal);
    return await renderingOf(snapshot, path, this.#options, signal);
  }

  /** For plain files the digest of the folder itself; for rendered ones that of all folders and of what was asked for. */
  async #digest(
    snapshot: HashedSnapshot,
    { rendering, inputs }: Pick<Last, 'rendering' | 'inputs'>,
    signal: AbortSignal,
  ): Promise<string> {
    const digests = await Promise.all([
      ...inputs.folders.map((folder) => snapshot.hash(folder, signal)),
      ...inputs.files.map((file) => snapshot.hashFile(file, signal)),
    ]);
    const [own] = digests;
    if (rendering.kind === 'plain' && own !== undefined) return own;
    return createHash('sha256')
      .update(JSON.stringify([rendering, inputs, digests]))
      .digest('hex');
  }
}
