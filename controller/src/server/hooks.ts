import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AuditLog, STRANGER } from './audit.ts';
import type { Caller, Callers } from './auth/callers.ts';
import { requireLocal, requireSameSite } from './auth/same-site.ts';
import { Unauthenticated } from './auth/unauthenticated.ts';
import type { AccessSettings } from './dependencies.ts';
import { answerOf } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends it. Set by the first hook. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** For everybody, also for those who are not known. */
    isOpen?: boolean;
  }
}

/** What changes nothing, whoever makes a browser send it. */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD'];
const TWO_YEARS_S = 63_072_000;

/**
 * Headers for every answer: nothing in it is a page, a script or a frame, it is not kept, and no other site reads it (there is no
 * CORS). https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export function useSecurityHeaders(app: FastifyInstance, origin: () => string): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      // Over http it means nothing, and on localhost it would lock other programs out.
      ...(origin().startsWith('https:') && { 'strict-transport-security': `max-age=${TWO_YEARS_S}` }),
    });
  });
}

/** Finds out who sends a request, before anything is counted. Refuses nobody yet. */
export function useCallers(app: FastifyInstance, callers: Callers): void {
  app.decorateRequest('caller', null as unknown as Caller);
  app.addHook('onRequest', async (request) => {
    request.caller = await callers.of(request);
  });
}

/** Refuses whoever is not known, before their body is read. Has to run after the rate limit, so that attempts are counted. */
export function useDoor(
  app: FastifyInstance,
  {
    settings,
    audit,
    origin,
  }: { readonly settings: AccessSettings; readonly audit: AuditLog; readonly origin: () => string },
): void {
  app.addHook('preParsing', async (request) => {
    if (request.is404 || request.routeOptions.config.isOpen === true) return;
    try {
      requirePrincipal(request.caller, settings);
      requireOwnSite(request, settings, origin());
    } catch (error) {
      const { principal, refusal, from } = request.caller;
      const isProbe = principal === undefined && refusal === undefined;
      if (!isProbe && !(SAFE_METHODS.includes(request.method) && principal !== undefined)) {
        const actor = principal === undefined ? STRANGER : { type: principal.type, name: principal.name };
        const { code } = answerOf(error, '').problem;
        const detail = `${request.method} ${request.routeOptions.url ?? ''}`;
        await audit.note({ actor, action: 'session.refused', from, detail }, { result: 'Refused', code });
      }
      throw error;
    }
  });
}

function requirePrincipal({ principal, refusal }: Caller, { oidc }: AccessSettings): void {
  if (refusal !== undefined) throw refusal;
  if (principal !== undefined) return;
  const how = oidc === undefined ? 'a token' : 'a token, or an ID token of the identity provider,';
  throw new Unauthenticated(
    `nobody is logged in: send ${how} as "Authorization: Bearer ...". ` +
      'While the controller is stopped, `longshore token create me --access admin --state FILE` makes the first token',
  );
}

function requireOwnSite({ caller, headers, method }: FastifyRequest, settings: AccessSettings, origin: string): void {
  if (settings.insecureNoAuth === true) requireLocal(headers);
  else if (caller.isBrowser && !SAFE_METHODS.includes(method)) requireSameSite(headers, origin);
}
