// The items of the audits of Argo CD and Flux that concern a server, each by its name. docs/access.md lists where the others are.
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TerminalError } from '../core/errors.ts';
import { newToken } from './auth/secrets.ts';
import type { WebhookRequest } from './dependencies.ts';
import { routeKeys } from './openapi/schemas.ts';
import { type IdentityProvider, startIdentityProvider } from './testing/identity-provider.ts';
import { MemoryControl } from './testing/memory-control.ts';
import { stateOf } from './testing/states.ts';
import { serveApi } from './serve.ts';
import { startWorld, type World, type WorldOptions } from './testing/world.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function start(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld({ control: new MemoryControl(stateOf('web')), ...options });
  cleanups.push(world.close);
  return world;
}

describe('default admin password', () => {
  it('there is none: a new controller lets nobody in, by whatever name or password', async () => {
    const world = await start();
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
    const tries = [
      undefined,
      basic('admin:admin'),
      basic('admin:password'),
      basic('admin:'),
      'Bearer admin',
      'Bearer lsp_',
      'Bearer ',
    ];
    for (const authorization of tries) {
      const { status } = await world.ask('GET', '/api/v1/applications', {
        ...(authorization !== undefined && { headers: { authorization } }),
      });
      expect([authorization, status]).toEqual([authorization, 401]);
    }
  });

  it('says how the first token is made', async () => {
    const { json } = await (await start()).ask('GET', '/api/v1/applications');
    expect(json['detail']).toContain('longshore token create me --access admin --state FILE');
  });

  it('every route but those that say how to log in wants credentials', async () => {
    const world = await start({ settings: { rateLimits: { requestsPerMinute: 1_000 } } });
    const open: string[] = [];
    for (const key of routeKeys()) {
      const [method = '', path = ''] = key.split(' ');
      const { status } = await world.ask(
        method,
        path.replace('{name}', 'web').replace('{id}', '1').replace('{kind}', 'Service').replace('{resource}', 'web'),
      );
      if (status !== 401) open.push(key);
    }
    expect(open).toEqual(['GET /api/v1/settings', 'GET /api/v1/version']);
  });

  it('without authentication it listens on a loopback address only, and says so loudly', async () => {
    const world = await start({ settings: { insecureNoAuth: true } });
    expect(world.events).toMatchObject([{ level: 'warn', code: 'http.insecure' }]);
    expect((await world.ask('GET', '/api/v1/applications')).status).toBe(200);
    const dependencies = { settings: { access: [], insecureNoAuth: true } } as unknown as Parameters<
      typeof serveApi
    >[1];
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'longshore.example.com', '127.evil.example']) {
      await expect(serveApi({ host, port: 0 }, dependencies)).rejects.toThrow(/loopback address only/u);
    }
  });

  it('without authentication no web page reaches it, neither by a form nor by DNS rebinding', async () => {
    const world = await start({ settings: { insecureNoAuth: true } });
    const ask = async (headers: string): Promise<string> =>
      await raw(world, `GET /api/v1/applications HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`);
    const { host } = new URL(world.url);
    expect(await ask(`host: ${host}`)).toContain('200 OK');
    expect(await ask('host: rebound.evil.example')).toContain('CrossSiteRequest');
    expect(await ask(`host: ${host}\r\norigin: https://evil.example`)).toContain('CrossSiteRequest');
    expect(await ask(`host: ${host}\r\nsec-fetch-site: cross-site`)).toContain('CrossSiteRequest');
  });
});

describe('unrestricted default project', () => {
  it('nobody has a role in it, or in any other, unless one is given', async () => {
    const provider = await identityProvider();
    const world = await start({ settings: { oidc: provider.client } });
    const as = await provider.sign({ groups: ['admins', 'default'], email: 'a@example.com', email_verified: true });
    expect((await world.ask('GET', '/api/v1/applications', { as })).json).toMatchObject({ items: [] });
    expect((await world.ask('GET', '/api/v1/projects', { as })).json).toMatchObject({ items: [] });
    expect((await world.ask('POST', '/api/v1/applications/web/sync', { as })).status).toBe(404);
  });
});

