import { randomBytes } from 'node:crypto';
import { readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directorySource } from './directory.ts';
import { GitSources, type GitOptions, type GitSourceOptions } from './git.ts';
import { defaultLimits } from './limits.ts';
import { createRepository, temporaryFolder, type TestRepository, writeFiles } from './testing/gitfixture.ts';
import { hasProgram } from './testing/renderers.ts';

const signal = new AbortController().signal;
const environment = { PATH: process.env['PATH'] };
const has = { prlimit: await hasProgram('prlimit') };

async function setUp() {
  const root = await temporaryFolder();
  const repository = await createRepository(join(root.path, 'repository'));
  const cacheFolder = join(root.path, 'cache');
  const fetch = async (options: Partial<GitSourceOptions> = {}, all: Partial<GitOptions> = {}) => {
    const sources = new GitSources({ cacheFolder, allowFile: true, environment, ...all });
    return await sources.open({ repoURL: repository.folder, ...options }).fetch(signal);
  };
  return { root, repository, cacheFolder, fetch, [Symbol.asyncDispose]: root[Symbol.asyncDispose] };
}

/** A commit of a tree whose entries Git's own commands would not write. */
async function commitTree(
  repository: TestRepository,
  branch: string,
  entries: readonly (readonly [string, string, string])[],
) {
  const content = entries.map(([mode, name, id]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
  const file = join(repository.folder, '.git', 'hostile-tree');
  await writeFile(file, Buffer.concat(content));
  const tree = await repository.git('hash-object', '-t', 'tree', '-w', '--literally', file);
  await repository.git(
    'update-ref',
    `refs/heads/${branch}`,
    await repository.git('commit-tree', '-m', 'hostile', tree),
  );
}

describe('sizes', () => {
  test('a tree that is too deep is refused with the depth found and the limit, from Git and from a folder', async () => {
    await using it = await setUp();
    const deep = `${'d/'.repeat(70)}a.yaml`;
    await it.repository.commit('deep', { [deep]: 'x' });
    const expected = /lies 70 folders deep, at most 64 are read/;
    await expect(it.fetch({ directory: { recurse: true } })).rejects.toThrow(expected);
    await it.repository.git('rm', '--quiet', '-r', '--cached', 'd');
    const source = directorySource({ folder: it.repository.folder, directory: { recurse: true } });
    await expect(source.fetch(signal)).rejects.toThrow(expected);
  });

  test('a tree that holds itself many times over is refused before it is listed whole', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': 'x' });
    let tree = await it.repository.git('rev-parse', 'HEAD^{tree}');
    // Twelve trees of ten entries each are 10^12 files.
    for (let level = 0; level < 12; level++) {
      const file = join(it.repository.folder, '.git', 'bomb');
      const entries = Array.from({ length: 10 }, (_, index) =>
        Buffer.concat([Buffer.from(`40000 ${index}\0`), Buffer.from(tree, 'hex')]),
      );
      await writeFile(file, Buffer.concat(entries));
      tree = await it.repository.git('hash-object', '-t', 'tree', '-w', file);
    }
    await it.repository.git(
      'update-ref',
      'refs/heads/bomb',
      await it.repository.git('commit-tree', '-m', 'bomb', tree),
    );
    const limits = { ...defaultLimits, maxEntries: 1_000, maxTotalBytes: 1_000_000 };
    await expect(it.fetch({ targetRevision: 'bomb', directory: { recurse: true } }, { limits })).rejects.toThrow(
      /more than \d+ bytes of output/,
    );
    // The folder itself has no files of its own.
    expect((await it.fetch({ targetRevision: 'bomb' }, { limits })).files.size).toBe(0);
  });

  test.skipIf(!has.prlimit)('a repository that is larger than allowed is not fetched, and leaves nothing', async () => {
    await using it = await setUp();
    await writeFile(join(it.repository.folder, 'big.bin'), randomBytes(1024 * 1024));
    await it.repository.commit('big', { 'a.yaml': 'x' });
    await expect(it.fetch({}, { maxPackBytes: 100_000 })).rejects.toThrow(
      /git fetch: the repository needs a file of more than 100000 bytes/,
    );
    expect((await it.fetch()).files.size).toBe(1);
  });

  test('what a killed fetch left half-written is removed at the next failure', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': 'x' });
    await it.fetch();
    const [mirror = ''] = await readdir(it.cacheFolder);
    const packs = join(it.cacheFolder, mirror, 'objects/pack');
    await writeFiles(packs, { tmp_pack_old: 'x', tmp_pack_new: 'x' });
    await utimes(join(packs, 'tmp_pack_old'), new Date(0), new Date(0));
    await expect(it.fetch({ targetRevision: 'f'.repeat(40) })).rejects.toThrow(/does not give commit/);
    expect((await readdir(packs)).filter((name) => name.startsWith('tmp_'))).toEqual(['tmp_pack_new']);
  });
});

