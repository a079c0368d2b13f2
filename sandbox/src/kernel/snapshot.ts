import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorldState } from './sandbox-world.ts';

const version = 1;
const fileName = 'sandbox.json';

/** Writes the state to `sandbox.json` in the folder, making the folder when it is not there. */
export async function writeSnapshot(folder: string, state: WorldState): Promise<void> {
  // First of all, before anything else can run: the state is live.
  const text = JSON.stringify({ version, ...state });
  await mkdir(folder, { recursive: true });
  const file = join(folder, fileName);
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Reads what `writeSnapshot` wrote. Throws when there is none or when another version wrote it. */
export async function readSnapshot(folder: string): Promise<WorldState> {
  const file = join(folder, fileName);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`no snapshot to restore: ${file} cannot be read`, { cause });
  }
  const { version: found, ...state } = JSON.parse(text) as WorldState & { version: number };
  if (found !== version)
    throw new Error(`${file} is of snapshot version ${found}; this sandbox reads version ${version}`);
  return state;
}
