import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** The Git repository that the quickstart deploys from. */
export interface Repository {
  readonly folder: string;
  /** Id of the first commit. */
  readonly first: string;
  /** Puts another image tag into manifests/service.yaml and commits it. Gives the commit id. */
  setVersion(tag: string): Promise<string>;
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
    setVersion: async (tag) => {
      const file = join(folder, 'manifests', 'service.yaml');
      const before = await readFile(file, 'utf8');
      const after = before.replace(/(image: \S+\/hello:)\S+/u, `$1${tag}`);
      if (after === before) throw new Error(`${file} names hello:${tag} already, or no image hello:...`);
      await writeFile(file, after);
      return await commit(folder, `Deploy hello ${tag}`);
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
