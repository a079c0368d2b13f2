import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, importJWK, type JWTPayload, SignJWT } from 'jose';
import { default as OidcProvider } from 'oidc-provider';
import { vi } from 'vitest';
import type { OidcClient } from '../dependencies.ts';

const CLIENT_ID = 'longshore';
const CLI_CLIENT_ID = 'longshore-cli';
/** The last page of a login by code. */
const CODE_TAKEN = 'The device is logged in.';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Somebody whom the provider knows. Any password is theirs. */
export interface Account {
  readonly email: string;
  readonly email_verified: boolean;
  readonly groups: readonly string[];
}

/** A real OpenID provider on a loopback address: the package `oidc-provider`, with its own pages to log in. */
export interface IdentityProvider {
  readonly issuer: string;
  /** As a controller is configured with it. */
  readonly client: OidcClient;
  readonly accounts: Map<string, Account>;
  /** Where browsers may be sent back to; begins the provider anew with this. */
  allow(redirectUri: string, options?: { readonly claimsInIdToken?: boolean }): void;
  /** Another key signs from now on; the old one is not published any more. */
  rotate(): Promise<void>;
  /** A token with these claims besides the usual ones (undefined takes one away), signed by the provider's key. */
  sign(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Requests for the keys. */
  readonly keyRequests: number;
  /** Logs in as a browser does: follows redirects from `start`, fills in the forms. Gives the URL that it ends at. */
  logIn(start: string, account: string): Promise<string>;
  /** Enters the code of a device at its verification URI, as a browser does. */
  enterCode(uri: string, code: string, account: string): Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a provider. */
export async function startIdentityProvider(secret = 'secret of the client'): Promise<IdentityProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = (_request, response) => response.end();
  let keyRequests = 0;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') keyRequests += 1;
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Account>();
  let key = await newKey();
  let client = { redirectUri: 'http://127.0.0.1/none', claimsInIdToken: true };
  const begin = (): void => {
    // It warns that it is not set up for production, which is so.
    const quiet = vi.spyOn(console, 'warn').mockReturnValue();
    handle = providerOf({ issuer, secret, ...client, key, accounts }).callback();
    quiet.mockRestore();
  };
  begin();
  return {
    issuer,
    client: {
      issuer,
      clientId: CLIENT_ID,
      cliClientId: CLI_CLIENT_ID,
      clientSecret: async () => secret,
      scopes: ['openid', 'email', 'groups'],
      groupsClaim: 'groups',
    },
    accounts,
    allow: (redirectUri, { claimsInIdToken = true } = {}) => {
      client = { redirectUri, claimsInIdToken };
      begin();
    },
    rotate: async () => {
      key = await newKey();
      begin();
    },
    sign: async (claims = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: issuer, aud: CLIENT_ID, sub: 'ann', iat: now, exp: now + 600 };
      return await new SignJWT(JSON.parse(JSON.stringify({ ...usual, ...claims })) as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', kid: key.kid ?? '' })
        .sign(await importJWK(key, 'RS256'));
    },
    get keyRequests() {
      return keyRequests;
    },
    logIn: (start, account) => logIn(start, account, issuer),
    enterCode: async (uri, code, account) => {
      await logIn(uri, account, issuer, code);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'RS256', use: 'sig' };
}

interface Setup {
  readonly issuer: string;
  readonly secret: string;
  readonly redirectUri: string;
  readonly claimsInIdToken: boolean;
  readonly key: JWK;
  readonly accounts: ReadonlyMap<string, Account>;
}

function providerOf({ issuer, secret, redirectUri, claimsInIdToken, key, accounts }: Setup): OidcProvider {
  return new OidcProvider(issuer, {
    clients: [
      { client_id: CLIENT_ID, client_secret: secret, redirect_uris: [redirectUri], response_types: ['code'] },
      {
        client_id: CLI_CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
        // Any port of this machine: RFC 8252, section 7.3.
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
      },
    ],
    features: {
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (context, form) => {
          context.body = form;
        },
        userCodeConfirmSource: (context, form) => {
          context.body = form;
        },
        successSource: (context) => {
          context.body = CODE_TAKEN;
        },
      },
    },
    jwks: { keys: [key] },
    cookies: { keys: ['a key for the cookies of a test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    scopes: ['openid', 'email', 'groups', 'offline_access'],
    conformIdTokenClaims: !claimsInIdToken,
    ttl: {
      Interaction: 600,
      Session: 600,
      Grant: 600,
      AccessToken: 600,
      IdToken: 600,
      RefreshToken: 600,
      DeviceCode: 600,
    },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
  });
}

/** Follows redirects and submits the provider's forms until it is sent away from the provider, or its code is taken. */
async function logIn(start: string, account: string, issuer: string, code?: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 20; steps++) {
    if (!url.startsWith(issuer)) return url;
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== undefined && { body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = answer.headers.get('location');
    const page = await answer.text();
    form = location === null ? formOf(page, account, code) : undefined;
    if (location !== null) url = new URL(location, url).href;
    else if (form !== undefined)
      url = new URL(/action="(?<action>[^"]+)"/u.exec(page)?.groups?.['action'] ?? url, url).href;
    else if (code !== undefined && page === CODE_TAKEN) return url;
    else throw new Error(`the provider shows neither a form nor a redirect: ${answer.status} ${page.slice(0, 500)}`);
  }
  throw new Error(`the provider goes in circles at ${url}`);
}

/** What a person fills into a form of the provider; undefined for a page without one. */
function formOf(page: string, account: string, code: string | undefined): URLSearchParams | undefined {
  if (page.includes('name="login"')) return new URLSearchParams({ prompt: 'login', login: account, password: 'any' });
  if (page.includes('value="consent"')) return new URLSearchParams({ prompt: 'consent' });
  const xsrf = /name="xsrf" value="(?<xsrf>[^"]+)"/u.exec(page)?.groups?.['xsrf'];
  if (xsrf === undefined || code === undefined) return undefined;
  const isConfirm = page.includes('name="confirm"');
  return new URLSearchParams({ xsrf, user_code: code, ...(isConfirm && { confirm: 'yes' }) });
}
