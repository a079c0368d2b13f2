import { mkdir, rm } from 'node:fs/promises';
import { TerminalError } from '../core/errors.ts';
import { type Git, GitError, gitCommand } from './gitcommand.ts';
import { findRevision, type GitRefs, isFullId, parseRefs } from './gitrevision.ts';
import { type Remote, redacted } from './remote.ts';
import { SharedWork } from './sharedwork.ts';

/** How long Git may take, in milliseconds. */
export interface GitTimeouts {
  /** Asking the server what its branches and tags are. */
  readonly listMs: number;
  readonly fetchMs: number;
  /** Reading the mirror. */
  readonly localMs: number;
}

/** One request to a Git server. */
export interface GitRequest {
  /** The repository's address, without credentials. */
  readonly repo: string;
  /** What Argo CD counts as well. */
  readonly type: 'ls-remote' | 'fetch';
  readonly durationMs: number;
  readonly failed: boolean;
}

/** Hears of every request to a Git server; for metrics. Must not throw. */
export type GitObserver = (request: GitRequest) => void;

const REFSPECS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const LIST_BYTES = 64 * 1024 * 1024;

/**
 * A bare mirror of one repository. All Applications of the repository share it, and share a listing or a fetch that is
 * under way. Nothing is fetched while the wanted commit is there already.
 */
export class GitRepository {
  readonly git: Git;
  readonly timeouts: GitTimeouts;
  /** The repository's address, without credentials. */
  readonly name: string;
  readonly #remote: Remote;
  readonly #folder: string;
  readonly #observer: GitObserver | undefined;
  readonly #list: SharedWork<GitRefs>;
  readonly #fetch: SharedWork<void>;
  #prepared: Promise<void> | undefined;

  constructor(
    remote: Remote,
    folder: string,
    timeouts: GitTimeouts,
    environment: NodeJS.ProcessEnv,
    observer?: GitObserver,
  ) {
    this.git = gitCommand(folder, environment);
    this.timeouts = timeouts;
    this.name = redacted(remote.url);
    this.#remote = remote;
    this.#folder = folder;
    this.#observer = observer;
    this.#list = new SharedWork((signal) => this.#listRemote(signal));
    this.#fetch = new SharedWork((signal) => this.#fetchAll(signal));
  }

  /** Full id of the commit that `revision` means now; it is in the mirror afterwards. */
  async resolve(revision: string | undefined, signal: AbortSignal): Promise<string> {
    await this.#prepare();
    signal.throwIfAborted();
    if (revision !== undefined && isFullId(revision)) {
      await this.#obtain(revision, signal);
      return revision;
    }
    const target = findRevision(await this.#list.join(signal), revision, this.name);
    if ('prefix' in target) return this.#complete(target.prefix, signal);
    await this.#obtain(target.commit, signal);
    return target.commit;
  }

  /** Makes sure that a commit is in the mirror. */
  async #obtain(commit: string, signal: AbortSignal): Promise<void> {
    if (await this.#has(commit, signal)) return;
    await this.#fetch.join(signal);
    if (await this.#has(commit, signal)) return;
    // The fetch that we joined may have begun before the commit was pushed, or no branch and no tag reaches it.
    try {
      await this.#call(['fetch', ...FETCH_OPTIONS, '--', this.#remote.url, commit], signal);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new TerminalError(
        'RevisionNotFound',
        `${this.name}: the server does not give commit ${commit}: it does not exist, or no branch or tag reaches it`,
        { cause: error },
      );
    }
    if (await this.#has(commit, signal)) return;
    throw new TerminalError('RevisionNotFound', `${this.name}: ${commit} is not a commit`);
  }

  /** The one commit whose id begins with `prefix`. */
  async #complete(prefix: string, signal: AbortSignal): Promise<string> {
    const known = await this.#startingWith(prefix, signal);
    if (known.length === 0) await this.#fetch.join(signal);
    const [commit, ...more] = known.length === 0 ? await this.#startingWith(prefix, signal) : known;
    if (commit === undefined) {
      throw new TerminalError('RevisionNotFound', `${this.name}: no branch, tag or commit "${prefix}"`);
    }
    if (more.length > 0) {
      const ids = [commit, ...more].join(', ');
      throw new TerminalError('RevisionAmbiguous', `${this.name}: "${prefix}" is the beginning of ${ids}`);
    }
    return commit;
  }

  async #startingWith(prefix: string, signal: AbortSignal): Promise<readonly string[]> {
    const ids = await this.#local(['rev-parse', `--disambiguate=${prefix}`], signal);
    const input = ids.toString('utf8');
    const types = await this.#local(['cat-file', '--batch-check=%(objecttype) %(objectname)'], signal, input);
    return types
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('commit '))
      .map((line) => line.slice('commit '.length));
  }

  async #has(commit: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#local(['cat-file', '--batch-check=%(objecttype)'], signal, `${commit}\n`);
    return answer.toString('utf8').trim() === 'commit';
  }

  async #listRemote(signal: AbortSignal): Promise<GitRefs> {
    const args: readonly ['ls-remote', ...string[]] = [
      'ls-remote',
      '--',
      this.#remote.url,
      'HEAD',
      'refs/heads/*',
      'refs/tags/*',
    ];
    return parseRefs((await this.#call(args, signal, this.timeouts.listMs)).toString('utf8'));
  }

  async #fetchAll(signal: AbortSignal): Promise<void> {
    const args: readonly ['fetch', ...string[]] = [
      'fetch',
      '--prune',
      '--force',
      ...FETCH_OPTIONS,
      '--',
      this.#remote.url,
      ...REFSPECS,
    ];
    try {
      await this.#call(args, signal);
    } catch (error) {
      if (!(error instanceof GitError) || !isDamage(error)) throw error;
      // A fetch that was killed can leave locks and half-written files. The mirror is a cache: begin anew.
      await rm(this.#folder, { recursive: true, force: true });
      await this.#initialise(signal);
      await this.#call(args, signal);
    }
  }

  async #call(
    args: readonly [GitRequest['type'], ...string[]],
    signal: AbortSignal,
    timeoutMs = this.timeouts.fetchMs,
  ): Promise<Buffer> {
    const began = performance.now();
    const report = (failed: boolean): void =>
      this.#observer?.({ repo: this.name, type: args[0], durationMs: performance.now() - began, failed });
    try {
      const answer = await this.git(args, { signal, timeoutMs, maxBytes: LIST_BYTES, remote: this.#remote });
      report(false);
      return answer;
    } catch (error) {
      report(true);
      if (!(error instanceof GitError)) throw error;
      throw new GitError(`${this.name}: ${error.message}`, error.stderr, { cause: error });
    }
  }

  #local(args: readonly string[], signal: AbortSignal, input = ''): Promise<Buffer> {
    return this.git(args, { signal, timeoutMs: this.timeouts.localMs, input });
  }

  /** Shared by all callers, so that none of them can abort it; its own timeout ends it. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#initialise(new AbortController().signal).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async #initialise(signal: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // Without a template there are no hooks. On an existing mirror this changes nothing.
    await this.#local(['init', '--quiet', '--bare', '--template='], signal);
  }
}

const FETCH_OPTIONS = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];

/** Signs of a mirror that was left half-written. */
function isDamage(error: GitError): boolean {
  return /\.lock': File exists|object file .* is empty|is corrupt|bad object|unable to read|not our ref [0-9a-f]+ in/.test(
    error.stderr,
  );
}
