import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitSources } from './git.ts';
import type { GitChange } from './gitwrite.ts';
import { createRepository, temporaryFolder, writeFiles } from './testing/gitfixture.ts';
import { startHttpsGit, wantsAuthorization } from './testing/httpsgit.ts';

const signal = new AbortController().signal;
const author = { name: 'Longshore', email: 'longshore@example.com' };

function files(content: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(content).map(([path, text]) => [path, new TextEncoder().encode(text)]));
}

/** A bare repository as servers have, somebody's clone of it, and a writer. */
async function setUp() {
  const root = await temporaryFolder();
  const clone = await createRepository(join(root.path, 'clone'));
  const server = join(root.path, 'server.git');
  const first = await clone.commit('first', { 'prod/a.yaml': 'image: a:1\n', 'prod/b.yaml': 'image: b:1\n' });
  await clone.git('clone', '--quiet', '--bare', clone.folder, server);
  await clone.git('remote', 'add', 'origin', server);
  const push = async (message: string, content: Readonly<Record<string, string>>, branch = 'main'): Promise<string> => {
    const commit = await clone.commit(message, content);
    await clone.git('push', '--quiet', '--force', 'origin', `HEAD:${branch}`);
    return commit;
  };
  const git = async (...args: string[]): Promise<string> => await clone.git(`--git-dir=${server}`, ...args);
  const sources = new GitSources({
    cacheFolder: join(root.path, 'cache'),
    allowFile: true,
    environment: { PATH: process.env['PATH'] },
    clock: { now: () => new Date('2026-11-21T12:00:00Z') },
  });
  const change = (given: Partial<GitChange> = {}): GitChange => ({
    base: 'main',
    files: files({ 'prod/a.yaml': 'image: a:2\n' }),
    message: 'a: 1 -> 2',
    author,
    ...given,
  });
  const commit = (given: Partial<GitChange> = {}) => sources.writer(server).commit(change(given), signal);
  return {
    root,
    clone,
    server,
    first,
    push,
    git,
    sources,
    change,
    commit,
    [Symbol.asyncDispose]: root[Symbol.asyncDispose],
  };
}

describe('a commit to the base', () => {
  test('lies on top of it, with author, time, message and nothing else changed', async () => {
    await using it = await setUp();
    const written = await it.commit({ files: files({ 'prod/a.yaml': 'image: a:2\n', 'new/c.yaml': 'c' }) });
    expect(written).toMatchObject({ branch: 'main', base: 'main', changed: true });
    expect(await it.git('rev-parse', 'main')).toBe(written.commit);
    const about = await it.git('log', '-1', '--format=%P|%an <%ae>|%cn|%ct|%B', 'main');
    expect(about).toBe(`${it.first}|Longshore <longshore@example.com>|Longshore|1795262400|a: 1 -> 2`);
    expect(await it.git('diff', '--name-status', it.first, 'main')).toBe('A\tnew/c.yaml\nM\tprod/a.yaml');
    expect(await it.git('show', 'main:prod/a.yaml')).toBe('image: a:2');
  });

  test('the default branch is found, and the next fetch sees the commit', async () => {
    await using it = await setUp();
    const { base: _, ...change } = it.change();
    const source = it.sources.open({ repoURL: it.server, path: 'prod' });
    await source.fetch(signal);
    const written = await it.sources.writer(it.server).commit(change, signal);
    expect(written.branch).toBe('main');
    expect((await source.fetch(signal, { maxAgeMs: 60_000 })).revision).toBe(written.commit);
  });

  test('what is there already is no commit', async () => {
    await using it = await setUp();
    const written = await it.commit();
    expect(await it.commit()).toEqual({ ...written, changed: false });
  });

  test('somebody who was faster is not lost: the change is worked out again on top', async () => {
    await using it = await setUp();
    let attempts = 0;
    const written = await it.commit({
      files: async (base) => {
        const before = new TextDecoder().decode(await base.read('prod/a.yaml'));
        attempts += 1;
        if (attempts === 1) await it.push('faster', { 'prod/a.yaml': 'image: a:1\nport: 80\n' });
        return files({ 'prod/a.yaml': before.replace('a:1', 'a:2') });
      },
    });
    expect(attempts).toBe(2);
    expect(await it.git('show', 'main:prod/a.yaml')).toBe('image: a:2\nport: 80');
    expect(await it.git('log', '-1', '--skip=1', '--format=%s', written.commit)).toBe('faster');
  });

  /** A hook of the server that lets somebody else in before the first push, and so makes it late. */
  async function letFasterIn(server: string, faster: string): Promise<void> {
    const script = `#!/bin/sh\nunset GIT_QUARANTINE_PATH\n[ -e done ] || { touch done; git update-ref refs/heads/main ${faster}; }\n`;
    await writeFiles(join(server, 'hooks'), { 'pre-receive': script });
    await chmod(join(server, 'hooks/pre-receive'), 0o755);
  }

  test('whole files that somebody else changed meanwhile are a conflict', async () => {
    await using it = await setUp();
    await letFasterIn(it.server, await it.push('faster', { 'prod/a.yaml': 'image: a:9\n' }, 'waiting'));
    await expect(it.commit()).rejects.toThrow(/prod\/a\.yaml was changed by somebody else meanwhile/);
    expect(await it.git('show', 'main:prod/a.yaml')).toBe('image: a:9');
  });

  test('whole files that nobody else touched are committed on top', async () => {
    await using it = await setUp();
    const faster = await it.push('faster', { 'prod/b.yaml': 'image: b:9\n' }, 'waiting');
    await letFasterIn(it.server, faster);
    const written = await it.commit();
    expect(await it.git('rev-parse', 'main^')).toBe(faster);
    expect(written).toMatchObject({ changed: true, commit: await it.git('rev-parse', 'main') });
  });

  test('the base is never forced, whatever the server does', async () => {
    await using it = await setUp();
    let attempts = 0;
    const losing = it.commit({
      files: async () => {
        attempts += 1;
        await it.push(`faster ${attempts}`, { [`other/${attempts}.yaml`]: 'x' });
        return files({ 'prod/a.yaml': 'image: a:2\n' });
      },
    });
    await expect(losing).rejects.toThrow(/somebody else pushed first, 5 times; nothing was written/);
    expect(await it.git('log', '-1', '--format=%s', 'main')).toBe('faster 5');
  });

  test('a server that refuses is told with its reason, and not asked again', async () => {
    await using it = await setUp();
    await writeFiles(join(it.server, 'hooks'), { 'pre-receive': '#!/bin/sh\necho protected branch >&2\nexit 1\n' });
    await chmod(join(it.server, 'hooks/pre-receive'), 0o755);
    await expect(it.commit()).rejects.toMatchObject({
      code: 'PushRefused',
      message: expect.stringMatching(/refuses the push to main: .*pre-receive hook declined.*protected branch/),
    });
  });
});

