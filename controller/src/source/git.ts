import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type FolderOptions, normaliseFolder } from './folder.ts';
import { type GitObserver, GitRepository, type GitTimeouts } from './gitrepository.ts';
import { readTree } from './gittree.ts';
import { defaultLimits, type SourceLimits } from './limits.ts';
import { parseRemote } from './remote.ts';
import type { Commit, Source } from './source.ts';

/** What all Git sources of a process have in common. */
export interface GitOptions {
  /** Folder for the bare mirrors, one for each repository. Its content can be deleted at any time while nothing runs. */
  readonly cacheFolder: string;
  /** Whether repositories of the local file system may be named. Only for configuration that is trusted. */
  readonly allowFile: boolean;
  readonly limits?: SourceLimits;
  readonly timeouts?: GitTimeouts;
  readonly observer?: GitObserver;
  /** Where PATH, the SSH agent and proxies are taken from: the environment of the process. */
  readonly environment: NodeJS.ProcessEnv;
}

/** A folder of a repository at a revision. */
export interface GitSourceOptions extends FolderOptions {
  readonly repoURL: string;
  /** Branch, tag, full reference name, or commit id, whole or its first seven and more characters. Default: HEAD. */
  readonly targetRevision?: string;
}

const defaultTimeouts: GitTimeouts = { listMs: 30_000, fetchMs: 300_000, localMs: 60_000 };
const MESSAGE_LENGTH = 4096;

/** Git sources. Those of one repository share a mirror, and a listing or fetch that is under way. */
export class GitSources {
  readonly #options: GitOptions;
  readonly #repositories = new Map<string, GitRepository>();

  constructor(options: GitOptions) {
    this.#options = options;
  }

  /** A folder of a repository. Throws a TerminalError for an address or path that is not allowed; reads nothing yet. */
  open(options: GitSourceOptions): Source {
    const repository = this.#repository(options.repoURL);
    const path = normaliseFolder(options.path);
    const selection = options.directory ?? {};
    const limits = this.#options.limits ?? defaultLimits;
    return {
      async fetch(signal) {
        const commit = await repository.resolve(options.targetRevision, signal);
        const [tree, about] = await Promise.all([
          readTree(repository, { commit, path, selection, limits, signal }),
          describe(repository, commit, signal),
        ]);
        return { revision: commit, commit: about, ...tree };
      },
    };
  }

  /** The repository of an address and its credentials: who may not read it must not read another's mirror. */
  #repository(repoURL: string): GitRepository {
    const remote = parseRemote(repoURL, { allowFile: this.#options.allowFile });
    const key = createHash('sha256')
      .update(JSON.stringify([remote.url, remote.authorization ?? '']))
      .digest('hex');
    const known = this.#repositories.get(key);
    if (known !== undefined) return known;
    const folder = join(this.#options.cacheFolder, `${key.slice(0, 40)}.git`);
    const timeouts = this.#options.timeouts ?? defaultTimeouts;
    const repository = new GitRepository(remote, folder, timeouts, this.#options.environment, this.#options.observer);
    this.#repositories.set(key, repository);
    return repository;
  }
}

async function describe(repository: GitRepository, commit: string, signal: AbortSignal): Promise<Commit> {
  const args = ['log', '-1', '--no-show-signature', '--format=%an <%ae>%x00%cI%x00%B', '--end-of-options', commit];
  const output = await repository.git(args, { signal, timeoutMs: repository.timeouts.localMs });
  const [author = '', committedAt = '', message = ''] = output.toString('utf8').split('\0');
  return {
    revision: commit,
    author,
    committedAt: new Date(committedAt),
    message: message.trim().slice(0, MESSAGE_LENGTH),
  };
}
