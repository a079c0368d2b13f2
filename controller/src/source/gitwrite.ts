import { join } from 'node:path';
import { ConflictError, TerminalError } from '../core/errors.ts';
import { hasControlCharacter } from './characters.ts';
import { normaliseFile } from './folder.ts';
import { GitError } from './gitcommand.ts';
import type { GitRepository } from './gitrepository.ts';
import { privateFolder } from './privatefolder.ts';

/** What lies in the commit that a change goes on top of. */
export interface BaseTree {
  readonly commit: string;
  /** Content of a file; undefined when there is none. Throws a TerminalError for a path that leaves the repository. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** Files by path relative to the root of the repository, with forward slashes. */
export type ChangedFiles = ReadonlyMap<string, Uint8Array>;

/** A change that is to become a commit. */
export interface GitChange {
  /** The branch that the commit goes on top of. Default: the one that HEAD names. */
  readonly base?: string;
  /**
   * The branch that gets the commit. Default: the base, which is never forced. Another one belongs to `author` alone and
   * is made anew on top of the base each time.
   */
  readonly branch?: string;
  /**
   * New contents, or how to work them out from a base; the latter is asked again when somebody else was faster.
   */
  readonly files: ChangedFiles | ((base: BaseTree) => Promise<ChangedFiles>);
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
}

/** What became of a change. */
export interface WrittenChange {
  readonly commit: string;
  readonly branch: string;
  readonly base: string;
  /** False when the base or the branch holds it already, in `commit`. */
  readonly changed: boolean;
}

/** Where a change goes to, as the server has it now. */
interface Place {
  readonly base: string;
  readonly baseCommit: string;
  readonly branch: string;
  /** Absent when the branch is the base. Empty when it is not there yet. */
  readonly own?: string;
}

const ATTEMPTS = 5;
const BLOB_MODE = '100644';

/** Makes commits without a working tree and pushes them. */
export class GitWriter {
  readonly #repository: GitRepository;
  readonly #now: () => Date;

  constructor(repository: GitRepository, now: () => Date) {
    this.#repository = repository;
    this.#now = now;
  }

  /**
   * Makes a commit on top of the newest base and pushes it. Never forces the base; an own branch is replaced only as long
   * as nobody else committed to it. Throws a ConflictError when others are always faster, or changed a file that `files`
   * gives as a whole; a TerminalError when the server refuses.
   */
  async commit(change: GitChange, signal: AbortSignal): Promise<WrittenChange> {
    checkAuthor(change);
    let first: string | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      this.#repository.invalidate();
      const place = await this.#place(change, signal);
      first ??= place.baseCommit;
      const written = await this.#attempt(change, place, first, signal);
      if (written !== undefined) return written;
    }
    throw new ConflictError(
      `${this.#repository.name}: somebody else pushed first, ${ATTEMPTS} times; nothing was written`,
    );
  }

