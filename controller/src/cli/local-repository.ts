import { stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { TerminalError } from '../core/errors.ts';

/**
 * Says what to do when a local `repoURL` beside a `targetRevision` is no Git repository: Git itself says only that it
 * could not read from a remote one.
 * @throws TerminalError `NotARepository`
 */
export async function checkLocalRepository(folder: string, path = '.'): Promise<void> {
  if (await isRepository(folder)) return;
  if (!(await exists(folder))) throw new TerminalError('NotARepository', `repoURL: ${folder} does not exist`);
  const root = await rootAbove(folder);
  const other =
    root === undefined
      ? `make one of it with "git init" and a commit`
      : `name the repository that it is a part of (repoURL: ${relative(folder, root)}, path: ${relative(root, join(folder, path))})`;
  throw new TerminalError(
    'NotARepository',
    `repoURL: ${folder} is not the root of a Git repository, and targetRevision needs one: leave targetRevision out to read the folder as it lies there, or ${other}`,
  );
}

/** The root of the repository that a folder is in, itself perhaps; undefined when it is in none. */
export async function repositoryAround(folder: string): Promise<string | undefined> {
  return (await isRepository(folder)) ? folder : rootAbove(folder);
}

/** A working tree (also a linked one, whose .git is a file), or a bare repository. */
async function isRepository(folder: string): Promise<boolean> {
  if (await exists(join(folder, '.git'))) return true;
  return (await exists(join(folder, 'HEAD'))) && (await exists(join(folder, 'objects')));
}

async function rootAbove(folder: string): Promise<string | undefined> {
  const parent = dirname(folder);
  if (parent === folder) return undefined;
  return (await isRepository(parent)) ? parent : rootAbove(parent);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
