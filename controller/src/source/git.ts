import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { AccessDesk } from './access/access.ts';
import type { Credentials } from './access/credentials.ts';
import type { HostPolicy } from './access/hosts.ts';
import { CachedWork } from './cachedwork.ts';
import { type FolderOptions, normaliseFolder } from './folder.ts';
import { type GitObserver, GitRepository, type GitTimeouts } from './gitrepository.ts';
import type { Resolved } from './gitrevision.ts';
import { GitSnapshot } from './gitsnapshot.ts';
import { GitWriter } from './gitwrite.ts';
import { defaultLimits, type SourceLimits } from './limits.ts';
import { ManifestReader } from './manifestreader.ts';
import { MirrorReader } from './mirrorreader.ts';
import { parseRemote } from './remote.ts';
import { Renderers } from './render/renderers.ts';
import type { RenderOptions } from './render/rendering.ts';
import type { Verification } from './signatures/verification.ts';
import { verifySignature } from './signatures/verify.ts';
import type { Fetched, Freshness, Look, Source } from './source.ts';

/** What all Git sources of a process have in common. */
export interface GitOptions {
  /** Folder for the bare mirrors, one for each repository. Its content can be deleted at any time while nothing runs. */
  readonly cacheFolder: string;
  /** Whether repositories of the local file system may be named. Only for configuration that is trusted. */
  readonly allowFile: boolean;
  readonly limits?: SourceLimits;
  readonly timeouts?: GitTimeouts;
  /** Bytes that one fetch may bring, where `prlimit` is on PATH. Default: 4 GiB. */
  readonly maxPackBytes?: number;
  readonly observer?: GitObserver;
  /** Where PATH, the SSH agent and proxies are taken from: the environment of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** How to log in, by repository. Default: only what stands in the address, and the ssh of this user. */
  readonly credentials?: Credentials;
  /** Which hosts may be spoken to. Default: all that are not local. */
  readonly hosts?: HostPolicy;
  /** Default: with the limits of `Renderers`. */
  readonly renderers?: Renderers;
  /** For ages of listings, ends of tokens and keys. Default: the time of the machine. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** A folder of a repository at a revision. */
export interface GitSourceOptions extends FolderOptions, RenderOptions {
  readonly repoURL: string;
  /**
   * Branch, tag, full reference name, commit id, whole or its first seven and more characters, or a range of versions
   * (`>=1.2.0 <2`, `1.x`), which means the highest tag in it. Default: HEAD.
   */
  readonly targetRevision?: string;
  /** Whose signature is wanted. Default: nobody's. */
  readonly verify?: Verification;
}

/** A source that can look without reading. */
export interface GitSource extends Source {
  fetch(signal: AbortSignal, freshness?: Freshness): Promise<Fetched>;
  look(signal: AbortSignal, freshness?: Freshness): Promise<Look>;
}

/** A repository and what is remembered of it. */
interface Opened {
  readonly repository: GitRepository;
  readonly reader: MirrorReader;
  /** Who signed what, by commit, tag and keys. */
  readonly signers: CachedWork<string>;
}

const defaultTimeouts: GitTimeouts = { listMs: 30_000, fetchMs: 300_000, localMs: 60_000 };
const MAX_PACK_BYTES = 4 * 1024 ** 3;
const SIGNERS = 64;
const HOUR_MS = 3_600_000;

/** Git sources. Those of one repository share a mirror, a listing, a fetch, and what was read of a commit. */
export class GitSources {
  readonly #options: GitOptions;
  readonly #access: AccessDesk;
  readonly #renderers: Renderers;
  readonly #now: () => Date;
  readonly #opened = new Map<string, Opened>();

