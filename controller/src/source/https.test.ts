import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Credentials, GitHubAppLogin, TokenLogin } from './access/credentials.ts';
import { GitSources, type GitOptions } from './git.ts';
import { createRepository, temporaryFolder, writeFiles } from './testing/gitfixture.ts';
import { startHttpsGit, wantsAuthorization } from './testing/httpsgit.ts';

const signal = new AbortController().signal;
const CANARY = 'canary-7f3a9c1e5b';
const authorization = `Basic ${Buffer.from(`x-access-token:${CANARY}`).toString('base64')}`;
const loopback = { allowed: ['127.0.0.1'] };

function token(password = CANARY): TokenLogin {
  return { kind: 'token', password: () => password };
}

/** A server with the repository `team/deploy`, and sources that speak to it. */
async function setUp() {
  const root = await temporaryFolder();
  const folder = join(root.path, 'served/team/deploy');
  const repository = await createRepository(folder);
  const first = await repository.commit('first', { 'a.yaml': '1' });
  const server = await startHttpsGit(join(root.path, 'served'), root.path);
  const repoURL = `${server.url}/team/deploy`;
  const sources = (options: Partial<GitOptions> = {}) =>
    new GitSources({
      cacheFolder: join(root.path, 'cache'),
      allowFile: false,
      environment: { PATH: process.env['PATH'] },
      hosts: loopback,
      credentials: [{ urlPrefix: server.url, caFile: server.caFile }],
      ...options,
    });
  const withLogin = (login: TokenLogin | GitHubAppLogin, urlPrefix = server.url): Credentials => [
    { urlPrefix, login, caFile: server.caFile },
  ];
  return {
    root,
    repository,
    first,
    server,
    repoURL,
    sources,
    withLogin,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await root[Symbol.asyncDispose]();
    },
  };
}

