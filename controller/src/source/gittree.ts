import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { GitRepository } from './gitrepository.ts';
import { Intake, type SourceLimits } from './limits.ts';
import { selector, type Selection } from './selection.ts';

/** A folder of a commit. Without a checkout: no path of the repository ever becomes a path of this machine. */
export interface TreeRequest {
  readonly commit: string;
  /** The folder, normalised: `''` for the whole commit, else without a slash at either end. */
  readonly path: string;
  readonly selection: Selection;
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
}

/** One entry of a Git tree. */
interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

const SYMLINK = '120000';
const SUBMODULE = '160000';
const ENTRY_BYTES = 512;

/**
 * The manifests below a folder of a commit, and the id of the folder's tree object. Links to files within the folder
 * are followed; a link that leaves it, a linked folder and a submodule are errors: what they stand for would be missing
 * silently.
 */
export async function readTree(
  repository: GitRepository,
  request: TreeRequest,
): Promise<{ readonly files: ReadonlyMap<string, Uint8Array>; readonly treeHash: string }> {
  const tree = await findTree(repository, request);
  const { takes, sees } = selector(request.selection);
  const entries = (await listTree(repository, tree, request)).filter((entry) => sees(entry.path));
  const wanted = new Map<string, string>();
  const intake = new Intake(request.limits, whereOf(repository, request));
  for (const entry of entries) {
    if (entry.mode === SUBMODULE) {
      if (request.selection.recurse === true) throw refused(repository, request, entry.path, 'is a submodule');
    } else if (entry.mode !== SYMLINK && takes(entry.path)) {
      intake.admit(entry.path, entry.size);
      wanted.set(entry.path, entry.id);
    }
  }
  // A link that is neither a file to take nor a folder to look into: wherever it leads, nothing is missing.
  const matters = (path: string) => request.selection.recurse === true || takes(path);
  const links = entries.filter((entry) => entry.mode === SYMLINK && matters(entry.path));
  for (const [path, target] of await followLinks(repository, tree, links, request)) {
    if (target.type === 'blob' && !takes(path)) continue;
    if (target.type === 'tree' && request.selection.recurse !== true) continue;
    if (target.type === 'tree') throw refused(repository, request, path, 'is a link to a folder');
    if (target.type !== 'blob') {
      throw refused(repository, request, path, 'is a symbolic link to nowhere or out of the folder');
    }
    intake.admit(path, target.size);
    wanted.set(path, target.id);
  }
  return { files: await readBlobs(repository, wanted, request), treeHash: tree };
}

/** Id of the tree object of the requested folder. */
async function findTree(repository: GitRepository, request: TreeRequest): Promise<string> {
  const answer = await run(repository, request, ['cat-file', '--batch-check'], `${request.commit}:${request.path}\n`);
  const [id = '', type] = answer.toString('utf8').trim().split(' ');
  if (type === 'tree') return id;
  if (type === 'blob') throw new TerminalError('PathNotFound', `${whereOf(repository, request)}: is not a folder`);
  const folders = await run(repository, request, ['ls-tree', '-r', '-d', '-z', '--name-only', request.commit]);
  const hint = didYouMean(request.path, folders.toString('utf8').split('\0'));
  throw new TerminalError('PathNotFound', `${whereOf(repository, request)}: there is no such folder${hint}`);
}

async function listTree(repository: GitRepository, tree: string, request: TreeRequest): Promise<readonly Entry[]> {
  const recurse = request.selection.recurse === true ? ['-r'] : [];
  const output = await run(repository, request, ['ls-tree', '-z', '-l', ...recurse, tree]);
  const lines = decode(repository, request, output).split('\0').slice(0, -1);
  if (lines.length > request.limits.maxEntries) {
    const most = request.limits.maxEntries;
    throw new TerminalError('SourceTooLarge', `${whereOf(repository, request)}: more than ${most} entries; use path`);
  }
  return lines.map((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', , id = '', size = ''] = line.slice(0, tab).split(/ +/);
    const path = line.slice(tab + 1);
    // Git's own checks refuse such names; a server that is not Git can send them all the same.
    if (path.split('/').some((segment) => segment === '' || segment === '..' || segment === '.')) {
      throw refused(repository, request, path, 'is not a valid path');
    }
    return { mode, id, size: Number(size) || 0, path };
  });
}

/** What links stand for, asked of Git, which never looks outside of the tree. */
async function followLinks(
  repository: GitRepository,
  tree: string,
  links: readonly Entry[],
  request: TreeRequest,
): Promise<ReadonlyMap<string, { readonly type: string; readonly id: string; readonly size: number }>> {
  const targets = new Map<string, { type: string; id: string; size: number }>();
  for (const { path } of links) {
    if (path.includes('\n')) throw refused(repository, request, path, 'is not a valid path');
    const args = ['cat-file', '--batch-check', '--follow-symlinks'];
    const answer = await run(repository, request, args, `${tree}:${path}\n`);
    const [id = '', type = '', size = ''] = answer.toString('utf8').split('\n', 1)[0]?.split(' ') ?? [];
    targets.set(path, { type, id, size: Number(size) || 0 });
  }
  return targets;
}

async function readBlobs(
  repository: GitRepository,
  wanted: ReadonlyMap<string, string>,
  request: TreeRequest,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  if (wanted.size === 0) return files;
  const input = [...wanted.values()].map((id) => `${id}\n`).join('');
  const output = await run(repository, request, ['cat-file', '--batch'], input);
  let at = 0;
  for (const path of wanted.keys()) {
    const end = output.indexOf('\n', at);
    const [, type, size] = output.toString('utf8', at, end).split(' ');
    if (type !== 'blob') throw new Error(`${whereOf(repository, request)}: ${path} cannot be read from the mirror`);
    const start = end + 1;
    at = start + Number(size) + 1;
    const bytes = output.subarray(start, at - 1);
    if (bytes.subarray(0, LFS_POINTER.length).equals(LFS_POINTER)) {
      throw refused(repository, request, path, 'is kept in Git LFS, which is not read');
    }
    files.set(path, new Uint8Array(bytes));
  }
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const LFS_POINTER = Buffer.from('version https://git-lfs.github.com/spec/');

function run(repository: GitRepository, request: TreeRequest, args: readonly string[], input = ''): Promise<Buffer> {
  const { signal, limits } = request;
  const maxBytes = limits.maxTotalBytes + limits.maxEntries * ENTRY_BYTES;
  return repository.git(args, { signal, input, maxBytes, timeoutMs: repository.timeouts.localMs });
}

function decode(repository: GitRepository, request: TreeRequest, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const where = whereOf(repository, request);
    throw new TerminalError('FileRefused', `${where}: a file name is not UTF-8`, { cause: error });
  }
}

function whereOf(repository: GitRepository, request: TreeRequest): string {
  return `${repository.name} at ${request.commit.slice(0, 12)}, path "${request.path === '' ? '.' : request.path}"`;
}

function refused(repository: GitRepository, request: TreeRequest, path: string, why: string): TerminalError {
  return new TerminalError(
    'FileRefused',
    `${whereOf(repository, request)}: ${path} ${why}; move the files or leave it out with directory.exclude`,
  );
}
