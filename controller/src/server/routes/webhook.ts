import type { FastifyInstance } from 'fastify';
import type { ServerDependencies, WebhookRequest } from '../dependencies.ts';

/** What GitHub sends at most is 25 MB, but a push is named in its first lines; ours is a limit against floods. */
const MAX_BYTES = 1_048_576;

/**
 * Webhooks of Git servers: only a signature makes them known, and they only make the controller look. In a scope of its own,
 * because the signature is of the raw bytes, whatever their media type.
 */
export async function webhookRoute(app: FastifyInstance, deps: ServerDependencies): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    scope.post(
      '/api/webhook',
      {
        bodyLimit: MAX_BYTES,
        config: { isOpen: true, limit: 'webhook' },
        schema: {
          operationId: 'receiveWebhook',
          summary: 'A push, as GitHub, GitLab, Bitbucket or a script tells of it; believed by its signature.',
          tags: ['controller'],
          security: [],
          response: {
            202: {
              description: 'How many Applications are looked at now.',
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    properties: { applications: { type: 'integer' } },
                    required: ['applications'],
                    additionalProperties: false,
                  },
                },
              },
            },
            default: {
              description: 'It was refused, or it failed.',
              content: { 'application/problem+json': { schema: { $ref: 'ProblemDetails#' } } },
            },
          },
        },
      },
      async ({ headers, body }, reply) => {
        const request: WebhookRequest = { headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
        return await reply.code(202).send({ applications: await deps.webhook(request) });
      },
    );
  });
}
