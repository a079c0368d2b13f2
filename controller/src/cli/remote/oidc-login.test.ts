import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../../server/testing/identity-provider.ts';
import { startWorld, type World } from '../../server/testing/world.ts';
import { createProgram } from '../program.ts';
import { type RecordingIo, recordingIo } from '../testing/recording-io.ts';
import { createClient } from './client.ts';
import { loginsFile, readLogins, writeLogins } from './logins.ts';
import { logIn, renew } from './oidc-login.ts';
import { openClient } from './session.ts';

let provider: IdentityProvider;
let world: World;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-login-'));
  provider = await startIdentityProvider();
  provider.accounts.set('ann', { email: 'ann@example.com', email_verified: true, groups: ['deployers'] });
  world = await startWorld({
    settings: {
      access: [{ access: 'deployer', groups: ['deployers'] }],
      oidc: provider.client,
      rateLimits: { loginsPerMinute: 100 },
    },
  });
});
afterEach(async () => {
  await world.close();
  await provider.close();
  await rm(home, { recursive: true });
});

/** Runs a command; `seen` hears what it says on standard error, as a person who reads along. */
async function run(args: readonly string[], seen: (text: string) => void): Promise<RecordingIo> {
  const recording = recordingIo({ env: { XDG_CONFIG_HOME: home } });
  const io = {
    ...recording,
    stderr: (text: string) => {
      recording.stderr(text);
      seen(text);
    },
  };
  await createProgram(io).parseAsync(args, { from: 'user' });
  return recording;
}

/** Goes where the command line says, and is sent back to it. */
function browser(account: string, change = (url: string): string => url): (text: string) => void {
  return (text) => {
    const [start] = /http\S+\/auth\?\S+/u.exec(text) ?? [];
    if (start !== undefined) void provider.logIn(start, account).then((back) => fetch(change(back)));
  };
}

const io = (): RecordingIo => recordingIo({ env: { XDG_CONFIG_HOME: home } });
const anonymous = () => createClient(world.url, async () => undefined);
const options = (device: boolean) => ({ device, signal: AbortSignal.timeout(20_000) });

describe('longshore login through a browser', () => {
  it('ends at the redirect, and the ID token is good for what the groups of the person may do', async () => {
    const recorded = await run(['login', world.url], browser('ann'));
    expect(recorded.outText()).toBe(`logged in to ${world.url} as ann@example.com\n`);
    const who = await (await openClient({}, io())).call('GET /api/v1/session/userinfo', options(false));
    expect(who).toMatchObject({ type: 'user', email: 'ann@example.com', groups: ['deployers'], access: 'deployer' });
  });

  it('keeps the login where nobody else can read it, and logout takes it away', async () => {
    await run(['login', world.url], browser('ann'));
    const file = loginsFile({ XDG_CONFIG_HOME: home });
    expect(await readFile(file, 'utf8')).toContain('refreshToken');
    const recorded = await run(['logout'], () => undefined);
    expect(recorded.outText()).toBe(`logged out of ${world.url}\n`);
    expect(await readLogins(file)).toEqual({ servers: {} });
  });

  it('fails with the words of the provider when that refuses', async () => {
    const refused = (back: string): string => {
      const url = new URL(back);
      const state = url.searchParams.get('state') ?? '';
      const iss = url.searchParams.get('iss') ?? '';
      url.search = new URLSearchParams({
        error: 'access_denied',
        error_description: 'ann said no',
        state,
        iss,
      }).toString();
      return url.href;
    };
    await expect(run(['login', world.url], browser('ann', refused))).rejects.toMatchObject({
      code: 'LoginFailed',
      message: 'the login failed: access_denied: ann said no',
    });
    expect(await readLogins(loginsFile({ XDG_CONFIG_HOME: home }))).toEqual({ servers: {} });
  });

  it('refuses an answer to another login: a state that is not its own', async () => {
    const forged = (back: string): string => back.replace(/state=[^&]+/u, 'state=forged');
    await expect(run(['login', world.url], browser('ann', forged))).rejects.toMatchObject({ code: 'LoginFailed' });
  });
});

it('logs in by a code that is typed in on another machine', async () => {
  const recorded = await run(['login', world.url, '--device'], (text) => {
    const [, uri, code] = /Open (\S+) in a browser and enter the code (\S+)/u.exec(text) ?? [];
    if (uri !== undefined && code !== undefined) void provider.enterCode(uri, code, 'ann');
  });
  expect(recorded.outText()).toBe(`logged in to ${world.url} as ann@example.com\n`);
}, 20_000);

describe('an ID token that is about to expire', () => {
  /** Logged in; the ID token ends in a moment, as far as the file says. */
  async function expiring(refreshToken?: string): Promise<string> {
    const login = await logIn(anonymous(), options(false), { ...io(), stderr: browser('ann') });
    const file = loginsFile({ XDG_CONFIG_HOME: home });
    const soon = new Date(Date.now() + 5_000).toISOString();
    const kept = { ...login, token: 'old', expiresAt: soon, ...(refreshToken !== undefined && { refreshToken }) };
    await writeLogins(file, { current: world.url, servers: { [world.url]: kept } });
    return file;
  }

  it('is renewed with the refresh token, and the new one is kept', async () => {
    const file = await expiring();
    const before = (await readLogins(file)).servers[world.url];
    const who = await (await openClient({}, io())).call('GET /api/v1/session/userinfo', options(false));
    expect(who.name).toBe('ann@example.com');
    const after = (await readLogins(file)).servers[world.url];
    expect(after?.token).not.toBe('old');
    expect(Date.parse(after?.expiresAt ?? '')).toBeGreaterThan(Date.parse(before?.expiresAt ?? ''));
    expect(await renew(anonymous(), after ?? { token: '' })).toMatchObject({ token: expect.any(String) });
  });

  it('stays when the provider gives no other: the controller says to log in again', async () => {
    await expiring('a refresh token that is over');
    const client = await openClient({}, io());
    await expect(client.call('GET /api/v1/session/userinfo', options(false))).rejects.toThrow(
      /log in again, "longshore login http/u,
    );
  });
});

it('says so where a controller knows no identity provider', async () => {
  const alone = await startWorld();
  try {
    await expect(run(['login', alone.url], () => undefined)).rejects.toMatchObject({ code: 'NoOidc' });
  } finally {
    await alone.close();
  }
});

it('needs no login where the controller asks nobody who they are', async () => {
  const open = await startWorld({ settings: { insecureNoAuth: true } });
  try {
    const recorded = await run(['login', open.url], () => undefined);
    expect(recorded.outText()).toContain('asks nobody who they are');
    const who = await (await openClient({}, io())).call('GET /api/v1/session/userinfo', options(false));
    expect(who.type).toBe('anonymous');
  } finally {
    await open.close();
  }
});
