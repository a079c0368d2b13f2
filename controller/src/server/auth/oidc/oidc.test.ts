import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../../testing/identity-provider.ts';
import { MemoryControl } from '../../testing/memory-control.ts';
import { stateOf } from '../../testing/states.ts';
import { type Answer, startWorld, type World } from '../../testing/world.ts';

let provider: IdentityProvider;
let world: World;
beforeEach(async () => {
  provider = await startIdentityProvider();
  provider.accounts.set('ann', { email: 'ann@example.com', email_verified: true, groups: ['deployers'] });
  const control = new MemoryControl(stateOf('web'));
  control.projectStates = [
    { name: 'shop', spec: { roles: [{ name: 'd', access: 'deployer', groups: ['deployers'] }] } },
  ];
  world = await startWorld({
    control,
    settings: {
      access: [{ access: 'viewer', users: ['bob@example.com'] }],
      oidc: provider.client,
      rateLimits: { loginsPerMinute: 100 },
    },
  });
  provider.allow(`${world.url}/auth/callback`);
});
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await world.close();
  await provider.close();
});

const userinfo = (token: string): Promise<Answer> => world.ask('GET', '/api/v1/session/userinfo', { as: token });

/** What a browser keeps: cookies of the controller. */
function cookiesOf(answer: Answer, before = ''): string {
  const kept = new Map(before.split('; ').map((pair) => [pair.split('=')[0] ?? '', pair]));
  for (const cookie of answer.headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';');
    if (cookie.includes('Max-Age=0')) kept.delete(pair.split('=')[0] ?? '');
    else kept.set(pair.split('=')[0] ?? '', pair);
  }
  return [...kept.values()].filter((pair) => pair !== '').join('; ');
}

interface Browser {
  readonly callback: string;
  readonly cookie: string;
}

/** Begins a login and is sent back by the provider; the callback is not asked yet. */
async function sentBack(account = 'ann', path = '/auth/login?returnTo=/applications/web'): Promise<Browser> {
  const begun = await world.ask('GET', path);
  expect(begun.status).toBe(303);
  const callback = await provider.logIn(begun.headers.get('location') ?? '', account);
  return { callback: callback.slice(world.url.length), cookie: cookiesOf(begun) };
}

/** A browser that is logged in: its cookie. */
async function loggedIn(account = 'ann'): Promise<string> {
  const { callback, cookie } = await sentBack(account);
  const ended = await world.ask('GET', callback, { headers: { cookie } });
  expect([ended.status, ended.text]).toEqual([303, '']);
  return cookiesOf(ended, cookie);
}

