import type { FastifyRequest } from 'fastify';
import type { AuditLog } from '../audit.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { readCookie, cookieName } from './cookies.ts';
import { oidcLogins, type Oidc } from './oidc/login.ts';
import type { Principal, User } from './principal.ts';
import { hashOf, isToken } from './secrets.ts';
import { sessionUser, userOf } from './sessions.ts';
import { findToken, holderOf } from './tokens.ts';
import { Unauthenticated } from './unauthenticated.ts';

/** The cookie of a session. */
export const SESSION_COOKIE = 'longshore';

/** A token of the provider that was found good is looked at anew after this. */
const RECHECK_MS = 300_000;
/** So many of them are remembered. */
const REMEMBERED = 1_000;
const MAX_CREDENTIAL = 16_384;

/** Who sends a request, as far as it says. */
export interface Caller {
  readonly principal?: Principal;
  /** What is wrong with the credentials that it has. Neither this nor a principal: it has none. */
  readonly refusal?: Error;
  /** The browser sent the credentials by itself, whoever made it send the request. */
  readonly isBrowser: boolean;
  /** Address of the client. */
  readonly from: string;
}

/** Finds out who sends requests. */
export interface Callers {
  of(request: FastifyRequest): Promise<Caller>;
  /** True while the credentials of somebody who is connected are good. */
  isStill(principal: Principal): Promise<boolean>;
  readonly oidc: Oidc | undefined;
}

/** @throws TerminalError `InsecureIssuer` */
export function createCallers(
  { store, clock, settings }: Pick<ServerDependencies, 'store' | 'clock' | 'settings'>,
  audit: AuditLog,
  isSecure: () => boolean,
): Callers {
  const oidc = settings.oidc && oidcLogins(settings.oidc, clock);
  const remembered = new Map<string, { readonly user: User; readonly checkedAt: number }>();

  const bearer = async (credential: string, from: string): Promise<Principal> => {
    if (credential.length > MAX_CREDENTIAL) throw new Unauthenticated('the credentials are too long to be any');
    if (isToken(credential)) {
      const holder = await holderOf(store, clock, credential);
      if (holder === undefined) throw new Unauthenticated('the token is not known, was deleted, or has expired');
      return holder;
    }
    if (oidc === undefined) {
      throw new Unauthenticated(
        'the credentials are no token of Longshore (lsp_...), and no identity provider is configured',
      );
    }
    return await person(oidc, credential, from);
  };

  const person = async (provider: Oidc, credential: string, from: string): Promise<User> => {
    const hash = hashOf(credential);
    const now = clock.now();
    const known = remembered.get(hash);
    if (known !== undefined && now < known.user.expiresAt && now.getTime() - known.checkedAt < RECHECK_MS) {
      return known.user;
    }
    const user = await provider.identify(credential);
    if (known === undefined) {
      const actor = { type: user.type, name: user.name };
      await audit.note(
        { actor, action: 'session.login', from, detail: 'by a token of the identity provider' },
        { result: 'Succeeded' },
      );
    }
    remembered.delete(hash);
    remembered.set(hash, { user, checkedAt: now.getTime() });
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return user;
  };

  return {
    oidc,
    of: async ({ headers, ip }) => {
      if (settings.insecureNoAuth === true) {
        return { principal: { type: 'anonymous', name: 'anonymous' }, isBrowser: true, from: ip };
      }
      const { authorization } = headers;
      try {
        if (authorization !== undefined) {
          const credential = /^Bearer +(?<credential>\S+)$/iu.exec(authorization)?.groups?.['credential'];
          if (credential === undefined) throw new Unauthenticated('Authorization is expected to be "Bearer <token>"');
          return { principal: await bearer(credential, ip), isBrowser: false, from: ip };
        }
        const secret = readCookie(headers.cookie, cookieName(SESSION_COOKIE, isSecure()));
        if (secret === undefined) return { isBrowser: false, from: ip };
        const user = await sessionUser(store, clock, secret);
        if (user === undefined) throw new Unauthenticated('the session is over: log in again');
        return { principal: user, isBrowser: true, from: ip };
      } catch (error) {
        return { refusal: error as Error, isBrowser: authorization === undefined, from: ip };
      }
    },
    isStill: async (principal) => {
      if (principal.type === 'anonymous') return true;
      if (clock.now() >= principal.expiresAt) return false;
      if (principal.type === 'token') return (await findToken(store, principal.id)) !== undefined;
      return principal.session === undefined || (await userOf(store, clock, principal.session)) !== undefined;
    },
  };
}
