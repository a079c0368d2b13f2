import { CachedWork } from './cachedwork.ts';
import { GitError } from './gitcommand.ts';
import type { GitRepository } from './gitrepository.ts';
import type { Commit } from './source.ts';

/** A commit, and the id of its tree object. */
export interface CommitAbout {
  readonly commit: Commit;
  readonly tree: string;
}

const MESSAGE_LENGTH = 4096;
/** A few branches or tags are followed at a time; the rest is asked again. */
const COMMITS = 16;
const FOLDER_LISTS = 4;

/**
 * What many Applications ask of the same commit of a mirror, asked of Git once: a hundred folders of one commit are one
 * process.
 */
export class MirrorReader {
  readonly #repository: GitRepository;
  readonly #commits = new CachedWork<CommitAbout>(COMMITS);
  readonly #folders = new CachedWork<ReadonlyMap<string, string> | 'too many'>(FOLDER_LISTS);

  constructor(repository: GitRepository) {
    this.#repository = repository;
  }

  /** Author, time and message of a commit, and its tree. */
  async about(commit: string, signal: AbortSignal): Promise<CommitAbout> {
    return await this.#commits.get(commit, signal, async (own) => {
      const format = '--format=%T%x00%an <%ae>%x00%cI%x00%B';
      const args = ['log', '-1', '--no-show-signature', format, '--end-of-options', commit];
      const output = await this.#repository.local(args, own);
      const [tree = '', author = '', committedAt = '', message = ''] = output.toString('utf8').split('\0');
      const told = message.trim().slice(0, MESSAGE_LENGTH);
      return { tree, commit: { revision: commit, author, committedAt: new Date(committedAt), message: told } };
    });
  }

  /** Id of the tree object of a folder of a commit, `''` for the whole; undefined when there is no such folder. */
  async tree(commit: string, path: string, signal: AbortSignal): Promise<string | undefined> {
    if (path === '') return (await this.about(commit, signal)).tree;
    const folders = await this.#folderList(commit, signal);
    if (folders !== 'too many') return folders.get(path);
    return await this.#object(commit, path, 'tree', signal);
  }

  /** Id of the blob of a file of a commit; undefined when there is no such file. */
  async blob(commit: string, path: string, signal: AbortSignal): Promise<string | undefined> {
    return await this.#object(commit, path, 'blob', signal);
  }

  async #object(commit: string, path: string, wanted: string, signal: AbortSignal): Promise<string | undefined> {
    const input = `${commit}:${path}\n`;
    const answer = await this.#repository.local(['cat-file', '--batch-check'], signal, input);
    const [id, type] = answer.toString('utf8').trim().split(' ');
    return type === wanted ? id : undefined;
  }

  /** Paths of the folders of a commit; none when there are too many to list. */
  async folders(commit: string, signal: AbortSignal): Promise<Iterable<string>> {
    const folders = await this.#folderList(commit, signal);
    return folders === 'too many' ? [] : folders.keys();
  }

  async #folderList(commit: string, signal: AbortSignal): Promise<ReadonlyMap<string, string> | 'too many'> {
    return await this.#folders.get(commit, signal, async (own) => {
      try {
        const output = await this.#repository.local(['ls-tree', '-r', '-d', '-z', commit], own);
        const lines = output.toString('utf8').split('\0').slice(0, -1);
        return new Map(lines.flatMap((line) => folderOf(line)));
      } catch (error) {
        if (error instanceof GitError && error.message.includes('bytes of output')) return 'too many';
        throw error;
      }
    });
  }
}

/** `040000 tree <id>\t<path>`; a submodule is listed as well, with the type `commit`. */
function folderOf(line: string): readonly (readonly [string, string])[] {
  const tab = line.indexOf('\t');
  const [, type, id] = line.slice(0, tab).split(' ');
  return type === 'tree' && id !== undefined ? [[line.slice(tab + 1), id]] : [];
}
