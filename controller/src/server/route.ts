import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiRoutes } from '../api/http/routes.ts';
import { ConflictError, TerminalError, WaitError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { didYouMean } from '../core/suggest.ts';
import type { ApplicationState } from '../engine/control.ts';
import type { AuditLog } from './audit.ts';
import type { Callers } from './auth/callers.ts';
import { grantsOf, isAllowed, REQUIRED_ACCESS, type Action } from './auth/permissions.ts';
import type { Grant, Principal } from './auth/principal.ts';
import { Forbidden, NotFound, Unauthenticated } from './auth/unauthenticated.ts';
import type { ServerDependencies } from './dependencies.ts';
import type { Slots } from './events/slots.ts';
import { type RouteKey, schemasOf } from './openapi/schemas.ts';
import { type Audited, audited } from './route-audit.ts';
import { UpstreamError } from './problem.ts';
import { redactingAllButToken } from './redaction.ts';

/** What routes are made of. */
export interface Api {
  readonly app: FastifyInstance;
  readonly deps: ServerDependencies;
  readonly callers: Callers;
  readonly audit: AuditLog;
  /** The open streams. */
  readonly slots: Slots;
  /** Where browsers see this controller: `https://longshore.example.com`. */
  readonly origin: () => string;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

type Member<K extends RouteKey, Name extends string> = ApiRoutes[K] extends { readonly [_ in Name]: infer T }
  ? T
  : undefined;

/** A request to a route of the table. */
export interface Call<K extends RouteKey> {
  readonly query: Member<K, 'query'>;
  readonly body: Member<K, 'body'>;
  readonly params: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly grants: readonly Grant[];
  readonly from: string;
  /** Aborts when the client goes away, or the server stops. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A request to an Application that the one who asks may see. */
export interface ApplicationCall<K extends RouteKey> extends Call<K> {
  readonly state: ApplicationState;
  /** For what depends on what is asked. @throws Forbidden */
  readonly demand: (action: Action) => void;
}

/** One route. */
export interface RouteDefinition<K extends RouteKey, C> {
  /** Of the OpenAPI document: `listApplications`. */
  readonly id: string;
  readonly summary: string;
  readonly tag: 'applications' | 'operations' | 'rollouts' | 'projects' | 'access' | 'controller';
  /** Of success. Default 200; 204 where there is no answer. */
  readonly status?: 201 | 202;
  /** Media type of a text. Default: JSON. */
  readonly produces?: readonly string[];
  /** The member `token` of the answer is a new token, which is shown this once. */
  readonly showsToken?: true;
  handle(call: C): Promise<ApiRoutes[K]['answer'] | Readable> | ApiRoutes[K]['answer'] | Readable;
}

/** A route for everybody whose name is known. `audit`: for what changes something. */
export function knownRoute<K extends RouteKey>(
  api: Api,
  key: K,
  definition: RouteDefinition<K, Call<K>>,
  audit?: (call: Call<K>) => Audited,
): void {
  register(api, key, definition, async (request, reply) => {
    const call = callOf<K>(api, request, reply);
    return await audited(api.audit, call, audit?.(call), async () => await definition.handle(call));
  });
}

/** A route for everybody. */
export function openRoute<K extends RouteKey>(api: Api, key: K, definition: RouteDefinition<K, undefined>): void {
  register(api, key, definition, async () => await definition.handle(undefined), true);
}

/**
 * A route below `/applications/{name}`. Whoever may not see the Application gets 404, as if there were none; whoever sees it and
 * may not do this gets 403. Everything but GET is audited, refusals too.
 */
export function applicationRoute<K extends RouteKey>(
  api: Api,
  key: K,
  action: Action,
  definition: RouteDefinition<K, ApplicationCall<K>>,
  detail?: (call: Call<K>) => string,
): void {
  const isMutation = !key.startsWith('GET ');
  register(api, key, definition, async (request, reply) => {
    const call = callOf<K>(api, request, reply);
    const { name = '' } = call.params;
    const state = api.deps.control.state(name);
    const target = { application: name, ...(state !== undefined && { project: state.project }) };
    const said = detail?.(call);
    const note = isMutation ? { action, ...target, ...(said !== undefined && { detail: said }) } : undefined;
    return await audited(api.audit, call, note, async () => {
      if (state === undefined || !isAllowed(call.grants, 'application.read', target)) {
        const visible = visibleNames(api, call.grants);
        throw new NotFound(`there is no Application "${name}", or you may not see it${didYouMean(name, visible)}`);
      }
      const demand = (wanted: Action): void => {
        if (!isAllowed(call.grants, wanted, target)) {
          const role = REQUIRED_ACCESS[wanted];
          throw new Forbidden(`you may not do ${wanted} with "${name}": it needs the role ${role}`);
        }
      };
      demand(action);
      return await toldAsUpstream(async () => await definition.handle({ ...call, state, demand }));
    });
  });
}

/** Names of the Applications that somebody with these grants may see. */
function visibleNames({ deps }: Api, grants: readonly Grant[]): readonly string[] {
  return deps.control
    .states()
    .filter(({ name, project }) => isAllowed(grants, 'application.read', { application: name, project }))
    .map(({ name }) => name);
}

/** What somebody may do, from the Projects and the configuration as they are now. */
export function grantsNow({ deps }: Api, principal: Principal): readonly Grant[] {
  return grantsOf(principal, deps.control.projects(), deps.settings.access);
}

/** Writes the answer that shows a new token. */
function withToken(answer: unknown): string {
  return JSON.stringify(answer, redactingAllButToken);
}

type Run = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

function register<K extends RouteKey, C>(
  api: Api,
  key: K,
  definition: RouteDefinition<K, C>,
  run: Run,
  isOpen = false,
): void {
  const [method = '', path = ''] = key.split(' ');
  api.app.route({
    method,
    url: path.replaceAll(/\{(?<name>\w+)\}/gu, ':$<name>'),
    schema: schemaOf(key, definition, isOpen),
    config: { isOpen },
    preValidation: async (request) => {
      // A POST without a body asks for nothing in particular.
      if (request.body === undefined && method === 'POST') request.body = {};
    },
    handler: async (request, reply) => {
      const answer = await run(request, reply);
      if (answer === null) return await reply.code(204).send();
      if (definition.showsToken === true) reply.type('application/json; charset=utf-8').serializer(withToken);
      return await reply.code(definition.status ?? 200).send(answer);
    },
  });
}

function callOf<K extends RouteKey>(api: Api, request: FastifyRequest, reply: FastifyReply): Call<K> {
  const { principal, from } = request.caller;
  if (principal === undefined) throw new Unauthenticated('nobody is logged in');
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return {
    query: request.query as Member<K, 'query'>,
    body: (request.body ?? undefined) as Member<K, 'body'>,
    params: request.params as Readonly<Record<string, string>>,
    principal,
    grants: grantsNow(api, principal),
    from,
    signal: AbortSignal.any([gone.signal, api.stopping]),
    request,
    reply,
  };
}

const PARAMETERS: Readonly<Record<string, JsonObject>> = {
  name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 },
  id: { type: 'string', pattern: '^[A-Za-z0-9-]{1,64}$' },
  kind: { type: 'string', pattern: '^[A-Za-z]+$', maxLength: 63 },
  resource: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 },
};

function schemaOf<K extends RouteKey, C>(key: K, definition: RouteDefinition<K, C>, isOpen: boolean): object {
  const { querystring, body, answer, description } = schemasOf(key);
  const parameters = [...key.matchAll(/\{(?<name>\w+)\}/gu)].map(({ groups }) => groups?.['name'] ?? '');
  const problem = { 'application/problem+json': { schema: { $ref: 'ProblemDetails#' } } };
  const types = definition.produces ?? ['application/json'];
  const schema = answer ?? { type: 'string' };
  const success =
    definition.produces === undefined && answer === undefined
      ? { 204: { description: 'Done.', type: 'null' } }
      : {
          [definition.status ?? 200]: {
            description: definition.summary,
            content: Object.fromEntries(types.map((type) => [type, { schema }])),
          },
        };
  return {
    operationId: definition.id,
    summary: definition.summary,
    ...(description !== undefined && { description }),
    tags: [definition.tag],
    security: isOpen ? [] : [{ bearer: [] }, { session: [] }],
    ...(querystring !== undefined && { querystring }),
    ...(body !== undefined && { body }),
    ...(parameters.length > 0 && {
      params: {
        type: 'object',
        properties: Object.fromEntries(parameters.map((name) => [name, PARAMETERS[name]])),
        required: parameters,
      },
    }),
    response: { ...success, default: { description: 'It was refused, or it failed.', content: problem } },
  };
}

/** Our own mistakes, as far as their class tells. Everything else that is thrown came from Git or AWS. */
const DEFECTS: readonly string[] = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError'];

async function toldAsUpstream<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof TerminalError || error instanceof WaitError || error instanceof ConflictError;
    if (!(error instanceof Error) || isOurs || DEFECTS.includes(error.name)) throw error;
    throw new UpstreamError(error);
  }
}