describe('webhook without a secret', () => {
  it('is refused, and says what to set; a signed one makes the controller look', async () => {
    const seen: WebhookRequest[] = [];
    const world = await start({
      dependencies: {
        webhook: async (request) => {
          seen.push(request);
          if (request.headers['x-github-event'] === undefined) {
            throw new TerminalError(
              'WebhookNotConfigured',
              'no secret is configured for it: set spec.webhooks.generic',
            );
          }
          return 3;
        },
      },
    });
    const refused = await world.ask('POST', '/api/webhook', { body: {} });
    expect([refused.status, refused.json['detail']]).toEqual([
      403,
      expect.stringContaining('set spec.webhooks.generic'),
    ]);
    const body = '{"b" :1,\n"a":2}';
    const taken = await world.ask('POST', '/api/webhook', { body, headers: { 'x-github-event': 'push' } });
    expect([taken.status, taken.json]).toEqual([202, { applications: 3 }]);
    expect(Buffer.from(seen[1]?.body ?? []).toString()).toBe(body);
  });
});

describe('rate limits on login', () => {
  it('wrong credentials are ten attempts in a minute for an address, right ones are not stopped by them', async () => {
    const world = await start();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      statuses.push((await world.ask('GET', '/api/v1/applications', { as: newToken() })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const { status, headers, json } = await world.ask('GET', '/api/v1/applications', { as: 'lsp_x' });
    expect([status, json['code']]).toEqual([429, 'TooManyRequests']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await world.ask('GET', '/api/v1/applications', { as: await world.token() })).status).toBe(200);
  });

  it('logins by browser and webhooks are counted on their own', async () => {
    const world = await start({ settings: { rateLimits: { loginsPerMinute: 2, webhooksPerMinute: 3 } } });
    const count = async (method: string, path: string): Promise<number> => {
      for (let asked = 0; ; asked++) if ((await world.ask(method, path)).status === 429) return asked;
    };
    expect(await count('GET', '/auth/login')).toBe(2);
    expect((await world.ask('GET', '/auth/callback')).status).toBe(429);
    expect(await count('POST', '/api/webhook')).toBe(3);
    expect((await world.ask('GET', '/api/v1/settings')).status).toBe(200);
  });

  it('each token and each address has its own number of requests', async () => {
    const world = await start({ settings: { rateLimits: { requestsPerMinute: 5 } } });
    const [one, other] = [await world.token({ name: 'one' }), await world.token({ name: 'other' })];
    const last = async (as: string): Promise<number | undefined> => {
      const statuses: number[] = [];
      for (let count = 0; count < 6; count++) statuses.push((await world.ask('GET', '/api/v1/version', { as })).status);
      return statuses.at(-1);
    };
    expect([await last(one), await last(other)]).toEqual([429, 429]);
    expect((await world.ask('GET', '/api/v1/nothing')).status).toBe(404);
    expect((await world.ask('GET', '/healthz')).status).toBe(200);
  });

  it('X-Forwarded-For makes nobody another address, unless the proxy is named', async () => {
    const limits = { loginsPerMinute: 1 };
    const forwarded = (world: World, address: string): Promise<unknown> =>
      world.ask('GET', '/auth/login', { headers: { 'x-forwarded-for': address } }).then(({ status }) => status);
    const direct = await start({ settings: { rateLimits: limits } });
    expect([await forwarded(direct, '192.0.2.1'), await forwarded(direct, '192.0.2.2')]).toEqual([404, 429]);
    const proxied = await start({ settings: { rateLimits: limits, trustedProxies: ['127.0.0.0/8'] } });
    expect([await forwarded(proxied, '192.0.2.1'), await forwarded(proxied, '192.0.2.2')]).toEqual([404, 404]);
    expect(await forwarded(proxied, '192.0.2.9, 192.0.2.2')).toBe(429);
  });
});

describe('`javascript:` links', () => {
  it('no address that is not http or https is offered as a link', async () => {
    const of = (repoURL: string): object => ({ spec: { source: { repoURL } } });
    const control = new MemoryControl(
      stateOf('a', of('javascript:alert(1)//.git')),
      stateOf('b', of('data:text/html,x')),
      stateOf('c', of('https://u:p@git.example.com/c.git?x#y')),
      stateOf('d', of('git@git.example.com:d.git')),
    );
    const world = await start({ control });
    const { json } = await world.ask('GET', '/api/v1/applications', { as: await world.token() });
    const links = (json as unknown as { items: { status: { link?: string } }[] }).items.map(
      ({ status }) => status.link,
    );
    expect(links).toEqual([undefined, undefined, 'https://git.example.com/c', undefined]);
  });

  it('no answer can become a page, a script or a frame, and no other site can read it', async () => {
    const world = await start();
    for (const path of [
      '/api/v1/version',
      '/api/v1/nothing',
      '/api/v1/applications',
      '/auth/login',
      '/metrics',
      '/healthz',
    ]) {
      const { headers } = await world.ask('GET', path, { headers: { origin: 'https://evil.example' } });
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('content-type')).not.toContain('html');
    }
    const behindTls = await start({ settings: { url: 'https://longshore.example.com' } });
    const { headers } = await behindTls.ask('GET', '/api/v1/version');
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000');
  });
});