describe('logging in over https', () => {
  test('the token of the longest prefix is sent, read anew for each request', async () => {
    await using it = await setUp();
    it.server.intercept = wantsAuthorization(authorization);
    let current = 'old';
    const credentials = [
      ...it.withLogin(token('of everything')),
      ...it.withLogin({ kind: 'token', password: () => Promise.resolve(current) }, `${it.server.url}/team`),
    ];
    const source = it.sources({ credentials }).open({ repoURL: it.repoURL });
    await expect(source.fetch(signal)).rejects.toThrow(/Authentication failed|could not read Username/);
    current = CANARY;
    expect((await source.fetch(signal)).revision).toBe(it.first);
  });

  test('a server that wants a login is told so', async () => {
    await using it = await setUp();
    it.server.intercept = wantsAuthorization(authorization);
    const fetching = it.sources().open({ repoURL: it.repoURL }).fetch(signal);
    await expect(fetching).rejects.toThrow(/the server wants a login: give credentials for this address/);
  });

  test('what is meant for another path or server is not sent', async () => {
    await using it = await setUp();
    const credentials = [
      ...it.withLogin(token(), `${it.server.url}/tea`),
      ...it.withLogin(token(), 'https://127.0.0.1:1/team'),
      ...it.withLogin(token(), 'https://git.example.com/team'),
      { urlPrefix: it.server.url, caFile: it.server.caFile },
    ];
    await it.sources({ credentials }).open({ repoURL: it.repoURL }).fetch(signal);
    expect(new Set(it.server.authorizations)).toEqual(new Set(['']));
  });

  test('a redirect is not followed, and the credentials go nowhere', async () => {
    await using it = await setUp();
    const folder = join(it.root.path, 'other');
    await mkdir(folder);
    await using other = await startHttpsGit(join(it.root.path, 'served'), folder);
    // Both are trusted: nothing but our own rule keeps Git here.
    const caFile = join(folder, 'both.pem');
    await writeFile(caFile, (await readFile(it.server.caFile, 'utf8')) + (await readFile(other.caFile, 'utf8')));
    const credentials = [{ urlPrefix: it.server.url, login: token(), caFile }];
    it.server.intercept = (request, response) => {
      response.writeHead(302, { location: `${other.url}${request.url}` }).end();
      return true;
    };
    const fetching = it.sources({ credentials }).open({ repoURL: it.repoURL }).fetch(signal);
    await expect(fetching).rejects.toThrow(/redirects are not followed: write the address/);
    expect(other.requests).toEqual([]);
  });

  test('a certificate of nobody is refused unless its authority is named', async () => {
    await using it = await setUp();
    const fetching = it.sources({ credentials: [] }).open({ repoURL: it.repoURL }).fetch(signal);
    await expect(fetching).rejects.toThrow(/certificate.*; name the certificate authority of the server/i);
    expect(it.server.requests).toEqual([]);
  });

  test('a secret is in no argument, no file and no message, even when the server sends it back', async () => {
    await using it = await setUp();
    const bin = join(it.root.path, 'bin');
    const log = join(it.root.path, 'arguments');
    const script = `#!/bin/sh\nprintf '%s\\n' "$*" >>${log}\nexec /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin git "$@"\n`;
    await writeFiles(bin, { git: script });
    await chmod(join(bin, 'git'), 0o755);
    const environment = { PATH: `${bin}:${process.env['PATH']}` };
    const sources = it.sources({ credentials: it.withLogin(token()), environment });
    const source = sources.open({ repoURL: it.repoURL });
    await source.fetch(signal);
    it.server.intercept = (request, response) => {
      const body = `refused: ${request.headers.authorization} ${CANARY}`;
      response.writeHead(403, { 'content-type': 'text/plain' }).end(body);
      return true;
    };
    const error: unknown = await source.fetch(signal).catch((reason: unknown) => reason);
    const shown = [
      error instanceof Error ? `${error.message}${error.stack}` : '',
      JSON.stringify(error),
      String(Object.values(error ?? {})),
    ];
    expect(shown.join(' ')).toContain('refused: ***');
    const files = await readdir(join(it.root.path, 'cache'), { recursive: true, withFileTypes: true });
    const contents = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)));
    for (const text of [...shown, await readFile(log, 'utf8'), ...(await Promise.all(contents)).map(String)]) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(authorization.slice('Basic '.length));
    }
  });

  test('a GitHub App logs in with the token of its installation', async () => {
    await using it = await setUp();
    it.server.intercept = wantsAuthorization(authorization);
    const api = createServer((_request, response) => {
      const body = { token: CANARY, expires_at: new Date(Date.now() + 3_600_000).toISOString() };
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const login: GitHubAppLogin = {
      kind: 'githubApp',
      appId: '1',
      installationId: '2',
      privateKey: () => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      api: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    };
    const source = it.sources({ credentials: it.withLogin(login) }).open({ repoURL: it.repoURL });
    expect((await source.fetch(signal)).revision).toBe(it.first);
    api.closeAllConnections();
    api.close();
  });

  test('a login of the address itself is used and never shown', async () => {
    await using it = await setUp();
    it.server.intercept = wantsAuthorization(`Basic ${Buffer.from(`bot:${CANARY}`).toString('base64')}`);
    const repoURL = it.repoURL.replace('https://', `https://bot:${CANARY}@`);
    expect((await it.sources().open({ repoURL }).fetch(signal)).revision).toBe(it.first);
    await it.server[Symbol.asyncDispose]();
    await expect(it.sources().open({ repoURL }).fetch(signal)).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(CANARY) }),
    );
  });
});

