import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitSources, type GitSourceOptions } from './git.ts';
import { sourceContract } from './testing/contract.ts';
import { createRepository, temporaryFolder, type TestRepository, writeFiles } from './testing/gitfixture.ts';

const signal = new AbortController().signal;
const environment = { PATH: process.env['PATH'] };

sourceContract('git', async ({ folder, scratch }, { limits, ...options }) => {
  const repository = await createRepository(folder);
  await repository.commit('content');
  return new GitSources({ cacheFolder: scratch, allowFile: true, limits, environment }).open({
    repoURL: folder,
    ...options,
  });
});

/** A repository, and sources of it. */
async function setUp() {
  const root = await temporaryFolder();
  const repository = await createRepository(join(root.path, 'repository'));
  const cacheFolder = join(root.path, 'cache');
  const sources = new GitSources({ cacheFolder, allowFile: true, environment });
  const open = (options: Partial<GitSourceOptions> = {}) => sources.open({ repoURL: repository.folder, ...options });
  const revisionOf = async (targetRevision?: string): Promise<string> =>
    (await open(targetRevision === undefined ? {} : { targetRevision }).fetch(signal)).revision;
  return { root, repository, cacheFolder, sources, open, revisionOf, [Symbol.asyncDispose]: root[Symbol.asyncDispose] };
}

/** The number of packs and loose objects of the mirror: it grows when something is fetched. */
async function objectsOf(cacheFolder: string): Promise<number> {
  const entries = await readdir(cacheFolder, { recursive: true });
  return entries.filter((entry) => /objects\/([0-9a-f]{2}\/[0-9a-f]{38}|pack\/.*\.pack)$/.test(entry)).length;
}

test('an observer hears of every request to the server, and of those that fail', async () => {
  await using it = await setUp();
  await it.repository.commit('first', { 'a.yaml': '1' });
  const heard: string[] = [];
  const sources = new GitSources({
    cacheFolder: it.cacheFolder,
    allowFile: true,
    environment,
    observer: ({ repo, type, failed }) => void heard.push(`${repo} ${type} ${failed ? 'failed' : 'done'}`),
  });
  const repo = it.repository.folder;
  const source = sources.open({ repoURL: repo });
  await source.fetch(signal);
  await source.fetch(signal);
  expect(heard).toEqual([`${repo} ls-remote done`, `${repo} fetch done`, `${repo} ls-remote done`]);
  const gone = sources.open({ repoURL: repo, targetRevision: 'f'.repeat(40) });
  await expect(gone.fetch(signal)).rejects.toThrow('the server does not give commit');
  expect(heard.at(-1)).toBe(`${repo} fetch failed`);
});

describe('revisions', () => {
  test('HEAD, branches, tags and commits, whole and abbreviated', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first', { 'a.yaml': '1' });
    await it.repository.git('tag', 'v1');
    await it.repository.git('tag', '--annotate', '--message', 'one', 'v1-annotated');
    await it.repository.git('branch', 'feature/x');
    const second = await it.repository.commit('second', { 'a.yaml': '2' });
    expect(await it.revisionOf()).toBe(second);
    expect(await it.revisionOf('HEAD')).toBe(second);
    expect(await it.revisionOf('main')).toBe(second);
    expect(await it.revisionOf('feature/x')).toBe(first);
    expect(await it.revisionOf('refs/heads/feature/x')).toBe(first);
    expect(await it.revisionOf('v1')).toBe(first);
    expect(await it.revisionOf('v1-annotated')).toBe(first);
    expect(await it.revisionOf('refs/tags/v1')).toBe(first);
    expect(await it.revisionOf(first)).toBe(first);
    expect(await it.revisionOf(first.slice(0, 9))).toBe(first);
  });

  test('a branch that looks like a commit id is a branch', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first');
    await it.repository.git('branch', 'deadbeef');
    expect(await it.revisionOf('deadbeef')).toBe(first);
  });

  test('an unknown revision is an error with repository, revision and the nearest name', async () => {
    await using it = await setUp();
    await it.repository.commit('first');
    await it.repository.git('branch', 'release');
    await expect(it.revisionOf('relaese')).rejects.toThrow(
      `${it.repository.folder}: no branch, tag or commit "relaese" (did you mean "release"?)`,
    );
    await expect(it.revisionOf('0123456')).rejects.toThrow('no branch, tag or commit "0123456"');
    await expect(it.revisionOf('0'.repeat(40))).rejects.toThrow(/the server does not give commit 0{40}/);
  });

  test('a name that is a branch and a tag must be written in full', async () => {
    await using it = await setUp();
    await it.repository.commit('first');
    await it.repository.git('tag', 'both');
    const second = await it.repository.commit('second');
    await it.repository.git('branch', 'both');
    await expect(it.revisionOf('both')).rejects.toThrow(
      '"both" is a branch and a tag; write refs/heads/both or refs/tags/both',
    );
    expect(await it.revisionOf('refs/heads/both')).toBe(second);
  });

  test('a repository without commits says so', async () => {
    await using it = await setUp();
    await expect(it.revisionOf()).rejects.toThrow('the repository has no commits');
  });

  test.each(['-x', '--upload-pack=touch pwned', ''])('the revision %j is refused', async (revision) => {
    await using it = await setUp();
    await it.repository.commit('first');
    await expect(it.revisionOf(revision)).rejects.toThrow(/is empty or begins with "-"/);
  });

  test('author, time and message of the commit are told', async () => {
    await using it = await setUp();
    await it.repository.commit('Scale api to 4\n\nBecause of Monday.', { 'a.yaml': '1' });
    const { commit } = await it.open().fetch(signal);
    expect(commit.author).toBe('Ann Author <ann@example.com>');
    expect(commit.message).toBe('Scale api to 4\n\nBecause of Monday.');
    expect(commit.committedAt).toEqual(new Date('2026-01-02T03:04:05Z'));
  });
});

