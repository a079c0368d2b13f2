import type { FastifyReply, FastifyRequest } from 'fastify';
import { TerminalError } from '../../core/errors.ts';
import { SESSION_COOKIE } from '../auth/callers.ts';
import { cookieName, readCookie, writeCookie } from '../auth/cookies.ts';
import { isLoopback } from '../auth/loopback.ts';
import { CALLBACK_PATH, type EndedLogin, type Oidc } from '../auth/oidc/login.ts';
import { beginSession, endSession } from '../auth/sessions.ts';
import { Unauthenticated } from '../auth/unauthenticated.ts';
import { STRANGER } from '../audit.ts';
import { answerOf } from '../problem.ts';
import type { Api } from '../route.ts';

/** Ties a login to the browser that began it. */
const LOGIN_COOKIE = 'longshore-login';
const LOGIN_SECONDS = 600;

/** Logging in and out with a browser. */
export function loginRoutes(api: Api): void {
  const { app, deps } = api;
  const config = { isOpen: true, limit: 'login' } as const;
  const isSecure = (): boolean => api.origin().startsWith('https:');

  app.get<{ Querystring: { returnTo?: string } }>(
    '/auth/login',
    { config, schema: { hide: true } },
    async (request, reply) => {
      const origin = secureOrigin(api.origin());
      const { location, browser } = await providerOf(api).begin(origin, localPath(request.query.returnTo));
      reply.header(
        'set-cookie',
        writeCookie(LOGIN_COOKIE, browser, { secure: isSecure(), maxAgeSeconds: LOGIN_SECONDS }),
      );
      return await reply.redirect(location, 303);
    },
  );

  app.get(CALLBACK_PATH, { config, schema: { hide: true } }, async (request, reply) => {
    const secure = isSecure();
    reply.header('set-cookie', writeCookie(LOGIN_COOKIE, '', { secure, maxAgeSeconds: 0 }));
    const { user, returnTo } = await ended(api, request);
    const { secret, expiresAt } = await beginSession(deps.store, deps.clock, user);
    const actor = { type: user.type, name: user.name };
    await api.audit.note({ actor, action: 'session.login', from: request.ip }, { result: 'Succeeded' });
    const maxAgeSeconds = Math.floor((expiresAt.getTime() - deps.clock.now().getTime()) / 1000);
    reply.header('set-cookie', writeCookie(SESSION_COOKIE, secret, { secure, maxAgeSeconds }));
    return await reply.redirect(returnTo, 303);
  });

  app.post('/auth/logout', { config: { ...config, isOpen: false }, schema: { hide: true } }, async (request, reply) => {
    await loggedOut(api, request, reply);
    return await reply.code(204).send();
  });
}

async function ended(api: Api, request: FastifyRequest): Promise<EndedLogin> {
  const { url, headers, ip } = request;
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const browser = readCookie(headers.cookie, cookieName(LOGIN_COOKIE, api.origin().startsWith('https:')));
  try {
    return await providerOf(api).end(secureOrigin(api.origin()), query, browser);
  } catch (error) {
    const { code } = answerOf(error, '').problem;
    await api.audit.note({ actor: STRANGER, action: 'session.login', from: ip }, { result: 'Refused', code });
    throw error;
  }
}

async function loggedOut(
  { deps, audit, origin }: Api,
  { caller, ip }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { principal } = caller;
  if (principal?.type !== 'user' || principal.session === undefined) {
    throw new TerminalError('InvalidRequest', 'only a session of a browser can be logged out; a token is deleted');
  }
  await endSession(deps.store, principal.session);
  await audit.note(
    { actor: { type: 'user', name: principal.name }, action: 'session.logout', from: ip },
    { result: 'Succeeded' },
  );
  const secure = origin().startsWith('https:');
  reply.header('set-cookie', writeCookie(SESSION_COOKIE, '', { secure, maxAgeSeconds: 0 }));
}

function providerOf({ callers }: Api): Oidc {
  if (callers.oidc !== undefined) return callers.oidc;
  throw new TerminalError(
    'NotFound',
    'there is no identity provider to log in with: set spec.oidc of the configuration, or use a token',
  );
}

/** The session's cookie must not go over the network in the clear. */
function secureOrigin(origin: string): string {
  if (origin.startsWith('https:') || isLoopback(new URL(origin).hostname)) return origin;
  throw new Unauthenticated(
    `browsers log in over https only, but this controller is at ${origin}: put a load balancer with TLS before it, and set spec.url`,
  );
}

/** A path of our own: never another site, and never `javascript:`. */
function localPath(path = '/'): string {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1000}$/u.test(path) ? path : '/';
}
