import { TerminalError } from '../core/errors.ts';
import type { GitRepository } from './gitrepository.ts';
import { Intake, type SourceLimits } from './limits.ts';
import type { Selector } from './selection.ts';

/** A folder of a commit. Without a checkout: no path of the repository ever becomes a path of this machine. */
export interface TreeRequest {
  readonly commit: string;
  /** The folder, normalised: `''` for the whole commit, else without a slash at either end. */
  readonly path: string;
  /** Id of the folder's tree object. */
  readonly tree: string;
  readonly selector: Selector;
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

/** What a link leads to; anything but a blob or tree is a link to nowhere or out of the folder. */
interface LinkTarget {
  readonly type: string;
  readonly id: string;
  readonly size: number;
}

const SYMLINK = '120000';
const SUBMODULE = '160000';
const ENTRY_BYTES = 512;
const LFS_POINTER = Buffer.from('version https://git-lfs.github.com/spec/');

/**
 * The files below a folder of a commit. Links to files within the folder are followed; a link that leaves it, a linked
 * folder and a submodule are errors: what they stand for would be missing silently.
 */
export async function readTree(
  repository: GitRepository,
  request: TreeRequest,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { takes, sees, deep } = request.selector;
  const intake = new Intake(request.limits, whereOf(repository, request));
  const entries = (await listTree(repository, request, intake)).filter((entry) => sees(entry.path));
  const wanted = new Map<string, string>();
  for (const entry of entries) {
    if (entry.mode === SUBMODULE) {
      if (deep) throw refused(repository, request, entry.path, 'is a submodule');
    } else if (entry.mode !== SYMLINK && takes(entry.path)) {
      intake.admit(entry.path, entry.size);
      wanted.set(entry.path, entry.id);
    }
  }
  // A link that is neither a file to take nor a folder to look into: wherever it leads, nothing is missing.
  const links = entries.filter((entry) => entry.mode === SYMLINK && (deep || takes(entry.path)));
  for (const [path, target] of await followLinks(repository, links, request)) {
    if (target.type === 'blob' && !takes(path)) continue;
    if (target.type === 'tree' && !deep) continue;
    if (target.type === 'tree') throw refused(repository, request, path, 'is a link to a folder');
    if (target.type !== 'blob') {
      throw refused(repository, request, path, 'is a symbolic link to nowhere or out of the folder');
    }
    intake.admit(path, target.size);
    wanted.set(path, target.id);
  }
  return await readBlobs(repository, wanted, request);
}

/** Names of what lies directly in a tree. */
export async function namesIn(
  repository: GitRepository,
  tree: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const output = await repository.local(['ls-tree', '-z', '--name-only', tree], signal);
  return new Set(output.toString('utf8').split('\0').slice(0, -1));
}

async function listTree(repository: GitRepository, request: TreeRequest, intake: Intake): Promise<readonly Entry[]> {
  const recurse = request.selector.deep ? ['-r'] : [];
  const output = await run(repository, request, ['ls-tree', '-z', '-l', ...recurse, request.tree]);
  const lines = decode(repository, request, output).split('\0').slice(0, -1);
  intake.entries(lines.length);
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

/** What links stand for, asked of Git in one go, which never looks outside of the tree. */
async function followLinks(
  repository: GitRepository,
  links: readonly Entry[],
  request: TreeRequest,
): Promise<ReadonlyMap<string, LinkTarget>> {
  const targets = new Map<string, LinkTarget>();
  if (links.length === 0) return targets;
  const broken = links.find(({ path }) => path.includes('\n'));
  if (broken !== undefined) throw refused(repository, request, broken.path, 'is not a valid path');
  const input = links.map(({ path }) => `${request.tree}:${path}\n`).join('');
  const answer = await run(repository, request, ['cat-file', '--batch-check', '--follow-symlinks'], input);
  let at = 0;
  for (const { path } of links) {
    const end = answer.indexOf('\n', at);
    const line = answer.toString('utf8', at, end);
    at = end + 1;
    const [first = '', second = '', size = ''] = line.split(' ');
    // A link that cannot be followed is answered with how long its target is, and the target on lines of its own.
    if (/^(dangling|loop|notdir|symlink) \d+$/.test(line)) {
      at += Number(second) + 1;
      targets.set(path, { type: first, id: '', size: 0 });
    } else
      targets.set(path, { type: line.endsWith(' missing') ? 'missing' : second, id: first, size: Number(size) || 0 });
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

async function run(
  repository: GitRepository,
  request: TreeRequest,
  args: readonly string[],
  input = '',
): Promise<Buffer> {
  const { signal, limits } = request;
  const maxBytes = limits.maxTotalBytes + limits.maxEntries * ENTRY_BYTES;
  return await repository.git(args, { signal, input, maxBytes, timeoutMs: repository.timeouts.localMs });
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
    `${whereOf(repository, request)}: ${path} ${why}; ${request.selector.advice}`,
  );
}
