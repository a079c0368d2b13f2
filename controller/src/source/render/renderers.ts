import { TerminalError } from '../../core/errors.ts';
import type { SourceLimits } from '../limits.ts';
import type { Snapshot } from '../snapshot.ts';
import { findProgram } from '../programs.ts';
import { runChild } from './child.ts';
import { helmArguments, readChart } from './helm.ts';
import { readKustomization } from './kustomization.ts';
import { kustomizeArguments } from './kustomize.ts';
import type { Rendering } from './rendering.ts';
import { Turns } from './turns.ts';
import { workplace, type Workplace } from './workplace.ts';

/** What renderers may use. */
export interface RenderersOptions {
  /** PATH is read from it: the environment of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** Default: a minute. */
  readonly timeoutMs?: number;
  /** Address space of one renderer. Default: 4 GiB, of which helm uses little. */
  readonly memoryBytes?: number;
  /** How many run at the same time. Default: 2. */
  readonly concurrency?: number;
}

/** What a renderer made, and of what. */
export interface Rendered {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Folders and single files of the source that the result depends on, relative to its root. */
  readonly inputs: Inputs;
}

/** What something was made of: when none of it changes, neither does the result. */
export interface Inputs {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** A folder to be rendered. */
export interface RenderRequest {
  readonly snapshot: Snapshot;
  readonly path: string;
  readonly rendering: Exclude<Rendering, { readonly kind: 'plain' }>;
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
}

/** Where a program can be had. */
const INSTALL = {
  kustomize: 'kustomize (https://kubectl.docs.kubernetes.io/installation/kustomize/) or kubectl',
  helm: 'helm (https://helm.sh/docs/intro/install/)',
} as const;

const GIBIBYTE = 1024 ** 3;

/** Renders folders with kustomize and helm: one program at a time for each of a few places. */
export class Renderers {
  readonly #options: Required<RenderersOptions>;
  readonly #turns: Turns;

  constructor(options: RenderersOptions) {
    this.#options = { timeoutMs: 60_000, memoryBytes: 4 * GIBIBYTE, concurrency: 2, ...options };
    this.#turns = new Turns(this.#options.concurrency);
  }

  /**
   * Throws a TerminalError when the program is missing, refuses the folder or says that something is wrong; an Error when
   * it takes too long.
   */
  async render(request: RenderRequest): Promise<Rendered> {
    const { rendering, signal } = request;
    const program = await this.#program(request);
    return await this.#turns.take(signal, async () =>
      rendering.kind === 'helm'
        ? await this.#helm(request, program, rendering)
        : await this.#kustomize(request, program, rendering),
    );
  }

  async #kustomize(
    request: RenderRequest,
    program: readonly [string, ...string[]],
    { options }: Extract<Rendering, { readonly kind: 'kustomize' }>,
  ): Promise<Rendered> {
    const { files, folders } = await readKustomization(request.snapshot, request.path, request.signal);
    await using place = await workplace(files, whereOf(request));
    const args = await kustomizeArguments(place, request.path, options);
    return { inputs: { folders, files: [] }, files: await this.#run(request, program, args, place) };
  }

  async #helm(
    request: RenderRequest,
    program: readonly [string, ...string[]],
    { options, releaseName }: Extract<Rendering, { readonly kind: 'helm' }>,
  ): Promise<Rendered> {
    const chart = await readChart(request.snapshot, request.path, options, request.signal);
    await using place = await workplace(chart.files, whereOf(request));
    const args = await helmArguments(place, chart, request.path, { ...options, releaseName });
    const inputs = { folders: [request.path], files: chart.valueFiles };
    return { inputs, files: await this.#run(request, program, args, place) };
  }

  async #run(
    request: RenderRequest,
    [program, ...first]: readonly [string, ...string[]],
    args: readonly string[],
    place: Workplace,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { kind } = request.rendering;
    const { timeoutMs, memoryBytes, environment } = this.#options;
    try {
      const output = await runChild({
        program,
        args: [...first, ...args],
        folder: place.folder,
        prlimit: await findProgram('prlimit', environment['PATH']),
        signal: request.signal,
        timeoutMs,
        memoryBytes,
        outputBytes: request.limits.maxFileBytes,
      });
      return new Map([[`rendered-by-${kind}.yaml`, output]]);
    } catch (error) {
      request.signal.throwIfAborted();
      const said = `${whereOf(request)}: ${kind}: ${error instanceof Error ? error.message : String(error)}`;
      if (error instanceof TerminalError) throw new TerminalError(error.code, said, { cause: error });
      throw new Error(said, { cause: error });
    }
  }

  /** The program and its first arguments. */
  async #program(request: RenderRequest): Promise<readonly [string, ...string[]]> {
    const path = this.#options.environment['PATH'];
    const { kind } = request.rendering;
    const own = await findProgram(kind, path);
    if (own !== undefined) return kind === 'kustomize' ? [own, 'build'] : [own];
    const kubectl = kind === 'kustomize' ? await findProgram('kubectl', path) : undefined;
    if (kubectl !== undefined) return [kubectl, 'kustomize'];
    throw new TerminalError(
      'RendererMissing',
      `${whereOf(request)} is rendered by ${kind}, which is not on PATH: install ${INSTALL[kind]} where the controller runs, or say "directory: {}" to read the files as they are`,
    );
  }
}

function whereOf({ snapshot, path }: RenderRequest): string {
  return `${snapshot.name}, path "${path === '' ? '.' : path}"`;
}