  /** Undefined when somebody else was faster. */
  async #attempt(
    change: GitChange,
    place: Place,
    first: string,
    signal: AbortSignal,
  ): Promise<WrittenChange | undefined> {
    const { branch, base, baseCommit, own } = place;
    const files = await this.#files(change, baseCommit, first, signal);
    const tree = await this.#tree(baseCommit, files, signal);
    for (const commit of [baseCommit, own ?? '']) {
      const held = commit !== '' && (await this.#holds(commit, baseCommit, tree, signal));
      if (held) return { commit, branch, base, changed: false };
    }
    const commit = await this.#commit(change, baseCommit, tree, signal);
    if (!(await this.#push(place, commit, signal))) return undefined;
    this.#repository.invalidate();
    return { commit, branch, base, changed: true };
  }

  async #place(change: GitChange, signal: AbortSignal): Promise<Place> {
    const repository = this.#repository;
    const { commits } = await repository.refs(signal);
    const base = change.base ?? (await this.#defaultBranch(signal));
    checkBranch(base);
    const baseCommit = commits.get(`refs/heads/${base}`);
    if (baseCommit === undefined) {
      throw new TerminalError('RevisionNotFound', `${repository.name}: there is no branch "${base}" to commit to`);
    }
    await repository.obtain(baseCommit, signal);
    const branch = change.branch ?? base;
    if (branch === base) return { base, baseCommit, branch };
    checkBranch(branch);
    const own = commits.get(`refs/heads/${branch}`) ?? '';
    if (own !== '') await this.#checkOwn(change, branch, own, baseCommit, signal);
    return { base, baseCommit, branch, own };
  }

  /** Replacing a branch throws commits away: only our own. */
  async #checkOwn(
    { author }: GitChange,
    branch: string,
    own: string,
    baseCommit: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#repository.obtain(own, signal);
    const args = ['log', '--no-show-signature', '--format=%ae', '--end-of-options', own, `^${baseCommit}`];
    const emails = (await this.#repository.local(args, signal)).toString('utf8').split('\n');
    const other = emails.find((email) => email !== '' && email !== author.email);
    if (other === undefined) return;
    throw new ConflictError(
      `${this.#repository.name}: branch "${branch}" holds commits of ${other}; merge or delete it, or name another branch`,
    );
  }

  async #defaultBranch(signal: AbortSignal): Promise<string> {
    const { name, url, timeouts } = this.#repository;
    const args = ['ls-remote', '--symref', '--', url, 'HEAD'] as const;
    const answer = (await this.#repository.remote(args, signal, timeouts.listMs)).toString('utf8');
    const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
    if (branch !== undefined) return branch;
    throw new TerminalError('RevisionNotFound', `${name}: HEAD names no branch; say which one to commit to`);
  }

  async #files(change: GitChange, baseCommit: string, first: string, signal: AbortSignal): Promise<ChangedFiles> {
    const read = async (commit: string, path: string): Promise<Uint8Array | undefined> =>
      await this.#blob(commit, normaliseFile(path), signal);
    if (typeof change.files === 'function') {
      return await change.files({ commit: baseCommit, read: (path) => read(baseCommit, path) });
    }
    if (baseCommit === first) return change.files;
    for (const path of change.files.keys()) {
      const [before, now] = await Promise.all([read(first, path), read(baseCommit, path)]);
      if (Buffer.compare(before ?? Buffer.of(), now ?? Buffer.of()) !== 0) {
        throw new ConflictError(`${this.#repository.name}: ${path} was changed by somebody else meanwhile`);
      }
    }
    return change.files;
  }

  async #blob(commit: string, path: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const answer = await this.#repository.local(['cat-file', '--batch'], signal, `${commit}:${path}\n`);
    const end = answer.indexOf('\n');
    const [, type, size] = answer.toString('utf8', 0, end).split(' ');
    return type === 'blob' ? new Uint8Array(answer.subarray(end + 1, end + 1 + Number(size))) : undefined;
  }

  /** The tree of the base with the files in it, made in an index of its own. */
  async #tree(baseCommit: string, files: ChangedFiles, signal: AbortSignal): Promise<string> {
    const { git, timeouts } = this.#repository;
    await using temporary = await privateFolder();
    const environment = { GIT_INDEX_FILE: join(temporary.path, 'index') };
    const run = async (args: readonly string[], input: string | Uint8Array = ''): Promise<string> =>
      (await git(args, { signal, timeoutMs: timeouts.localMs, input, environment })).toString('utf8').trim();
    await run(['read-tree', baseCommit]);
    let entries = '';
    for (const [given, bytes] of files) {
      const path = normaliseFile(given);
      const id = await run(['hash-object', '-w', '--no-filters', '--stdin'], bytes);
      entries += `${await this.#mode(baseCommit, path, signal)} ${id}\t${path}\0`;
    }
    await run(['update-index', '--add', '-z', '--index-info'], entries);
    return await run(['write-tree']);
  }

  /** Files keep their mode. What is a link, a folder or a submodule is not overwritten. */
  async #mode(commit: string, path: string, signal: AbortSignal): Promise<string> {
    const parents = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
    const output = await this.#repository.local(['ls-tree', '-z', commit, ...parents], signal);
    for (const line of output.toString('utf8').split('\0').slice(0, -1)) {
      const [mode = '', type = ''] = line.split(' ', 2);
      const name = line.slice(line.indexOf('\t') + 1);
      // Asked for a file and its folder, Git lists what lies beside the file as well.
      if (!parents.includes(name)) continue;
      if (name === path && type === 'blob' && mode.startsWith('100')) return mode;
      if (name !== path && type === 'tree') continue;
      const what = type === 'tree' ? 'a folder' : mode === '120000' ? 'a symbolic link' : 'no regular file';
      throw new TerminalError('FileRefused', `${this.#repository.name}: ${name} is ${what}; ${path} is not written`);
    }
    return BLOB_MODE;
  }

  /** True when a commit holds the tree on top of the base, or is the base and holds it. */
  async #holds(commit: string, baseCommit: string, tree: string, signal: AbortSignal): Promise<boolean> {
    const output = await this.#repository.local(['log', '-1', '--no-show-signature', '--format=%T %P', commit], signal);
    const [found, ...parents] = output.toString('utf8').trim().split(' ');
    return found === tree && (commit === baseCommit || parents.join(' ') === baseCommit);
  }

  async #commit({ author, message }: GitChange, parent: string, tree: string, signal: AbortSignal): Promise<string> {
    const date = `${Math.floor(this.#now().getTime() / 1000)} +0000`;
    const { git, timeouts } = this.#repository;
    const output = await git(['commit-tree', tree, '-p', parent, '-F', '-'], {
      signal,
      timeoutMs: timeouts.localMs,
      input: message,
      environment: {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
        GIT_COMMITTER_DATE: date,
      },
    });
    return output.toString('utf8').trim();
  }

  /** False when somebody else was faster. */
  async #push({ branch, own }: Place, commit: string, signal: AbortSignal): Promise<boolean> {
    const { url, name } = this.#repository;
    const ref = `refs/heads/${branch}`;
    const lease = own === undefined ? [] : [`--force-with-lease=${ref}:${own}`];
    try {
      const refspec = `${commit}:${ref}`;
      const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', ...lease, '--', url, refspec] as const;
      await this.#repository.remote(args, signal);
      return true;
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      const rejected = /^!\t\S+\t(.*)$/m.exec(error.stdout)?.[1];
      if (rejected === undefined) throw error;
      if (/\[rejected\]|cannot lock ref|failed to update ref|incorrect old value/.test(rejected)) return false;
      const said = error.stderr
        .split('\n')
        .filter((line) => line.startsWith('remote:'))
        .join(' ')
        .slice(0, 500);
      throw new TerminalError(
        'PushRefused',
        `${name}: the server refuses the push to ${branch}: ${rejected} ${said}`.trim(),
      );
    }
  }
}

/** The rules of `git check-ref-format`, and no name that looks like an option. */
function checkBranch(branch: string): void {
  const wrong =
    branch === '' ||
    branch.startsWith('-') ||
    branch === '@' ||
    hasControlCharacter(branch) ||
    /[\s~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^\//.test(branch) ||
    branch.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'));
  if (wrong) throw new TerminalError('RevisionRefused', `"${branch}" is not the name of a branch`);
}

function checkAuthor({ author, message }: GitChange): void {
  const bad = [author.name, author.email].find(
    (text) => text.trim() === '' || /[<>]/.test(text) || hasControlCharacter(text),
  );
  if (bad !== undefined)
    throw new TerminalError('AuthorRefused', `author: "${bad}" is empty or holds "<", ">" or a control character`);
  if (message.trim() === '') throw new TerminalError('MessageRefused', 'the commit has no message');
}
