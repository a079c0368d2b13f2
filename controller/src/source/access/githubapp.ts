import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { TerminalError } from '../../core/errors.ts';
import type { GitHubAppLogin } from './credentials.ts';

/** A token and when it ends. */
interface InstallationToken {
  readonly token: string;
  readonly expiresMs: number;
}

const DEFAULT_API = 'https://api.github.com';
/** GitHub takes at most ten minutes; its clock and ours may differ. */
const JWT_SECONDS = 540;
const CLOCK_DIFFERENCE_SECONDS = 60;
const EARLY_MS = 60_000;
const TIMEOUT_MS = 15_000;
const MESSAGE_LENGTH = 300;

/** Installation tokens of GitHub Apps, each kept until a minute before it ends. */
export class GitHubApps {
  readonly #now: () => Date;
  readonly #tokens = new Map<string, InstallationToken>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * A token for Git and the API:
   * https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
   * Throws a TerminalError when the key is unusable or GitHub refuses it, else an Error.
   */
  async token(login: GitHubAppLogin, signal: AbortSignal): Promise<string> {
    const api = apiOf(login);
    const key = JSON.stringify([api, login.appId, login.installationId]);
    const known = this.#tokens.get(key);
    if (known !== undefined && known.expiresMs - EARLY_MS > this.#now().getTime()) return known.token;
    const fresh = await this.#ask(login, api, signal);
    this.#tokens.set(key, fresh);
    return fresh.token;
  }

  async #ask(login: GitHubAppLogin, api: string, signal: AbortSignal): Promise<InstallationToken> {
    const jwt = await this.#jwt(login);
    const path = `/app/installations/${encodeURIComponent(login.installationId)}/access_tokens`;
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      // Followed, the token would go wherever the answer says.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${jwt}`,
        'user-agent': 'longshore',
        'x-github-api-version': '2022-11-28',
      },
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw problem(login, response.status, textOf(body, 'message'));
    const token = textOf(body, 'token');
    const expiresMs = Date.parse(textOf(body, 'expires_at') ?? '');
    if (token === undefined || Number.isNaN(expiresMs)) {
      throw new Error(`${nameOf(login)}: the answer of ${api} holds no token`);
    }
    return { token, expiresMs };
  }

  async #jwt(login: GitHubAppLogin): Promise<string> {
    const nowSeconds = Math.floor(this.#now().getTime() / 1000);
    const pem = await login.privateKey();
    try {
      return await new SignJWT()
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(login.appId)
        .setIssuedAt(nowSeconds - CLOCK_DIFFERENCE_SECONDS)
        .setExpirationTime(nowSeconds + JWT_SECONDS)
        .sign(createPrivateKey(pem));
    } catch {
      // The cause is left out: it may quote the key.
      throw new TerminalError('CredentialsRefused', `${nameOf(login)}: the private key is not an RSA key in PEM`);
    }
  }
}

function apiOf(login: GitHubAppLogin): string {
  const api = login.api ?? DEFAULT_API;
  const url = URL.canParse(api) ? new URL(api) : undefined;
  const loopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) {
    throw new TerminalError('CredentialsRefused', `${nameOf(login)}: api "${api}" is not an https address`);
  }
  return api.replace(/\/+$/, '');
}

function problem(login: GitHubAppLogin, status: number, message: string | undefined): Error {
  const said = `${nameOf(login)}: GitHub answered ${status}${message === undefined ? '' : `: ${message.slice(0, MESSAGE_LENGTH)}`}`;
  const refused = status === 401 || status === 404 || status === 422;
  return refused ? new TerminalError('CredentialsRefused', said) : new Error(said);
}

function textOf(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function nameOf(login: GitHubAppLogin): string {
  return `GitHub App ${login.appId}, installation ${login.installationId}`;
}
