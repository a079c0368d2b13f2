import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, 'node_modules/.cache/longshore-bench');

/**
 * The folder of a sandbox's state with a fleet of `services`, each with `events` events. Made when it is not there, which
 * takes about half a minute for a thousand services; kept under `node_modules/.cache` for as long as the sandbox and the
 * fleet stay as they are.
 */
export function preparedFleet(services: number, events: number): string {
  const plain = prepared(`${services}`, (folder) => run('fleet.ts', folder, String(services)));
  if (events === 0) return plain;
  return prepared(`${services}-${events}-events`, (folder) => run('fill-events.ts', plain, folder, String(events)));
}

function prepared(name: string, make: (folder: string) => void): string {
  const folder = join(CACHE, `${digestOfSources()}-${name}`);
  if (existsSync(folder)) return folder;
  console.error(`preparing ${name} services ...`);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    make(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function run(script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, ['--max-old-space-size=16384', join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A state is of the sandbox that wrote it. */
function digestOfSources(): string {
  const files = [...globSync('sandbox/src/**/*.ts', { cwd: ROOT }), 'bench/fleet-manifests.ts', 'bench/fleet.ts'];
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 12);
}