  /** Throws a TerminalError for credentials that are not usable. */
  constructor(options: GitOptions) {
    this.#options = options;
    this.#now = () => options.clock?.now() ?? new Date();
    const { credentials, hosts, environment } = options;
    this.#renderers = options.renderers ?? new Renderers({ environment });
    this.#access = new AccessDesk({
      environment,
      now: this.#now,
      ...(credentials !== undefined && { credentials }),
      ...(hosts !== undefined && { hosts }),
    });
  }

  /** A folder of a repository. Throws a TerminalError for an address or path that is not allowed; reads nothing yet. */
  open(options: GitSourceOptions): GitSource {
    const opened = this.#open(options.repoURL);
    const { repository, reader } = opened;
    const limits = this.#options.limits ?? defaultLimits;
    const manifests = new ManifestReader({ ...options, path: normaliseFolder(options.path) }, limits, this.#renderers);
    const arrive = async (signal: AbortSignal, freshness: Freshness | undefined) => {
      const resolved = await repository.resolve(options.targetRevision, signal, freshness);
      const signedBy = await this.#verify(opened, resolved, options.verify, signal);
      const { commit } = resolved;
      return { commit, signedBy, snapshot: new GitSnapshot(repository, reader, commit, limits) };
    };
    return {
      fetch: async (signal, freshness) => {
        const { commit, signedBy, snapshot } = await arrive(signal, freshness);
        const { files, treeHash } = await manifests.read(snapshot, signal);
        const { commit: about } = await reader.about(commit, signal);
        return {
          revision: commit,
          commit: { ...about, ...(signedBy !== undefined && { signedBy }) },
          files,
          treeHash,
        };
      },
      look: async (signal, freshness) => {
        const { commit, snapshot } = await arrive(signal, freshness);
        return { revision: commit, treeHash: await manifests.hash(snapshot, signal) };
      },
    };
  }

  /** Commits of HEAD, branches and tags of a repository, by full name (`refs/heads/main`), from one listing. */
  async heads(repoURL: string, signal: AbortSignal, freshness?: Freshness): Promise<ReadonlyMap<string, string>> {
    return (await this.#open(repoURL).repository.refs(signal, freshness)).commits;
  }

  /**
   * To be called when a repository is known to have changed, as by a webhook: no listing that began before is used again,
   * not even one that is under way. Gives whether anything of the repository was read before.
   */
  invalidate(repoURL: string): boolean {
    const opened = this.#opened.get(this.#keyOf(repoURL));
    opened?.repository.invalidate();
    return opened !== undefined;
  }

  /** Makes commits of a repository, with the same credentials. Throws a TerminalError for an address that is not allowed. */
  writer(repoURL: string): GitWriter {
    const { repository } = this.#open(repoURL);
    return new GitWriter(repository, this.#now);
  }

  async #verify(
    { repository, signers }: Opened,
    resolved: Resolved,
    verification: Verification | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (verification === undefined) return undefined;
    const now = this.#now();
    // By the hour as well: keys end.
    const hour = Math.floor(now.getTime() / HOUR_MS);
    const key = JSON.stringify([resolved.commit, resolved.tag, verification, hour]);
    const { environment } = this.#options;
    return await signers.get(key, signal, (own) =>
      verifySignature(repository, resolved, verification, { signal: own, environment, now }),
    );
  }

  /** The repository of an address and its credentials: who may not read it must not read another's mirror. */
  #open(repoURL: string): Opened {
    const key = this.#keyOf(repoURL);
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const remote = parseRemote(repoURL, this.#options);
    this.#access.check(remote);
    const { timeouts = defaultTimeouts, maxPackBytes = MAX_PACK_BYTES } = this.#options;
    const { environment, observer, cacheFolder } = this.#options;
    const folder = join(cacheFolder, `${key.slice(0, 40)}.git`);
    const now = this.#now;
    const access = this.#access;
    const repository = new GitRepository({
      remote,
      folder,
      timeouts,
      environment,
      access,
      now,
      maxPackBytes,
      observer,
    });
    const opened = { repository, reader: new MirrorReader(repository), signers: new CachedWork<string>(SIGNERS) };
    this.#opened.set(key, opened);
    return opened;
  }

  #keyOf(repoURL: string): string {
    const { url, authorization = '' } = parseRemote(repoURL, this.#options);
    return createHash('sha256')
      .update(JSON.stringify([url, authorization]))
      .digest('hex');
  }
}