describe('names', () => {
  test('references with odd names are no arguments and no commands', async () => {
    await using it = await setUp();
    const commit = await it.repository.commit('first', { 'a.yaml': 'x' });
    const marker = join(it.root.path, 'pwned');
    for (const name of [
      'heads/--upload-pack=x',
      'heads/-x',
      `tags/$(touch\${IFS}${marker.replaceAll('/', '_')})`,
      'heads/a;b',
      "heads/a'b",
      'heads/ünï',
      'tags/v1',
    ]) {
      await it.repository.git('update-ref', `refs/${name}`, commit);
    }
    expect((await it.fetch()).revision).toBe(commit);
    expect((await it.fetch({ targetRevision: 'a;b' })).revision).toBe(commit);
    expect((await it.fetch({ targetRevision: 'refs/heads/-x' })).revision).toBe(commit);
    await expect(it.fetch({ targetRevision: '--upload-pack=x' })).rejects.toThrow(/begins with "-"/);
    expect((await readdir(it.root.path)).filter((name) => name.includes('pwned'))).toEqual([]);
  });

  test('files whose names differ in case only are two files', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': 'small', 'A.yaml': 'large' });
    expect([...(await it.fetch()).files.keys()]).toEqual(['A.yaml', 'a.yaml']);
  });

  test('.git within the tree is never a manifest, and never written for a renderer', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': 'x', 'kustomization.yaml': 'resources: [a.yaml]' });
    const blob = await it.repository.git('rev-parse', 'HEAD:a.yaml');
    const kustomization = await it.repository.git('rev-parse', 'HEAD:kustomization.yaml');
    const inner = await it.repository.git('rev-parse', 'HEAD^{tree}');
    for (const [branch, name] of [
      ['one', '.git'],
      ['two', '.GIT'],
      ['three', 'git~1'],
      ['four', '.g\u200cit'],
    ] as const) {
      await commitTree(it.repository, branch, [
        ['40000', name, inner],
        ['100644', 'a.yaml', blob],
        ['100644', 'kustomization.yaml', kustomization],
      ]);
      const plain = await it.fetch({ targetRevision: branch, directory: { include: '*.yaml' } });
      expect([...plain.files.keys()]).toEqual(['a.yaml', 'kustomization.yaml']);
      await expect(it.fetch({ targetRevision: branch })).rejects.toThrow(/is not a name that is written to a folder/);
    }
  });

  test('a name with a backslash is not written for a renderer', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a\\..\\b.yaml': 'x', 'kustomization.yaml': 'resources: []' });
    await expect(it.fetch()).rejects.toThrow(/is not a name that is written to a folder/);
  });
});

describe('things that Git would run', () => {
  test('submodules are not fetched, whatever .gitmodules says', async () => {
    await using it = await setUp();
    const marker = join(it.root.path, 'pwned');
    const modules = `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${marker}\n\tupdate = !touch ${marker}\n`;
    const commit = await it.repository.commit('first', { '.gitmodules': modules, 'a.yaml': 'x' });
    await it.repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},x`);
    await it.repository.git('commit', '--quiet', '--message', 'submodule');
    expect([...(await it.fetch()).files.keys()]).toEqual(['a.yaml']);
    expect(await readdir(it.root.path)).not.toContain('pwned');
  });

  test('filters and text conversions of .gitattributes change nothing', async () => {
    await using it = await setUp();
    const content = 'a: 1\nid: $Id$\n';
    await it.repository.commit('first', { 'a.yaml': content });
    await it.repository.commit('second', { '.gitattributes': '*.yaml filter=lfs text eol=crlf ident\n' });
    const { files } = await it.fetch();
    expect(new TextDecoder().decode(files.get('a.yaml'))).toBe(content);
  });

  test('replacements and alternates of the server count for nothing', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first', { 'a.yaml': 'first' });
    const second = await it.repository.commit('second', { 'a.yaml': 'second' });
    await it.repository.git('replace', second, first);
    const fetched = await it.fetch({ targetRevision: 'main' });
    expect(fetched.revision).toBe(second);
    expect(new TextDecoder().decode(fetched.files.get('a.yaml'))).toBe('second');
  });
});

describe('links', () => {
  test('a link through a link, to a folder above or in a circle is refused', async () => {
    await using it = await setUp();
    const app = join(it.repository.folder, 'app');
    await writeFiles(it.repository.folder, { 'app/a.yaml': 'x', 'app/sub/b.yaml': 'x', 'secret.yaml': 'x' });
    await symlink('..', join(app, 'sub/up'));
    await symlink('sub/up/../secret.yaml', join(app, 'through.yaml'));
    await it.repository.commit('through');
    await expect(it.fetch({ path: 'app' })).rejects.toThrow(
      /through\.yaml is a symbolic link to nowhere or out of the folder/,
    );
    await it.repository.git('rm', '--quiet', 'app/through.yaml');
    await symlink('circle.yaml', join(app, 'circle.yaml'));
    await it.repository.commit('circle');
    await expect(it.fetch({ path: 'app' })).rejects.toThrow(
      /circle\.yaml is a symbolic link to nowhere or out of the folder/,
    );
  });

  test('of several links each is judged by itself', async () => {
    await using it = await setUp();
    await writeFiles(it.repository.folder, { 'app/real.txt': 'content', 'app/a.yaml': 'a' });
    const app = join(it.repository.folder, 'app');
    await symlink('nowhere\nreal.txt', join(app, 'b.txt'));
    await symlink('real.txt', join(app, 'c.yaml'));
    await symlink('../..', join(app, 'd.txt'));
    await symlink('real.txt', join(app, 'e.yaml'));
    await it.repository.commit('links');
    const { files } = await it.fetch({ path: 'app', directory: { include: '*.yaml' } });
    expect([...files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ['a.yaml', 'a'],
      ['c.yaml', 'content'],
      ['e.yaml', 'content'],
    ]);
    await expect(it.fetch({ path: 'app', directory: { include: '*' } })).rejects.toThrow(
      /b\.txt is a symbolic link to nowhere/,
    );
  });
});