describe('hosts', () => {
  test('this machine is refused unless it is named', async () => {
    await using it = await setUp();
    expect(() => it.sources({ hosts: {} }).open({ repoURL: it.repoURL })).toThrow(
      /host "127\.0\.0\.1" is refused: it is of this machine/,
    );
  });

  test('a name that means a local address is refused before anything is sent', async () => {
    await using it = await setUp();
    const lookup = () => Promise.resolve([{ address: '93.184.215.14' }, { address: '127.0.0.1' }]);
    const source = it
      .sources({ hosts: { lookup } })
      .open({ repoURL: `https://git.example.com:${it.server.port}/team/deploy` });
    await expect(source.fetch(signal)).rejects.toThrow(/has the address 127\.0\.0\.1, which is of this machine/);
    expect(it.server.requests).toEqual([]);
  });

  test('a proxy does not open this machine', async () => {
    await using it = await setUp();
    const lookup = () => Promise.resolve([{ address: '127.0.0.1' }]);
    const environment = { PATH: process.env['PATH'], HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' };
    const repoURL = `https://git.example.com:${it.server.port}/team/deploy`;
    const source = it.sources({ hosts: { lookup }, environment }).open({ repoURL });
    await expect(source.fetch(signal)).rejects.toThrow(/has the address 127\.0\.0\.1/);
    expect(it.server.requests).toEqual([]);
  });

  test('the address that was checked is the one that is spoken to', async () => {
    await using it = await setUp();
    const repoURL = `https://git.example.com:${it.server.port}/team/deploy`;
    const hosts = { allowed: ['git.example.com'], lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) };
    const credentials = [
      { urlPrefix: 'https://git.example.com', caFile: it.server.caFile },
      { urlPrefix: repoURL, caFile: it.server.caFile },
    ];
    expect((await it.sources({ hosts, credentials }).open({ repoURL }).fetch(signal)).revision).toBe(it.first);
  });
});

describe('a server that disappears', () => {
  test.each([
    ['resets the connection', (destroy: () => void) => destroy()],
    ['hangs', () => undefined],
  ])('that %s in the middle of a fetch is an error in bounded time, and the next fetch works', async (_, what) => {
    await using it = await setUp();
    const timeouts = { listMs: 5_000, fetchMs: 1_000, localMs: 5_000 };
    const source = it.sources({ timeouts }).open({ repoURL: it.repoURL });
    const before = await source.fetch(signal);
    const second = await it.repository.commit('second', { 'a.yaml': '2' });
    let posts = 0;
    it.server.intercept = (request, response) => {
      if (request.method === 'POST') posts += 1;
      // The first two list references, for ls-remote and for fetch.
      if (posts < 3) return false;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
      response.write('000dpackfile\n', () => what(() => response.destroy()));
      return true;
    };
    await expect(source.fetch(signal)).rejects.toThrow(new RegExp(`${it.repoURL}: git fetch: .+`));
    it.server.intercept = () => false;
    // What was there is there still.
    expect(
      (await it.sources({ timeouts }).open({ repoURL: it.repoURL, targetRevision: before.revision }).fetch(signal))
        .files,
    ).toEqual(before.files);
    expect((await source.fetch(signal)).revision).toBe(second);
  });

  test('an aborted fetch leaves no Git behind that keeps the connection', async () => {
    await using it = await setUp();
    const reached = Promise.withResolvers<undefined>();
    const closed = Promise.withResolvers<undefined>();
    it.server.intercept = (request) => {
      reached.resolve(undefined);
      request.socket.on('close', () => closed.resolve(undefined));
      return true;
    };
    const leaving = new AbortController();
    const fetching = it.sources().open({ repoURL: it.repoURL }).fetch(leaving.signal);
    await reached.promise;
    leaving.abort(new Error('leaving'));
    await expect(fetching).rejects.toThrow('leaving');
    await closed.promise;
  });

  test('a repository that is gone is an error', async () => {
    await using it = await setUp();
    await mkdir(join(it.root.path, 'served/empty'));
    await expect(
      it
        .sources()
        .open({ repoURL: `${it.server.url}/empty` })
        .fetch(signal),
    ).rejects.toThrow(/not found|404/);
  });
});
