import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that only this user can look into; removed, with all in it, at the end of its scope. */
export async function privateFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  // mkdtemp makes it with mode 0700.
  const path = await mkdtemp(join(tmpdir(), 'longshore-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
