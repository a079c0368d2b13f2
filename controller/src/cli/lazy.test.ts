import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { longshore } from '../../test/e2e/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-lazy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Says at the end which packages of these were loaded. All of them are CommonJS. */
const LIST = `import {Module} from 'node:module';
const of=(file)=>/node_modules.((?:@[^\\\\/]+.)?[^\\\\/]+)/.exec(file)?.[1]??'';
process.on('exit',()=>process.stderr.write('loaded '+[...new Set(Object.keys(Module._cache).map(of))].join(' ')+'\\n'))`;

async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LIST)}` };
  const { stderr } = await longshore(args, { cwd: folder, env });
  return /^loaded (.*)$/mu.exec(stderr)?.[1]?.split(' ') ?? [];
}

test('a command loads what it needs, so that it starts fast', async () => {
  const manifest = 'apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: main}\nspec: {}\n';
  writeFileSync(join(folder, 'a.yaml'), manifest);
  const validate = await loadedBy('validate', 'a.yaml');
  expect(validate).toContain('ajv');
  const heavy = ['pino', 'prom-client', 'execa', 'dataloader', '@aws-sdk/client-ecs'];
  expect(validate.filter((name) => heavy.includes(name))).toEqual([]);
  const version = await loadedBy('version');
  expect(version.filter((name) => [...heavy, 'ajv', 'yaml'].includes(name))).toEqual([]);
});
