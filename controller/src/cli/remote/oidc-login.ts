import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { TerminalError } from '../../core/errors.ts';
import type { Io } from '../io.ts';
import type { Client } from './client.ts';
import type { Login } from './logins.ts';

/** How a person logs in. */
export interface LoginOptions {
  /** With a code that is typed in on another machine (RFC 8628), not by a redirect to this one. */
  readonly device: boolean;
  readonly signal: AbortSignal;
}

const PATH = '/callback';

/**
 * Logs in at the controller's identity provider: authorization code with PKCE and a redirect to this machine (RFC 8252), or a
 * device code. @throws TerminalError `NoOidc`, `LoginFailed`
 */
export async function logIn(client: Client, options: LoginOptions, io: Io): Promise<Login> {
  const { config, scope } = await provider(client, options.signal);
  const tokens = options.device
    ? await byDevice(config, scope, options, io)
    : await byRedirect(config, scope, options, io);
  return loginOf(tokens);
}

/** A new ID token by the refresh token; undefined when the provider gives none any more. */
export async function renew(client: Client, login: Login): Promise<Login | undefined> {
  if (login.refreshToken === undefined) return undefined;
  const { config } = await provider(client, AbortSignal.timeout(30_000));
  try {
    const tokens = await oidc.refreshTokenGrant(config, login.refreshToken);
    return { refreshToken: login.refreshToken, ...loginOf(tokens) };
  } catch (error) {
    if (error instanceof oidc.ResponseBodyError) return undefined;
    throw error;
  }
}

async function provider(
  client: Client,
  signal: AbortSignal,
): Promise<{ readonly config: oidc.Configuration; readonly scope: string }> {
  const settings = await client.call('GET /api/v1/settings', { signal });
  if (settings.oidc === undefined) {
    throw new TerminalError(
      'NoOidc',
      `${client.server} knows no identity provider: log in with a token, "longshore login ${client.server} --token-stdin"`,
    );
  }
  const { issuer, clientId, cliClientId = clientId, scopes } = settings.oidc;
  const url = new URL(issuer);
  // A provider without TLS is for rehearsals on this very machine.
  const local = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const config = await oidc.discovery(
    url,
    cliClientId,
    undefined,
    oidc.None(),
    local ? { execute: [oidc.allowInsecureRequests] } : {},
  );
  const offline = config.serverMetadata().scopes_supported?.includes('offline_access') === true;
  return { config, scope: [...new Set([...scopes, ...(offline ? ['offline_access'] : [])])].join(' ') };
}

async function byRedirect(config: oidc.Configuration, scope: string, { signal }: LoginOptions, io: Io) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const answer = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
    if (url.pathname !== PATH) {
      response.writeHead(404).end();
      return;
    }
    const words = url.searchParams.has('error')
      ? 'The login failed: the terminal says more.'
      : 'You are logged in: this page can be closed.';
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${words}\n`);
    answer.resolve(url);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const aborted = (): void => answer.reject(signal.reason);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
    const address = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // Providers give a refresh token only to somebody who was asked.
      ...(scope.includes('offline_access') && { prompt: 'consent' }),
    });
    io.stderr(`Open this address in a browser to log in:\n\n  ${address.href}\n\n`);
    return await oidc.authorizationCodeGrant(config, await answer.promise, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(error);
  } finally {
    signal.removeEventListener('abort', aborted);
    server.closeAllConnections();
    server.close();
  }
}

async function byDevice(config: oidc.Configuration, scope: string, { signal }: LoginOptions, io: Io) {
  try {
    const device = await oidc.initiateDeviceAuthorization(config, { scope });
    io.stderr(`Open ${device.verification_uri} in a browser and enter the code ${device.user_code}\n`);
    return await oidc.pollDeviceAuthorizationGrant(config, device, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(error);
  }
}

function loginOf(tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): Login {
  const expires = tokens.claims()?.exp;
  if (tokens.id_token === undefined || expires === undefined) {
    throw new TerminalError('LoginFailed', 'the identity provider gave no ID token: is "openid" among the scopes?');
  }
  return {
    token: tokens.id_token,
    expiresAt: new Date(expires * 1000).toISOString(),
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
  };
}

function failed(error: unknown): TerminalError {
  const why =
    error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError
      ? `${error.error}${error.error_description === undefined ? '' : `: ${error.error_description}`}`
      : error instanceof Error
        ? error.message
        : String(error);
  return new TerminalError('LoginFailed', `the login failed: ${why}`, { cause: error });
}
