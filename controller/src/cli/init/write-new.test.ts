import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeNew } from './write-new.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longshore-init-'));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

const FILES = new Map([
  ['application.yaml', 'a'],
  ['manifests/service.yaml', 'b'],
]);

it('writes every file, with its folders', async () => {
  await writeNew(root, FILES);
  expect(await readFile(join(root, 'manifests/service.yaml'), 'utf8')).toBe('b');
  expect(await readFile(join(root, 'application.yaml'), 'utf8')).toBe('a');
});

it('writes nothing when one of them is there, and says which', async () => {
  await writeFile(join(root, 'application.yaml'), 'mine');
  await expect(writeNew(root, FILES)).rejects.toThrow(/already holds application\.yaml; nothing was written/u);
  expect(await readFile(join(root, 'application.yaml'), 'utf8')).toBe('mine');
  expect(await readdir(root)).toEqual(['application.yaml']);
});

it('leaves no half repository behind when a folder cannot be made', async () => {
  await writeFile(join(root, 'sub'), 'a file where a folder is to be');
  const files = new Map([
    ['application.yaml', 'a'],
    ['sub/deep/service.yaml', 'b'],
  ]);
  await expect(writeNew(root, files)).rejects.toThrow(/ENOTDIR/u);
  expect(await readdir(root)).toEqual(['sub']);
});
