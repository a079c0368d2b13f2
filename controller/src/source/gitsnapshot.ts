import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { GitRepository } from './gitrepository.ts';
import { namesIn, readTree } from './gittree.ts';
import type { SourceLimits } from './limits.ts';
import type { MirrorReader } from './mirrorreader.ts';
import type { Selector } from './selection.ts';
import type { HashedSnapshot } from './snapshot.ts';

/** A commit of a mirror. The digest of a folder is the id of its tree object. */
export class GitSnapshot implements HashedSnapshot {
  readonly name: string;
  readonly #repository: GitRepository;
  readonly #reader: MirrorReader;
  readonly #commit: string;
  readonly #limits: SourceLimits;

  constructor(repository: GitRepository, reader: MirrorReader, commit: string, limits: SourceLimits) {
    this.name = `${repository.name} at ${commit.slice(0, 12)}`;
    this.#repository = repository;
    this.#reader = reader;
    this.#commit = commit;
    this.#limits = limits;
  }

  async hash(path: string, signal: AbortSignal): Promise<string | undefined> {
    return await this.#reader.tree(this.#commit, path, signal);
  }

  async hashFile(path: string, signal: AbortSignal): Promise<string | undefined> {
    return await this.#reader.blob(this.#commit, path, signal);
  }

  async names(path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    return await namesIn(this.#repository, await this.#tree(path, signal), signal);
  }

  async read(path: string, selector: Selector, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    const tree = await this.#tree(path, signal);
    const request = { commit: this.#commit, path, tree, selector, limits: this.#limits, signal };
    return await readTree(this.#repository, request);
  }

  async #tree(path: string, signal: AbortSignal): Promise<string> {
    const tree = await this.hash(path, signal);
    if (tree !== undefined) return tree;
    const where = `${this.name}, path "${path === '' ? '.' : path}"`;
    const answer = await this.#repository.local(['cat-file', '--batch-check'], signal, `${this.#commit}:${path}\n`);
    if (/^[0-9a-f]+ blob /.test(answer.toString('utf8'))) {
      throw new TerminalError('PathNotFound', `${where}: is not a folder`);
    }
    const hint = didYouMean(path, await this.#reader.folders(this.#commit, signal));
    throw new TerminalError('PathNotFound', `${where}: there is no such folder${hint}`);
  }
}
