import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { createAuditLog } from './audit.ts';
import { createCallers } from './auth/callers.ts';
import type { ServerDependencies } from './dependencies.ts';
import { createSlots } from './events/slots.ts';
import { useFailures } from './failures.ts';
import { useCallers, useDoor, useSecurityHeaders } from './hooks.ts';
import { useRateLimits } from './limits.ts';
import { documentOf, useOpenApi } from './openapi/document.ts';
import { useValidation } from './openapi/validation.ts';
import { redactingReplacer } from './redaction.ts';
import type { Api } from './route.ts';
import { applicationListRoute } from './routes/application-list.ts';
import { applicationSetRoute } from './routes/application-sets.ts';
import { applicationRoutes } from './routes/applications.ts';
import { auditRoute } from './routes/audit.ts';
import { eventRoutes } from './routes/events.ts';
import { loginRoutes } from './routes/login.ts';
import { logRoutes } from './routes/logs.ts';
import { operationRoutes } from './routes/operations.ts';
import { probeRoutes } from './routes/probes.ts';
import { projectRoutes } from './routes/projects.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { sessionRoutes } from './routes/session.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { webhookRoute } from './routes/webhook.ts';

/** Requests of the API are small: a body that is larger is no request. */
const BODY_BYTES = 65_536;
/** A client that sends its request a byte at a time (slowloris) is let go. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Above the idle timeout of an Application Load Balancer (60 s): it must be the one that closes. */
const KEEP_ALIVE_MS = 65_000;

/**
 * The HTTP API, not listening yet.
 * @throws TerminalError `InsecureIssuer`
 */
export async function createServer(deps: ServerDependencies, origin: () => string): Promise<FastifyInstance> {
  const { settings, clock, store } = deps;
  const app: FastifyInstance = fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    genReqId: () => randomBytes(8).toString('hex'),
    trustProxy: settings.trustedProxies === undefined ? false : [...settings.trustedProxies],
    exposeHeadRoutes: false,
    return503OnClosing: true,
  });
  // What a browser sends without asking first (a form's text/plain) is nothing that we take.
  app.removeContentTypeParser('text/plain');
  useValidation(app);
  // The schemas of answers are for the document and the tests; what is written is what the views made.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setReplySerializer((payload) => JSON.stringify(payload, redactingReplacer));

  const audit = createAuditLog(store, clock, deps.sink, settings.audit);
  const callers = createCallers(deps, audit, () => origin().startsWith('https:'));
  useSecurityHeaders(app, origin);
  useCallers(app, callers);
  await useRateLimits(app, settings.rateLimits);
  useDoor(app, { settings, audit, origin });
  useFailures(app, clock, deps.sink);
  await useOpenApi(app, deps.version);

  const stopping = new AbortController();
  const api: Api = { app, deps, callers, audit, slots: createSlots(), origin, stopping: stopping.signal };
  app.addHook('preClose', async () => {
    api.slots.endAll('the controller stops: connect again');
    stopping.abort();
  });
  await addRoutes(api);
  return app;
}

async function addRoutes(api: Api): Promise<void> {
  const { app, deps } = api;
  applicationListRoute(api);
  applicationRoutes(api);
  applicationSetRoute(api);
  operationRoutes(api);
  eventRoutes(api);
  logRoutes(api);
  rolloutRoutes(api);
  projectRoutes(api);
  tokenRoutes(api);
  sessionRoutes(api);
  auditRoute(api);
  loginRoutes(api);
  probeRoutes(app, deps);
  await webhookRoute(app, deps);
  app.get('/api/openapi.json', { config: { isOpen: true }, schema: { hide: true } }, () => documentOf(app));
}
