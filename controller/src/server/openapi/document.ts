import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Json } from '../../core/json.ts';
import { namedSchemas } from './schemas.ts';

/** Has the OpenAPI document made from the schemas of the routes that are registered after this. */
export async function useOpenApi(app: FastifyInstance, version: string): Promise<void> {
  for (const schema of namedSchemas()) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Longshore',
        version,
        description:
          'What a Longshore controller can be asked. docs/api.md explains it, docs/access.md who may ask for what.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of Longshore (lsp_...), or an ID token of the identity provider.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-longshore',
            description:
              'A browser that logged in at /auth/login. What is not a GET also needs the header X-Longshore-Request.',
          },
        },
      },
      tags: [
        { name: 'applications', description: 'What is deployed.' },
        { name: 'operations', description: 'Plans, syncs and rollbacks.' },
        { name: 'rollouts', description: 'Rollouts, tasks and Jobs.' },
        { name: 'projects', description: 'Who may do what where.' },
        { name: 'access', description: 'Tokens, sessions and the audit log.' },
        { name: 'controller', description: 'The controller itself.' },
      ],
    },
    // The schemas keep their names.
    refResolver: { buildLocalReference: (json, _uri, _fragment, index) => nameOf(json['$id']) ?? `schema-${index}` },
  });
}

/** The document of a server that is ready. */
export function documentOf(app: FastifyInstance): Json {
  return JSON.parse(JSON.stringify(app.swagger())) as Json;
}

function nameOf(id: unknown): string | undefined {
  return typeof id === 'string' ? id : undefined;
}