describe('fetching', () => {
  test('a new commit is seen, a force push as well, a deleted branch is gone', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first', { 'a.yaml': '1' });
    await it.repository.git('branch', 'gone');
    expect(await it.revisionOf()).toBe(first);
    const second = await it.repository.commit('second', { 'a.yaml': '2' });
    expect(await it.revisionOf()).toBe(second);
    await it.repository.git('reset', '--quiet', '--hard', first);
    const third = await it.repository.commit('third', { 'a.yaml': '3' });
    await it.repository.git('branch', '--delete', '--force', 'gone');
    const fetched = await it.open().fetch(signal);
    expect(fetched.revision).toBe(third);
    expect(new TextDecoder().decode(fetched.files.get('a.yaml'))).toBe('3');
    await expect(it.revisionOf('gone')).rejects.toThrow('no branch, tag or commit "gone"');
  });

  test('nothing is fetched while nothing moved', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': '1' });
    await it.revisionOf();
    const before = await objectsOf(it.cacheFolder);
    // Objects that no branch reaches any more can only be read from the mirror.
    await it.repository.git('tag', 'same');
    expect(await it.revisionOf('same')).toBe(await it.revisionOf());
    expect(await objectsOf(it.cacheFolder)).toBe(before);
  });

  test('a whole commit id that is there already needs no server', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first', { 'a.yaml': '1' });
    await it.revisionOf();
    await rm(it.repository.folder, { recursive: true });
    expect(await it.revisionOf(first)).toBe(first);
    await expect(it.revisionOf('main')).rejects.toThrow(it.repository.folder);
  });

  test('many Applications of one repository share one mirror', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'one/a.yaml': '1', 'two/b.yaml': '2' });
    const fetched = await Promise.all(['one', 'two', 'one'].map((path) => it.open({ path }).fetch(signal)));
    expect(fetched.map(({ files }) => [...files.keys()])).toEqual([['a.yaml'], ['b.yaml'], ['a.yaml']]);
    expect(await readdir(it.cacheFolder)).toHaveLength(1);
  });

  test('one that gives up does not stop the others', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first', { 'a.yaml': '1' });
    const leaving = new AbortController();
    const left = it.open().fetch(leaving.signal);
    const stayed = it.open().fetch(signal);
    leaving.abort(new Error('leaving'));
    await expect(left).rejects.toThrow('leaving');
    expect((await stayed).revision).toBe(first);
  });

  test('a mirror that somebody deleted is made anew', async () => {
    await using it = await setUp();
    const first = await it.repository.commit('first', { 'a.yaml': '1' });
    expect(await it.revisionOf()).toBe(first);
    await rm(it.cacheFolder, { recursive: true });
    expect(await it.revisionOf()).toBe(first);
    const { files } = await it.open().fetch(signal);
    expect([...files.keys()]).toEqual(['a.yaml']);
  });

  test('a mirror with the lock of a killed fetch is made anew', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': '1' });
    await it.revisionOf();
    const [mirror = ''] = await readdir(it.cacheFolder);
    await mkdir(join(it.cacheFolder, mirror, 'refs/heads'), { recursive: true });
    await writeFile(join(it.cacheFolder, mirror, 'refs/heads/main.lock'), '');
    const second = await it.repository.commit('second', { 'a.yaml': '2' });
    expect(await it.revisionOf()).toBe(second);
  });
});

