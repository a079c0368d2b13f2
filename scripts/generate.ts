// Everything that is generated: CRDs, schemas, reference pages. `--check` writes nothing and names what is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiFiles } from './generate/api-files.ts';
import { dashboardJson } from './generate/dashboard.ts';
import { httpSchemaFiles, openapiFiles } from './generate/openapi.ts';
import { OWNED_FOLDERS } from './generate/places.ts';
import { SchemaErrors } from './generate/schemas.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const generated = new Set<string>();
const stale: string[] = [];

try {
  bring(apiFiles(root));
  bring(httpSchemaFiles(root));
  bring(new Map([['charts/longshore/dashboards/longshore.json', dashboardJson()]]));
  // Only now: the program reads the schemas that have just been written.
  const { programFiles } = await import('./generate/program-files.ts');
  bring(await programFiles(root));
  bring(await openapiFiles(root));
  for (const path of OWNED_FOLDERS.flatMap(list)) {
    if (generated.has(path)) continue;
    stale.push(path);
    if (!check) rmSync(join(root, path));
  }
  report();
} catch (error) {
  if (!(error instanceof SchemaErrors)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function bring(files: ReadonlyMap<string, string>): void {
  for (const [path, content] of files) {
    generated.add(path);
    if (read(path) === content) continue;
    stale.push(path);
    if (check) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

function report(): void {
  if (check && stale.length > 0) {
    process.stderr.write(`stale, run "npm run generate":\n${stale.map((path) => `  ${path}\n`).join('')}`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(
    `${generated.size} generated files, ${stale.length} ${check ? 'stale' : 'written or removed'}\n`,
  );
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}
