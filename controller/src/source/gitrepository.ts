import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError } from '../core/errors.ts';
import type { AccessDesk } from './access/access.ts';
import { type Git, GitError, gitCommand } from './gitcommand.ts';
import { findRevision, type GitRefs, isFullId, parseRefs, type Resolved } from './gitrevision.ts';
import { type Remote, redacted } from './remote.ts';
import { SharedListing } from './sharedlisting.ts';
import { SharedWork } from './sharedwork.ts';
import type { Freshness } from './source.ts';

/** How long Git may take, in milliseconds. */
export interface GitTimeouts {
  /** Asking the server what its branches and tags are. */
  readonly listMs: number;
  /** Fetching from the server, or pushing to it. */
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

/** What a repository is made of. */
export interface GitRepositoryOptions {
  readonly remote: Remote;
  /** The folder of the mirror. */
  readonly folder: string;
  readonly timeouts: GitTimeouts;
  readonly environment: NodeJS.ProcessEnv;
  readonly access: AccessDesk;
  readonly now: () => Date;
  /** Bytes of one pack. */
  readonly maxPackBytes: number;
  readonly observer?: GitObserver | undefined;
}

const REFSPECS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const FETCH_OPTIONS = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
const LIST_BYTES = 64 * 1024 * 1024;
/** How often a fetch that is under way is joined before one is started that surely began late enough. */
const JOINS = 2;
/** A file that nobody has written to for so long is nobody's. */
const REMAINS_MS = 60_000;
const REMEMBERED = 10_000;

/**
 * A bare mirror of one repository. All Applications of the repository share it, and share a listing or a fetch that is
 * under way. Nothing is fetched while the wanted commit is there already.
 */
export class GitRepository {
  readonly git: Git;
  readonly timeouts: GitTimeouts;
  /** The repository's address, without credentials. */
  readonly name: string;
  readonly #options: GitRepositoryOptions;
  readonly #list: SharedListing<GitRefs>;
  readonly #fetch: SharedWork<void>;
  /** Commits and tags that were seen in the mirror. */
  readonly #present = new Set<string>();
  /** Those that are being looked for. */
  readonly #looking = new Map<string, Promise<boolean>>();
  #prepared: Promise<void> | undefined;
  /** False while the mirror is being made. */
  #ready = false;

  constructor(options: GitRepositoryOptions) {
    const git = gitCommand(options.folder, options.environment);
    this.git = async (args, call) => {
      try {
        return await git(args, call);
      } catch (error) {
        // Somebody may have taken the mirror away, or Git has thrown out what no branch reaches any more.
        this.#present.clear();
        throw error;
      }
    };
    this.timeouts = options.timeouts;
    this.name = redacted(options.remote.url);
    this.#options = options;
    this.#list = new SharedListing(
      (signal) => this.#listRemote(signal),
      () => options.now().getTime(),
    );
    this.#fetch = new SharedWork((signal) => this.#fetchAll(signal));
  }

