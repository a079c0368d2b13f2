import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SshKeyLogin } from './access/credentials.ts';
import { GitSources } from './git.ts';
import { createRepository, temporaryFolder } from './testing/gitfixture.ts';
import { hasSshd, makeKey, startSshGit } from './testing/sshgit.ts';

const signal = new AbortController().signal;

afterEach(() => vi.unstubAllEnvs());

async function setUp() {
  const root = await temporaryFolder();
  const keys = join(root.path, 'keys');
  await mkdir(keys);
  const repository = await createRepository(join(root.path, 'deploy'));
  const first = await repository.commit('first', { 'a.yaml': '1' });
  const server = await startSshGit(keys);
  const source = (login: Partial<SshKeyLogin> = {}) =>
    new GitSources({
      cacheFolder: join(root.path, 'cache'),
      allowFile: false,
      environment: { PATH: process.env['PATH'] },
      hosts: { allowed: ['127.0.0.1'] },
      credentials: [
        {
          urlPrefix: server.url,
          login: {
            kind: 'sshKey',
            privateKey: () => server.privateKey,
            knownHosts: () => server.knownHosts,
            ...login,
          },
        },
      ],
    }).open({ repoURL: `${server.url}${repository.folder}` });
  return {
    root,
    keys,
    first,
    server,
    source,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await root[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(!(await hasSshd()))('a real sshd (where openssh-server is not installed, these are skipped)', () => {
  test('the key that was given lets in, and lies nowhere afterwards', async () => {
    await using it = await setUp();
    const temporary = join(it.root.path, 'temporary');
    await mkdir(temporary);
    vi.stubEnv('TMPDIR', temporary);
    // Line ends of Windows and a missing one at the end are what people paste.
    const privateKey = async () => {
      expect(await readdir(temporary)).toEqual([]);
      return it.server.privateKey.replaceAll('\n', '\r\n').trimEnd();
    };
    expect((await it.source({ privateKey }).fetch(signal)).revision).toBe(it.first);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('another key does not, and is not shown', async () => {
    await using it = await setUp();
    const other = await makeKey(join(it.keys, 'other'));
    const fetching = it.source({ privateKey: () => other.privateKey }).fetch(signal);
    await expect(fetching).rejects.toThrow(/Permission denied \(publickey\)/);
  });

  test('a server with another key than the known one is not trusted', async () => {
    await using it = await setUp();
    const other = await makeKey(join(it.keys, 'other'));
    const [name = ''] = it.server.knownHosts.split(' ');
    const fetching = it.source({ knownHosts: () => `${name} ${other.publicKey}` }).fetch(signal);
    await expect(fetching).rejects.toThrow(/Host key verification failed/);
  });

  test('a server that is not known is not trusted either', async () => {
    await using it = await setUp();
    const [, ...key] = it.server.knownHosts.split(' ');
    const fetching = it.source({ knownHosts: () => `git.example.com ${key.join(' ')}` }).fetch(signal);
    await expect(fetching).rejects.toThrow(/Host key verification failed/);
  });

  test('without known hosts nobody is spoken to', async () => {
    await using it = await setUp();
    await expect(it.source({ knownHosts: () => '\n' }).fetch(signal)).rejects.toThrow(
      /knownHosts is empty, and a server that is not known is not trusted/,
    );
    expect(it.server.connections()).toBe(0);
  });
});
