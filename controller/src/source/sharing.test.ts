import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findProgram } from './programs.ts';
import { GitSources, type GitSource } from './git.ts';
import { createRepository, temporaryFolder, type TestRepository, writeFiles } from './testing/gitfixture.ts';

const signal = new AbortController().signal;
const APPLICATIONS = 200;
const REPOSITORIES = 12;

function files(count: number): Readonly<Record<string, string>> {
  const entries = Array.from({ length: count }, (_, index) => [`apps/app-${index}/prod/service.yaml`, `n: ${index}\n`]);
  return Object.fromEntries(entries);
}

/** Sources whose Git says which commands it runs, and whose clock stands still unless it is set. */
async function setUp() {
  const root = await temporaryFolder();
  const log = join(root.path, 'commands');
  const bin = join(root.path, 'bin');
  await writeFiles(bin, {
    git: `#!/bin/sh\necho "$2" >>${log}\nexec ${await findProgram('git', process.env['PATH'])} "$@"\n`,
  });
  await chmod(join(bin, 'git'), 0o755);
  const time = { now: new Date('2026-11-21T12:00:00Z') };
  const requests: string[] = [];
  const sources = new GitSources({
    cacheFolder: join(root.path, 'cache'),
    allowFile: true,
    environment: { PATH: `${bin}:${process.env['PATH']}` },
    clock: { now: () => time.now },
    observer: ({ type }) => void requests.push(type),
  });
  const commands = async (): Promise<readonly string[]> => (await readFile(log, 'utf8')).trim().split('\n');
  return { root, time, requests, sources, commands, [Symbol.asyncDispose]: root[Symbol.asyncDispose] };
}

/** 200 Applications in 12 repositories, one of which holds 150. */
async function fleet(sources: GitSources, root: string) {
  const repositories: TestRepository[] = [];
  const opened: { readonly name: string; readonly source: GitSource; readonly repository: TestRepository }[] = [];
  for (let index = 0; index < REPOSITORIES; index++) {
    const repository = await createRepository(join(root, `repository-${index}`));
    const count = index === 0 ? 150 : index < 7 ? 5 : 4;
    await repository.commit('first', files(count));
    repositories.push(repository);
    for (let app = 0; app < count; app++) {
      const source = sources.open({ repoURL: repository.folder, path: `apps/app-${app}/prod` });
      opened.push({ name: `${index}/${app}`, source, repository });
    }
  }
  return { repositories, opened };
}

describe('200 Applications in 12 repositories', () => {
  test('one commit to one path is one listing, one fetch and one Application that changed, however spread the polls are', async () => {
    await using it = await setUp();
    const { repositories, opened } = await fleet(it.sources, it.root.path);
    expect(opened).toHaveLength(APPLICATIONS);
    const before = new Map<string, string>();
    for (const { name, source } of opened) {
      before.set(name, (await source.fetch(signal, { maxAgeMs: 60_000 })).treeHash);
    }
    expect(it.requests.toSorted()).toEqual([
      ...Array.from({ length: REPOSITORIES }, () => 'fetch'),
      ...Array.from({ length: REPOSITORIES }, () => 'ls-remote'),
    ]);
    const [monorepo] = repositories;
    if (monorepo === undefined) throw new Error('no repositories');
    const commit = await monorepo.commit('second', { 'apps/app-77/prod/service.yaml': 'n: changed\n' });
    const began = (await it.commands()).length;
    it.requests.length = 0;
    // What a webhook does.
    it.sources.invalidate(monorepo.folder);
    const changed: string[] = [];
    for (const { name, source, repository } of opened.filter((one) => one.repository === monorepo)) {
      it.time.now = new Date(it.time.now.getTime() + 100);
      const look = await source.look(signal, { maxAgeMs: 60_000 });
      expect([repository.folder, look.revision]).toEqual([monorepo.folder, commit]);
      if (look.treeHash !== before.get(name)) changed.push(name);
    }
    expect(changed).toEqual(['0/77']);
    expect(it.requests).toEqual(['ls-remote', 'fetch']);
    // Is the commit there, is it there after the fetch, and which folders has it: for all 150 together.
    const commands = (await it.commands()).slice(began).filter((command) => !['ls-remote', 'fetch'].includes(command));
    expect(commands).toEqual(['cat-file', 'cat-file', 'ls-tree']);
  });

  test('a fetch of what did not change reads nothing again', async () => {
    await using it = await setUp();
    const repository = await createRepository(join(it.root.path, 'repository'));
    await repository.commit('first', files(20));
    const source = it.sources.open({ repoURL: repository.folder, path: 'apps/app-3/prod' });
    const first = await source.fetch(signal);
    const commit = await repository.commit('second', { 'apps/app-4/prod/service.yaml': 'changed' });
    const began = (await it.commands()).length;
    const second = await source.fetch(signal);
    expect(second).toMatchObject({ revision: commit, treeHash: first.treeHash });
    expect(second.files).toBe(first.files);
    expect((await it.commands()).slice(began)).toEqual([
      'ls-remote',
      'cat-file',
      'fetch',
      'cat-file',
      'ls-tree',
      'log',
    ]);
  });
});

describe('how old a listing may be', () => {
  test('it is used again up to the age that the caller takes, and not a moment longer', async () => {
    await using it = await setUp();
    const repository = await createRepository(join(it.root.path, 'repository'));
    const first = await repository.commit('first');
    const head = async (maxAgeMs?: number) =>
      (await it.sources.heads(repository.folder, signal, maxAgeMs === undefined ? {} : { maxAgeMs })).get(
        'refs/heads/main',
      );
    expect(await head()).toBe(first);
    const second = await repository.commit('second');
    it.time.now = new Date(it.time.now.getTime() + 1_000);
    expect(await head(1_000)).toBe(first);
    expect(await head(999)).toBe(second);
    const third = await repository.commit('third');
    expect(await head()).toBe(third);
    expect(it.requests).toEqual(['ls-remote', 'ls-remote', 'ls-remote']);
  });

  test('after a webhook nothing older counts, not even what is under way', async () => {
    await using it = await setUp();
    const repository = await createRepository(join(it.root.path, 'repository'));
    const first = await repository.commit('first');
    await it.sources.heads(repository.folder, signal);
    const underWay = it.sources.heads(repository.folder, signal);
    await vi.waitFor(async () => expect((await it.commands()).filter((one) => one === 'ls-remote')).toHaveLength(2));
    expect(it.sources.invalidate(repository.folder)).toBe(true);
    expect(it.sources.invalidate(join(it.root.path, 'other'))).toBe(false);
    const anew = it.sources.heads(repository.folder, signal, { maxAgeMs: 60_000 });
    expect((await underWay).get('HEAD')).toBe(first);
    expect((await anew).get('HEAD')).toBe(first);
    expect(it.requests).toHaveLength(3);
    await it.sources.heads(repository.folder, signal, { maxAgeMs: 60_000 });
    expect(it.requests).toHaveLength(3);
  });

  test('a listing that fails is not kept', async () => {
    await using it = await setUp();
    const folder = join(it.root.path, 'repository');
    await expect(it.sources.heads(folder, signal, { maxAgeMs: 60_000 })).rejects.toThrow(folder);
    const repository = await createRepository(folder);
    const first = await repository.commit('first');
    expect((await it.sources.heads(folder, signal, { maxAgeMs: 60_000 })).get('HEAD')).toBe(first);
  });
});
