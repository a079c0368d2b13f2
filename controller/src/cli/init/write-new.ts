import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TerminalError } from '../../core/errors.ts';

/** Writes files under `root`, all or none: what exists already is never overwritten. */
export async function writeNew(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  const present = [];
  for (const path of files.keys()) if (await exists(join(root, path))) present.push(path);
  if (present.length > 0) {
    throw new TerminalError(
      'FilesExist',
      `${root} already holds ${present.join(', ')}; nothing was written. Give another folder, or move them away.`,
    );
  }
  const written: string[] = [];
  try {
    for (const [path, text] of files) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      // wx: somebody may have made the file since the look above.
      await writeFile(file, text, { flag: 'wx' });
      written.push(file);
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return found !== undefined;
}