describe('a browser', () => {
  it('logs in by code, PKCE, state and nonce, goes where it wanted, and may what its groups may', async () => {
    const begun = await world.ask('GET', '/auth/login');
    const asked = new URL(begun.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/u),
      state: expect.stringMatching(/^[\w-]{43}$/u),
      nonce: expect.stringMatching(/^[\w-]{43}$/u),
      redirect_uri: `${world.url}/auth/callback`,
    });
    const { callback, cookie } = await sentBack();
    const ended = await world.ask('GET', callback, { headers: { cookie } });
    expect(ended.headers.get('location')).toBe('/applications/web');
    const session = cookiesOf(ended, cookie);
    const who = await world.ask('GET', '/api/v1/session/userinfo', { headers: { cookie: session } });
    expect(who.json).toMatchObject({
      type: 'user',
      name: 'ann@example.com',
      groups: ['deployers'],
      projects: [{ project: 'shop', access: 'deployer' }],
    });
  });

  it('gets groups and e-mail also of a provider that tells them at its UserInfo endpoint only', async () => {
    provider.allow(`${world.url}/auth/callback`, { claimsInIdToken: false });
    const cookie = await loggedIn();
    const who = await world.ask('GET', '/api/v1/session/userinfo', { headers: { cookie } });
    expect(who.json).toMatchObject({ name: 'ann@example.com', groups: ['deployers'] });
  });

  it('gets a cookie that scripts cannot read and other sites cannot send', async () => {
    const { callback, cookie } = await sentBack();
    const ended = await world.ask('GET', callback, { headers: { cookie } });
    const session = ended.headers.getSetCookie().find((one) => one.startsWith('longshore='));
    expect(session).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/u);
  });

  it('cannot end a login twice: a replayed state is refused', async () => {
    const { callback, cookie } = await sentBack();
    expect((await world.ask('GET', callback, { headers: { cookie } })).status).toBe(303);
    const again = await world.ask('GET', callback, { headers: { cookie } });
    expect([again.status, again.json['code']]).toEqual([401, 'Unauthenticated']);
    expect(again.headers.getSetCookie().some((one) => one.startsWith('longshore='))).toBe(false);
  });

  it('cannot end the login of another browser, nor one that nobody began', async () => {
    const { callback } = await sentBack();
    const other = cookiesOf(await world.ask('GET', '/auth/login'));
    expect((await world.ask('GET', callback, { headers: { cookie: other } })).status).toBe(401);
    expect((await world.ask('GET', `/auth/callback?code=x&state=y`, { headers: { cookie: other } })).status).toBe(401);
  });

  it('has ten minutes for it', async () => {
    const { callback, cookie } = await sentBack();
    await world.clock.advance(601_000);
    expect((await world.ask('GET', callback, { headers: { cookie } })).status).toBe(401);
  });

  it('is told what the provider says when it refuses', async () => {
    const { callback, cookie } = await sentBack();
    const state = new URLSearchParams(callback.slice(callback.indexOf('?') + 1)).get('state') ?? '';
    const iss = encodeURIComponent(provider.issuer);
    const path = `/auth/callback?error=access_denied&error_description=no&state=${state}&iss=${iss}`;
    const refused = await world.ask('GET', path, { headers: { cookie } });
    expect(refused.json['detail']).toBe('the identity provider did not log you in: access_denied (no)');
  });

  it('is told to try again when the provider is gone in the middle of it', async () => {
    const { callback, cookie } = await sentBack();
    await provider.close();
    const { status, json } = await world.ask('GET', callback, { headers: { cookie } });
    expect([status, json['code']]).toEqual([503, 'Unavailable']);
  });

  it('is refused with a code that the provider did not give', async () => {
    const { callback, cookie } = await sentBack();
    const forged = callback.replace(/code=[^&]+/u, 'code=forged');
    const { status, json } = await world.ask('GET', forged, { headers: { cookie } });
    expect([status, json['detail']]).toEqual([401, expect.stringContaining('invalid_grant')]);
  });

  it('cannot be sent to another site afterwards', async () => {
    for (const returnTo of [
      '//evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\\evil.example',
      '/a%0d%0ab',
    ]) {
      const { callback, cookie } = await sentBack('ann', `/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
      const ended = await world.ask('GET', callback, { headers: { cookie } });
      expect([returnTo, new URL(ended.headers.get('location') ?? '', world.url).origin]).toEqual([returnTo, world.url]);
    }
  });

  it('is out after it logged out, and after twelve hours', async () => {
    const cookie = await loggedIn();
    const own = { cookie, origin: world.url, 'x-longshore-request': '1' };
    expect((await world.ask('POST', '/auth/logout', { headers: own })).status).toBe(204);
    expect((await world.ask('GET', '/api/v1/applications', { headers: { cookie } })).status).toBe(401);
    const later = await loggedIn();
    await world.clock.advance(12 * 3_600_000);
    const { status, json } = await world.ask('GET', '/api/v1/applications', { headers: { cookie: later } });
    expect([status, json['detail']]).toEqual([401, 'the session is over: log in again']);
  });

  it('cannot be made to change anything by another site', async () => {
    const cookie = await loggedIn();
    const sync = async (headers: Record<string, string>): Promise<unknown> =>
      (await world.ask('POST', '/api/v1/applications/web/sync', { body: {}, headers: { cookie, ...headers } })).status;
    const custom = { 'x-longshore-request': '1' };
    expect(await sync({})).toBe(403);
    expect(await sync({ origin: world.url })).toBe(403);
    expect(await sync({ ...custom })).toBe(403);
    expect(await sync({ ...custom, origin: 'https://evil.example' })).toBe(403);
    expect(await sync({ ...custom, origin: world.url, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await sync({ ...custom, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await sync({ ...custom, origin: world.url })).toBe(202);
    expect(await sync({ ...custom, 'sec-fetch-site': 'same-origin' })).toBe(202);
  });

  it('counts by its e-mail only when the provider has verified it', async () => {
    provider.accounts.set('eve', { email: 'bob@example.com', email_verified: false, groups: [] });
    const cookie = await loggedIn('eve');
    const who = await world.ask('GET', '/api/v1/session/userinfo', { headers: { cookie } });
    expect(who.json).toMatchObject({ name: 'eve', projects: [] });
    expect(who.json['access']).toBeUndefined();
  });
});

describe('behind TLS', () => {
  const at = async (url: string): Promise<World> => {
    const other = await startWorld({ settings: { url, oidc: provider.client } });
    cleanups.push(other.close);
    return other;
  };

  it('the address of the controller is what the configuration says, and cookies go over https only', async () => {
    const other = await at('https://longshore.example.com/');
    const { headers } = await other.ask('GET', '/auth/login', { headers: { host: 'evil.example' } });
    const asked = new URL(headers.get('location') ?? '').searchParams;
    expect(asked.get('redirect_uri')).toBe('https://longshore.example.com/auth/callback');
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-longshore-login=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/u,
      ),
    ]);
  });

  it('nobody logs in with a browser over http, but on this machine', async () => {
    const other = await at('http://longshore.example.com');
    const { status, json } = await other.ask('GET', '/auth/login');
    expect([status, json['detail']]).toEqual([401, expect.stringContaining('over https only')]);
    await expect(at('javascript:alert(1)')).rejects.toThrow('spec.url is "javascript:alert(1)"');
  });
});

describe("the provider's token as bearer", () => {
  it('says who somebody is, and is noted as a login once', async () => {
    const token = await provider.sign({ groups: ['deployers'], email: 'ann@example.com', email_verified: true });
    expect((await userinfo(token)).json).toMatchObject({ name: 'ann@example.com', groups: ['deployers'] });
    await userinfo(token);
    const logins = world.events.filter(({ code, data }) => code === 'audit' && data['action'] === 'session.login');
    expect(logins).toHaveLength(1);
  });

  const now = Math.floor(Date.now() / 1000);
  it.each([
    ['is expired', { exp: now - 60 }, 'it has expired, log in again'],
    ['is not valid yet', { nbf: now + 600 }, 'its claim "nbf" is not as expected'],
    ['never expires', { exp: undefined }, 'its claim "exp" is not as expected'],
    ['is of nobody', { sub: undefined }, 'its claim "sub" is not as expected'],
    ['is for another audience', { aud: 'argocd' }, 'its claim "aud" is not as expected'],
    ['is of another issuer', { iss: 'https://evil.example' }, 'its claim "iss" is not as expected'],
    ['was issued to another client', { aud: ['longshore', 'x'], azp: 'x' }, 'was not issued to longshore'],
    ['is of the command line, but issued to another', { aud: ['longshore-cli', 'x'], azp: 'x' }, 'was not issued to'],
    ['is a logout token', { events: { logout: {} } }, 'is a logout token'],
  ])('is refused when it %s', async (_what, claims, says) => {
    const { status, json, headers } = await userinfo(await provider.sign(claims));
    expect([status, json['detail']]).toEqual([401, expect.stringContaining(says)]);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="longshore"');
  });

  it('may be of the command line, a public client of its own', async () => {
    for (const claims of [{ aud: 'longshore-cli' }, { aud: ['longshore', 'longshore-cli'], azp: 'longshore-cli' }]) {
      expect((await userinfo(await provider.sign(claims))).status).toBe(200);
    }
  });

  it('is refused without signature, with HMAC by the public key, and with a changed payload', async () => {
    const [header = '', payload = '', signature = ''] = (await provider.sign()).split('.');
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const keys = await (await fetch(`${provider.issuer}/jwks`)).text();
    const hmac = `${encode({ alg: 'HS256' })}.${payload}`;
    const forged = [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${hmac}.${createHmac('sha256', keys).update(hmac).digest('base64url')}`,
      `${header}.${encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'root' })}.${signature}`,
      'eyJhbGciOiJSUzI1NiJ9.e30.AAAA',
      'nonsense',
    ];
    for (const token of forged) expect([token, (await userinfo(token)).status]).toEqual([token, 401]);
  });

  it('is good after the provider has rotated its keys, and one by the old key is not', async () => {
    const old = await provider.sign();
    expect((await userinfo(old)).status).toBe(200);
    await provider.rotate();
    await world.clock.advance(31_000);
    expect((await userinfo(await provider.sign({ sub: 'new' }))).json).toMatchObject({ name: 'new' });
    await world.clock.advance(301_000);
    expect((await userinfo(old)).status).toBe(401);
  });

  it('with an invented key does not make us ask the provider each time', async () => {
    await userinfo(await provider.sign());
    const before = provider.keyRequests;
    const payload = (await provider.sign()).split('.')[1];
    for (let attempt = 0; attempt < 20; attempt++) {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: `k${attempt}` })).toString('base64url');
      expect((await userinfo(`${header}.${payload}.AAAA`)).status).toBe(401);
    }
    expect(provider.keyRequests - before).toBeLessThanOrEqual(1);
  });

  it('cannot be checked while the provider is down: come back later', async () => {
    const token = await provider.sign();
    await provider.close();
    const { status, json, headers } = await userinfo(token);
    expect([status, json['code'], headers.get('retry-after')]).toEqual([503, 'Unavailable', '5']);
  });
});

describe('a provider over http', () => {
  const oidcAt = (issuer: string): Promise<World> =>
    startWorld({ settings: { oidc: { issuer, clientId: 'x', scopes: ['openid'], groupsClaim: 'groups' } } });

  it('is refused unless it is on this machine', async () => {
    for (const issuer of ['http://idp.example.com', 'http://127.evil.example', 'ftp://idp.example.com', 'nonsense']) {
      await expect(oidcAt(issuer)).rejects.toThrow(`"${issuer}", expected an https address`);
    }
    await (await oidcAt('https://idp.example.com')).close();
  });
});
