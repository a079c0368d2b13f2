import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';

/** The Git repository that the quickstart deploys from. */
export interface Repository {
  readonly folder: string;
  /** Id of the first commit. */
  readonly first: string;
  /** Puts another tag of the image hello into the manifests and commits it. Gives the commit id. */
  setVersion(tag: string): Promise<string>;
  /** Copies a file into manifests/ and commits it. Gives the commit id. */
  add(file: string): Promise<string>;
}

/** Makes the repository anew from the sample: one commit on `main`. */
export async function seedRepository(sample: string, folder: string): Promise<Repository> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(sample, folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  // Only for this repository: the person's own settings stay untouched, and a machine without any works too.
  await git(folder, 'config', 'user.name', 'Longshore quickstart');
  await git(folder, 'config', 'user.email', 'quickstart@localhost');
  await git(folder, 'config', 'commit.gpgsign', 'false');
  const first = await commit(folder, 'Deploy hello v1');
  return {
    folder,
    first,
    add: async (file) => {
      await cp(file, join(folder, 'manifests', basename(file)));
      return await commit(folder, `Add ${basename(file)}`);
    },
    setVersion: async (tag) => {
      const manifests = join(folder, 'manifests');
      for (const name of await readdir(manifests)) {
        const file = join(manifests, name);
        const before = await readFile(file, 'utf8');
        const after = before.replace(/(image: \S+\/hello:)\S+/u, `$1${tag}`);
        if (after === before) continue;
        await writeFile(file, after);
        return await commit(folder, `Deploy hello ${tag}`);
      }
      throw new Error(`${manifests} names hello:${tag} already, or no image hello:...`);
    },
  };
}

async function commit(folder: string, message: string): Promise<string> {
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', message);
  return await git(folder, 'rev-parse', 'HEAD');
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  // Inside a Git hook these name the outer repository, and would win over the folder.
  const env = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };
  const { stdout } = await execa('git', args, { cwd: folder, env, stdin: 'ignore' });
  return stdout;
}
