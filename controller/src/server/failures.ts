import type { FastifyInstance } from 'fastify';
import type { Clock } from '../core/clock.ts';
import type { EventSink } from '../core/events.ts';
import { NotFound } from './auth/unauthenticated.ts';
import { answerOf } from './problem.ts';
import { redactText } from './redaction.ts';

/** Every failure is answered as a problem (RFC 9457). A defect of ours is logged; the answer says nothing of it. */
export function useFailures(app: FastifyInstance, clock: Clock, sink: EventSink): void {
  app.setErrorHandler(async (error, request, reply) => {
    const { problem, retryAfterSeconds, isDefect } = answerOf(error, request.id);
    if (isDefect) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      sink({
        at: clock.now(),
        code: 'http.failed',
        level: 'error',
        message: `${request.method} ${request.routeOptions.url ?? 'of no route'} failed`,
        data: { request: request.id, error: redactText(stack) },
      });
    }
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="longshore"');
    return await reply.code(problem.status).type('application/problem+json').send(problem);
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async ({ method }) => {
    throw new NotFound(`there is no ${method} at this path: /api/openapi.json describes what there is`);
  });
}
