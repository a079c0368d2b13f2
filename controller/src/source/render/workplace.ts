import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TerminalError } from '../../core/errors.ts';
import { privateFolder } from '../privatefolder.ts';

/** A private folder that a renderer works in: `tree` holds the repository's files, `own` ours, `home` and `empty` are for it. */
export interface Workplace extends AsyncDisposable {
  readonly folder: string;
  readonly tree: string;
  /** Writes a file of ours beside the tree; gives its path. */
  write(name: string, content: string): Promise<string>;
}

const IGNORABLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Writes files of a repository to a new private folder, each as a regular file: links were followed before, and nothing
 * is executable. Throws a TerminalError for a name that could be another file on some file system.
 */
export async function workplace(files: ReadonlyMap<string, Uint8Array>, where: string): Promise<Workplace> {
  checkNames(files.keys(), where);
  const temporary = await privateFolder();
  try {
    const folder = await realpath(temporary.path);
    const tree = join(folder, 'tree');
    for (const name of ['tree', 'own', 'home', 'empty']) await mkdir(join(folder, name), { mode: 0o700 });
    const made = new Set<string>();
    for (const [path, bytes] of files) {
      const parent = dirname(join(tree, path));
      if (!made.has(parent)) await mkdir(parent, { recursive: true, mode: 0o700 });
      made.add(parent);
      await writeFile(join(tree, path), bytes, { mode: 0o600, flag: 'wx' });
    }
    return {
      folder,
      tree,
      write: async (name, content) => {
        const file = join(folder, 'own', name);
        await writeFile(file, content, { mode: 0o600, flag: 'wx' });
        return file;
      },
      [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
    };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

function checkNames(paths: Iterable<string>, where: string): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folded = path.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new TerminalError('FileRefused', `${where}: ${other} and ${path} differ in case only; rename one of them`);
    }
    seen.set(folded, path);
    for (const segment of path.split('/')) {
      const plain = segment
        .replace(IGNORABLE, '')
        .toLowerCase()
        .replace(/[. ]+$/, '');
      const wrong = segment === '..' || segment === '.' || segment === '' || segment.includes('\\');
      if (wrong || plain === '.git' || plain === 'git~1' || segment.includes('\0')) {
        throw new TerminalError('FileRefused', `${where}: ${path} is not a name that is written to a folder`);
      }
    }
  }
}
