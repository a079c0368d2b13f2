import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import type { GitHubAppLogin } from './credentials.ts';
import { GitHubApps } from './githubapp.ts';

const signal = new AbortController().signal;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const start = Date.parse('2026-11-21T12:00:00Z');

/** A stand-in for GitHub's API that checks the App's token as GitHub says it does, and the time that it goes by. */
async function setUp(status = 201) {
  const time = { ms: start };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const jwt = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      const { payload } = await jwtVerify(jwt, keys.publicKey, { issuer: '77', currentDate: new Date(time.ms) });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(600);
      asked.push(`${request.method} ${request.url}`);
      const expires = new Date(time.ms + 3_600_000).toISOString();
      const body = status === 201 ? { token: `ghs_${asked.length}`, expires_at: expires } : { message: 'Not Found' };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    answer().catch(() => response.writeHead(401).end('{"message":"A JSON web token could not be decoded"}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const login: GitHubAppLogin = { kind: 'githubApp', appId: '77', installationId: '42', privateKey: () => pem, api };
  const dispose = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const apps = new GitHubApps(() => new Date(time.ms));
  return { apps, login, asked, time, [Symbol.asyncDispose]: dispose };
}

test('an installation token is asked for with a signed token, and kept until a minute before it ends', async () => {
  await using it = await setUp();
  expect(await it.apps.token(it.login, signal)).toBe('ghs_1');
  expect(it.asked).toEqual(['POST /app/installations/42/access_tokens']);
  it.time.ms = start + 59 * 60_000 - 1;
  expect(await it.apps.token(it.login, signal)).toBe('ghs_1');
  it.time.ms = start + 59 * 60_000;
  expect(await it.apps.token(it.login, signal)).toBe('ghs_2');
});

test('an installation that GitHub does not know is told with its number', async () => {
  await using it = await setUp(404);
  await expect(it.apps.token(it.login, signal)).rejects.toThrow(
    'GitHub App 77, installation 42: GitHub answered 404: Not Found',
  );
});

test('a key that is none is told without the key', async () => {
  await using it = await setUp();
  const login = { ...it.login, privateKey: () => 'canary-not-a-key' };
  const error: unknown = await it.apps.token(login, signal).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: expect.stringContaining('the private key is not an RSA key in PEM') });
  expect(String(error)).not.toContain('canary');
});

test('an API that is not encrypted is refused', async () => {
  await using it = await setUp();
  const login = { ...it.login, api: 'http://ghe.example.com/api/v3' };
  await expect(it.apps.token(login, signal)).rejects.toThrow(/is not an https address/);
});
