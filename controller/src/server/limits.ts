import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimits } from '../api/controllerconfiguration.ts';
import { keyOf } from './auth/principal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counted by address, on its own. */
    limit?: 'login' | 'webhook';
  }
}

const WINDOW_MS = 60_000;
/** So many addresses, users and tokens are counted; then those that were seen least recently are forgotten. */
const REMEMBERED = 20_000;

/** What holds unless the configuration says otherwise. */
const DEFAULTS: Required<RateLimits> = { requestsPerMinute: 600, loginsPerMinute: 10, webhooksPerMinute: 300 };

/**
 * Limits requests in a minute: of somebody who is known by user or token, of everybody else by address. Wrong credentials are
 * limited as logins are. Has to be registered after the hook that finds out who sends a request.
 */
export async function useRateLimits(app: FastifyInstance, configured: RateLimits = {}): Promise<void> {
  const limits = { ...DEFAULTS, ...configured };
  await app.register(rateLimit, {
    timeWindow: WINDOW_MS,
    cache: REMEMBERED,
    keyGenerator: (request) => {
      const limit = limitOf(request);
      if (limit !== 'requests') return `${limit}:${request.ip}`;
      const { principal } = request.caller;
      return principal === undefined ? `address:${request.ip}` : keyOf(principal);
    },
    max: (request) => {
      const limit = limitOf(request);
      if (limit === 'webhook') return limits.webhooksPerMinute;
      return limit === 'requests' ? limits.requestsPerMinute : limits.loginsPerMinute;
    },
    errorResponseBuilder: (_request, { max, after }) =>
      Object.assign(new Error(`more than ${max} requests in a minute: try again in ${after}`), { statusCode: 429 }),
  });
}

function limitOf({ caller, routeOptions }: FastifyRequest): 'login' | 'webhook' | 'refused' | 'requests' {
  const { limit } = routeOptions.config;
  if (limit !== undefined) return limit;
  // A cookie that is over is no attempt: browsers send it until they are told another.
  return caller.refusal === undefined || caller.isBrowser ? 'requests' : 'refused';
}
