import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directorySource } from './directory.ts';
import { sourceContract } from './testing/contract.ts';
import { temporaryFolder, writeFiles } from './testing/gitfixture.ts';

const signal = new AbortController().signal;

sourceContract('directory', async ({ folder }, options) => directorySource({ folder, ...options }));

test('the revision is a digest of the content', async () => {
  await using root = await temporaryFolder();
  await writeFiles(root.path, { 'a.yaml': 'a' });
  const source = directorySource({ folder: root.path });
  const first = await source.fetch(signal);
  expect(first.revision).toMatch(/^dir:[0-9a-f]{64}$/);
  expect(first.commit.revision).toBe(first.revision);
  expect((await source.fetch(signal)).revision).toBe(first.revision);
  await writeFiles(root.path, { 'a.yaml': 'b' });
  expect((await source.fetch(signal)).revision).not.toBe(first.revision);
});

test('content cannot be moved between files without another revision', async () => {
  await using root = await temporaryFolder();
  await writeFiles(root.path, { 'one/a.yaml': 'xy', 'one/b.yaml': 'z', 'two/a.yaml': 'x', 'two/b.yaml': 'yz' });
  const [one, two] = await Promise.all(
    ['one', 'two'].map((path) => directorySource({ folder: root.path, path }).fetch(signal)),
  );
  expect(one?.treeHash).not.toBe(two?.treeHash);
});

test('a path that is a link out of the folder is refused, also to a neighbour with the same beginning', async () => {
  await using root = await temporaryFolder();
  await writeFiles(root.path, { 'a/x.yaml': 'x', 'ab/y.yaml': 'y' });
  await symlink('../ab', join(root.path, 'a/out'));
  const source = directorySource({ folder: join(root.path, 'a'), path: 'out' });
  await expect(source.fetch(signal)).rejects.toThrow(/"out" is a symbolic link out of the folder/);
});

test('a socket with the name of a manifest is refused', async () => {
  await using root = await temporaryFolder();
  const server = createServer().listen(join(root.path, 'a.yaml'));
  await once(server, 'listening');
  await expect(directorySource({ folder: root.path }).fetch(signal)).rejects.toThrow(/a\.yaml is not a regular file/);
  server.close();
});

test('a folder that does not exist is named', async () => {
  await expect(directorySource({ folder: '/does/not/exist' }).fetch(signal)).rejects.toThrow(
    'folder "/does/not/exist" does not exist',
  );
});