  /** The commit that `revision` means now; it is in the mirror afterwards, and the tag that names it as well. */
  async resolve(revision: string | undefined, signal: AbortSignal, freshness: Freshness = {}): Promise<Resolved> {
    await this.#prepare();
    signal.throwIfAborted();
    if (revision !== undefined && isFullId(revision)) {
      await this.obtain(revision, signal);
      return { commit: revision };
    }
    const target = findRevision(await this.#list.get(signal, freshness), revision, this.name);
    if ('prefix' in target) return { commit: await this.#complete(target.prefix, signal) };
    try {
      await this.obtain(target.commit, signal, target.tag?.object);
    } catch (error) {
      // The branch may have been forced elsewhere since it was listed.
      this.#list.invalidate();
      throw error;
    }
    return target;
  }

  /** Branches and tags of the server. */
  async refs(signal: AbortSignal, freshness: Freshness = {}): Promise<GitRefs> {
    await this.#prepare();
    return await this.#list.get(signal, freshness);
  }

  /** Listings that began before now are not used again: the server is known to have something newer. */
  invalidate(): void {
    this.#list.invalidate();
  }

  /** Makes sure that a commit, and a tag object, is in the mirror. */
  async obtain(commit: string, signal: AbortSignal, tagObject?: string): Promise<void> {
    if (await this.#has(commit, tagObject, signal)) return;
    for (let joined = 0; joined < JOINS; joined++) {
      // One that is under way may have begun before the commit was pushed; the next one did not.
      const underWay = this.#fetch.busy;
      await this.#fetch.join(signal);
      if (await this.#has(commit, tagObject, signal)) return;
      if (!underWay) break;
    }
    try {
      const wanted = tagObject === undefined ? [commit] : [commit, tagObject];
      await this.remote(['fetch', ...FETCH_OPTIONS, '--', this.#options.remote.url, ...wanted], signal);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      if (!/not our ref|unadvertised object|no such remote ref|couldn't find remote ref/i.test(error.stderr))
        throw error;
      throw new TerminalError(
        'RevisionNotFound',
        `${this.name}: the server does not give commit ${commit}: it does not exist, or no branch or tag reaches it`,
        { cause: error },
      );
    }
    if (await this.#has(commit, tagObject, signal)) return;
    throw new TerminalError('RevisionNotFound', `${this.name}: ${commit} is not a commit`);
  }

  /** Runs a command that talks to the server. Its first argument is its name. */
  async remote(
    args: readonly [string, ...string[]],
    signal: AbortSignal,
    timeoutMs = this.timeouts.fetchMs,
  ): Promise<Buffer> {
    const began = performance.now();
    const [type] = args;
    const report = (failed: boolean): void => {
      if (type !== 'ls-remote' && type !== 'fetch') return;
      this.#options.observer?.({ repo: this.name, type, durationMs: performance.now() - began, failed });
    };
    try {
      await using access = await this.#options.access.open(this.#options.remote, signal);
      const { maxPackBytes: maxFileBytes } = this.#options;
      const answer = await this.git(args, { signal, timeoutMs, maxBytes: LIST_BYTES, maxFileBytes, access });
      report(false);
      return answer;
    } catch (error) {
      report(true);
      if (type === 'fetch') await removeRemains(this.#options.folder);
      if (error instanceof GitError) {
        const { stderr, stdout } = error;
        throw new GitError(`${this.name}: ${error.message}`, stderr, { cause: error, stdout });
      }
      throw error;
    }
  }

  /** The address that Git is given. */
  get url(): string {
    return this.#options.remote.url;
  }

  /** Reads or writes the mirror. */
  async local(args: readonly string[], signal: AbortSignal, input: string | Uint8Array = ''): Promise<Buffer> {
    return await this.git(args, { signal, timeoutMs: this.timeouts.localMs, input, maxBytes: LIST_BYTES });
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
    const ids = await this.local(['rev-parse', `--disambiguate=${prefix}`], signal);
    const types = await this.local(['cat-file', '--batch-check=%(objecttype) %(objectname)'], signal, ids);
    return types
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('commit '))
      .map((line) => line.slice('commit '.length));
  }

  async #has(commit: string, tagObject: string | undefined, signal: AbortSignal): Promise<boolean> {
    const wanted = tagObject === undefined ? [commit] : [commit, tagObject];
    if (wanted.every((id) => this.#present.has(id))) return true;
    const key = wanted.join(' ');
    // After a commit every Application of the repository asks at once. None of them can end it for the others.
    let looking = this.#looking.get(key);
    if (looking === undefined) {
      looking = this.#look(wanted, new AbortController().signal).finally(() => this.#looking.delete(key));
      this.#looking.set(key, looking);
    }
    const found = await looking;
    signal.throwIfAborted();
    return found;
  }

  async #look(wanted: readonly string[], signal: AbortSignal): Promise<boolean> {
    const input = wanted.map((id) => `${id}\n`).join('');
    const answer = await this.local(['cat-file', '--batch-check=%(objecttype)'], signal, input);
    const types = answer.toString('utf8').trim().split('\n');
    const found = types[0] === 'commit' && (wanted.length === 1 || types[1] === 'tag');
    if (this.#present.size > REMEMBERED) this.#present.clear();
    if (found) for (const id of wanted) this.#present.add(id);
    return found;
  }

  async #listRemote(signal: AbortSignal): Promise<GitRefs> {
    const url = this.#options.remote.url;
    const args = ['ls-remote', '--', url, 'HEAD', 'refs/heads/*', 'refs/tags/*'] as const;
    return parseRefs((await this.remote(args, signal, this.timeouts.listMs)).toString('utf8'));
  }

  async #fetchAll(signal: AbortSignal): Promise<void> {
    const url = this.#options.remote.url;
    const args = ['fetch', '--prune', '--force', ...FETCH_OPTIONS, '--', url, ...REFSPECS] as const;
    try {
      await this.remote(args, signal);
    } catch (error) {
      if (!(error instanceof GitError) || !isDamage(error)) throw error;
      // A fetch that was killed can leave locks and half-written files. The mirror is a cache: begin anew.
      this.#present.clear();
      this.#ready = false;
      await rm(this.#options.folder, { recursive: true, force: true });
      await this.#initialise(signal);
      await this.remote(args, signal);
    }
  }

  /** Shared by all callers, so that none of them can abort it; its own timeout ends it. */
  async #prepare(): Promise<void> {
    if (this.#ready && !(await exists(join(this.#options.folder, 'HEAD'))) && this.#ready) {
      this.#ready = false;
      this.#present.clear();
      this.#prepared = undefined;
    }
    this.#prepared ??= this.#initialise(new AbortController().signal).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    await this.#prepared;
  }

  async #initialise(signal: AbortSignal): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    // Without a template there are no hooks. On an existing mirror this changes nothing.
    await this.local(['init', '--quiet', '--bare', '--template='], signal);
    this.#ready = true;
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Packs that a fetch which was ended left half-written: Git itself keeps them for two weeks. */
async function removeRemains(mirror: string): Promise<void> {
  const folder = join(mirror, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith('tmp_'))) {
    const file = join(folder, name);
    const about = await stat(file).catch(() => undefined);
    // Another process may be writing its own.
    if (about !== undefined && Date.now() - about.mtimeMs > REMAINS_MS) await rm(file, { force: true });
  }
}

/** Signs of a mirror that was left half-written. */
function isDamage(error: GitError): boolean {
  return /\.lock': File exists|object file .* is empty|is corrupt|bad object|unable to read|not our ref [0-9a-f]+ in|not a git repository: '/i.test(
    error.stderr,
  );
}