describe('hostile repositories', () => {
  test('hooks of the mirror and of the repository never run', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': '1' });
    const marker = join(it.root.path, 'pwned');
    for (const hook of ['post-checkout', 'reference-transaction', 'post-merge', 'pre-auto-gc', 'post-rewrite']) {
      const path = join(it.repository.folder, '.git/hooks', hook);
      await writeFiles(it.repository.folder, { [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${marker}\n` });
      await chmod(path, 0o755);
    }
    await it.revisionOf();
    expect(await readdir(it.root.path)).not.toContain('pwned');
    expect(await readdir(join(it.cacheFolder, (await readdir(it.cacheFolder))[0] ?? ''))).not.toContain('hooks');
  });

  test('a submodule among manifests is refused, and its commands are not run', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'app/a.yaml': '1' });
    const id = await it.repository.git('rev-parse', 'HEAD');
    await it.repository.git('update-index', '--add', '--cacheinfo', `160000,${id},app/module`);
    await it.repository.git('commit', '--quiet', '--message', 'submodule');
    await expect(it.open({ path: 'app', directory: { recurse: true } }).fetch(signal)).rejects.toThrow(
      /app": module is a submodule; .*directory\.exclude/,
    );
    expect([...(await it.open({ path: 'app' }).fetch(signal)).files.keys()]).toEqual(['a.yaml']);
  });

  test('a path through a link is no folder', async () => {
    await using it = await setUp();
    await writeFiles(it.repository.folder, { 'real/a.yaml': '1' });
    await symlink('real', join(it.repository.folder, 'linked'));
    await it.repository.commit('first');
    await expect(it.open({ path: 'linked' }).fetch(signal)).rejects.toThrow(/path "linked": is not a folder/);
  });

  test('a tree with the entry ".." is refused', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': '1' });
    const inner = await it.repository.git('rev-parse', 'HEAD^{tree}');
    const outer = await treeWith(it.repository, `40000 ..\0`, inner);
    const commit = await it.repository.git('commit-tree', '-m', 'hostile', outer);
    await it.repository.git('update-ref', 'refs/heads/hostile', commit);
    const source = it.open({ targetRevision: 'hostile', directory: { recurse: true } });
    // Names that begin with a dot are not seen, and ".." is refused before that.
    await expect(source.fetch(signal)).rejects.toThrow(/\.\.\/a\.yaml is not a valid path/);
  });

  test('a file of Git LFS is refused, not read as a manifest', async () => {
    await using it = await setUp();
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n';
    await it.repository.commit('first', { 'a.yaml': pointer });
    await expect(it.open().fetch(signal)).rejects.toThrow(/a\.yaml is kept in Git LFS/);
  });

  test('a file name that is not UTF-8 is refused', async () => {
    await using it = await setUp();
    await it.repository.commit('first', { 'a.yaml': '1' });
    const blob = await it.repository.git('rev-parse', 'HEAD:a.yaml');
    const tree = await treeWith(it.repository, Buffer.from('100644 \xff.yaml\0', 'latin1'), blob);
    const commit = await it.repository.git('commit-tree', '-m', 'hostile', tree);
    await it.repository.git('update-ref', 'refs/heads/hostile', commit);
    await expect(it.open({ targetRevision: 'hostile' }).fetch(signal)).rejects.toThrow(/a file name is not UTF-8/);
  });

  test('a server that does not answer is given up', async () => {
    await using it = await setUp();
    const bin = join(it.root.path, 'bin');
    await writeFiles(bin, {
      git: '#!/bin/sh\ncase "$*" in *ls-remote*) exec /bin/sleep 60;; esac\nexec /usr/bin/env PATH=/usr/bin:/bin git "$@"\n',
    });
    await chmod(join(bin, 'git'), 0o755);
    await it.repository.commit('first', { 'a.yaml': '1' });
    const slow = new GitSources({
      cacheFolder: it.cacheFolder,
      allowFile: true,
      environment: { PATH: `${bin}:${process.env['PATH']}` },
      timeouts: { listMs: 200, fetchMs: 10_000, localMs: 10_000 },
    });
    await expect(slow.open({ repoURL: it.repository.folder }).fetch(signal)).rejects.toThrow(
      `${it.repository.folder}: git ls-remote: no answer within 0.2 s`,
    );
  });
});

/** A tree object with one entry that Git's own commands would not write. */
async function treeWith(repository: TestRepository, entry: string | Buffer, id: string): Promise<string> {
  const content = Buffer.concat([Buffer.from(entry), Buffer.from(id, 'hex')]);
  const file = join(repository.folder, '.git', 'hostile-tree');
  await writeFile(file, content);
  return repository.git('hash-object', '-t', 'tree', '-w', '--literally', file);
}