describe('path traversal', () => {
  it('a name is a DNS label, whatever it is encoded as', async () => {
    const control = new MemoryControl(stateOf('web'));
    const world = await start({ control });
    const as = await world.token();
    for (const name of [
      '..%2f..%2fetc',
      '%2e%2e',
      'web%2foperation',
      'WEB',
      'web%00',
      'a'.repeat(64),
      '-x',
      '__proto__',
      'web%0a',
    ]) {
      const { status } = await world.ask('GET', `/api/v1/applications/${name}`, { as });
      expect([name, status >= 400 && status < 500]).toEqual([name, true]);
    }
    expect((await world.ask('GET', '/api/v1/applications/web/operations/..%2f1', { as })).status).toBe(400);
    expect(control.asked).toEqual([]);
  });
});

describe('denial of service', () => {
  it('bodies are capped: 64 KiB, webhooks 1 MiB', async () => {
    const world = await start();
    const as = await world.token();
    const body = (bytes: number): string => JSON.stringify({ revision: 'x'.repeat(bytes) });
    expect((await world.ask('POST', '/api/v1/applications/web/plan', { as, body: body(70_000) })).json).toMatchObject({
      code: 'BodyTooLarge',
    });
    expect((await world.ask('POST', '/api/webhook', { body: body(1_000_000) })).status).toBe(202);
    expect((await world.ask('POST', '/api/webhook', { body: body(1_100_000) })).status).toBe(413);
  });

  it('a body is not read of somebody who is not known', async () => {
    const world = await start();
    const answer = await raw(
      world,
      'POST /api/v1/tokens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000\r\nconnection: close\r\n\r\n{',
    );
    expect(answer).toContain('401 Unauthorized');
  });

  it('what a form can send without asking is not taken', async () => {
    const world = await start();
    const as = await world.token();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const { status } = await world.ask('POST', '/api/v1/applications/web/sync', {
        as,
        body: '{}',
        headers: { 'content-type': type },
      });
      expect([type, status]).toEqual([type, 415]);
    }
  });

  it('polluting the prototype is refused', async () => {
    const world = await start();
    const as = await world.token();
    for (const body of ['{"__proto__": {"approveDeletions": true}}', '{"constructor": {"prototype": {"x": 1}}}']) {
      expect((await world.ask('POST', '/api/v1/applications/web/sync', { as, body })).status).toBe(400);
    }
  });
});

describe('weak random, TLS verification off', () => {
  it('tokens are 256 bits, and no two are alike', () => {
    const tokens = Array.from({ length: 1_000 }, newToken);
    expect(new Set(tokens).size).toBe(1_000);
    expect(tokens.every((token) => Buffer.from(token.slice(4), 'base64url').length === 32)).toBe(true);
  });

  it('the server has no random but the system, and nothing that turns TLS verification off', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
    const sources = files.filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing'),
    );
    expect(sources.length).toBeGreaterThan(30);
    for (const file of sources) {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8');
      expect([
        file,
        /Math\.random|rejectUnauthorized|NODE_TLS_REJECT|skipStateCheck|decodeJwt/u.exec(text)?.[0],
      ]).toEqual([file, undefined]);
    }
  });
});

async function identityProvider(): Promise<IdentityProvider> {
  const provider = await startIdentityProvider();
  cleanups.push(provider.close);
  return provider;
}

/** What comes back for bytes that no HTTP client would send. */
async function raw(world: World, request: string): Promise<string> {
  const { hostname, port } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8').write(request);
  let answer = '';
  for await (const chunk of socket) answer += chunk as string;
  return answer;
}