describe('a branch of its own', () => {
  const branch = 'longshore/images';

  test('is made anew on top of the newest base', async () => {
    await using it = await setUp();
    await it.commit({ branch });
    const newer = await it.push('newer', { 'prod/b.yaml': 'image: b:2\n' });
    const written = await it.commit({ branch, files: files({ 'prod/a.yaml': 'image: a:3\n' }) });
    expect(await it.git('log', '--format=%H', branch, '^main')).toBe(written.commit);
    expect(await it.git('rev-parse', `${branch}^`)).toBe(newer);
    expect(await it.git('rev-parse', 'main')).toBe(newer);
    expect(await it.commit({ branch, files: files({ 'prod/a.yaml': 'image: a:3\n' }) })).toMatchObject({
      changed: false,
    });
  });

  test('is left as it is when the base holds the change already', async () => {
    await using it = await setUp();
    const old = await it.commit({ branch, files: files({ 'prod/a.yaml': 'image: a:3\n' }) });
    const merged = await it.push('by hand', { 'prod/a.yaml': 'image: a:4\n' });
    const written = await it.commit({ branch, files: files({ 'prod/a.yaml': 'image: a:4\n' }) });
    expect(written).toMatchObject({ changed: false, commit: merged });
    expect(await it.git('rev-parse', branch)).toBe(old.commit);
  });

  test('that somebody else committed to is left alone', async () => {
    await using it = await setUp();
    const theirs = await it.push('by hand', { 'prod/a.yaml': 'x' }, branch);
    await expect(it.commit({ branch })).rejects.toThrow(`branch "${branch}" holds commits of ann@example.com`);
    expect(await it.git('rev-parse', branch)).toBe(theirs);
  });
});

describe('what is refused', () => {
  test.each(['../x', '/etc/passwd', '.git/config', 'a/../../x', '', 'prod/', 'a\nb'])('the path %j', async (path) => {
    await using it = await setUp();
    await expect(it.commit({ files: files({ [path]: 'x' }) })).rejects.toThrow(/is refused/);
  });

  test('links and folders are not overwritten, and modes stay', async () => {
    await using it = await setUp();
    await symlink('a.yaml', join(it.clone.folder, 'prod/link.yaml'));
    await symlink('prod', join(it.clone.folder, 'linked'));
    await writeFiles(it.clone.folder, { 'run.sh': 'x' });
    await chmod(join(it.clone.folder, 'run.sh'), 0o755);
    await it.push('links', {});
    await expect(it.commit({ files: files({ 'prod/link.yaml': 'x' }) })).rejects.toThrow(
      /link\.yaml is a symbolic link/,
    );
    await expect(it.commit({ files: files({ 'linked/a.yaml': 'x' }) })).rejects.toThrow(/linked is a symbolic link/);
    await expect(it.commit({ files: files({ prod: 'x' }) })).rejects.toThrow(/prod is a folder/);
    await it.commit({ files: files({ 'run.sh': 'y' }) });
    expect(await it.git('ls-tree', 'main', 'run.sh')).toMatch(/^100755 /);
  });

  test.each(['--force', '-x', 'a..b', 'a b', 'refs/../x', 'x.lock', 'a\u0000b', '.hidden'])(
    'the branch %j',
    async (branch) => {
      await using it = await setUp();
      await expect(it.commit({ branch })).rejects.toThrow(/is not the name of a branch/);
    },
  );

  test('an author that would forge a header, and an empty message', async () => {
    await using it = await setUp();
    await expect(it.commit({ author: { name: 'x>\ncommitter y', email: 'e' } })).rejects.toThrow(/control character/);
    await expect(it.commit({ message: ' ' })).rejects.toThrow(/has no message/);
    await expect(it.commit({ base: 'gone' })).rejects.toThrow(/there is no branch "gone"/);
  });
});

test('it pushes over https with the credentials of the repository', async () => {
  await using it = await setUp();
  await using server = await startHttpsGit(it.root.path, it.root.path);
  const password = 'canary-4d1f';
  server.intercept = wantsAuthorization(`Basic ${Buffer.from(`x-access-token:${password}`).toString('base64')}`);
  const sources = new GitSources({
    cacheFolder: join(it.root.path, 'https'),
    allowFile: false,
    environment: { PATH: process.env['PATH'] },
    hosts: { allowed: ['127.0.0.1'] },
    credentials: [{ urlPrefix: server.url, login: { kind: 'token', password: () => password }, caFile: server.caFile }],
  });
  const written = await sources.writer(`${server.url}/server.git`).commit(it.change(), signal);
  expect(await it.git('rev-parse', 'main')).toBe(written.commit);
});
