import { redactText } from '../redaction.ts';
import { type Api, applicationRoute } from '../route.ts';
import { applicationView, resourceView } from '../views.ts';
import { parseWait, waitFor } from '../waiting.ts';
import { NotFound } from '../auth/unauthenticated.ts';

const DEFAULT_WAIT_S = 50;

/** What is known of one Application, and its end. */
export function applicationRoutes(api: Api): void {
  const { control } = api.deps;

  applicationRoute(api, 'GET /api/v1/applications/{name}', 'application.read', {
    id: 'getApplication',
    summary: 'An Application, now or when something has become true.',
    tag: 'applications',
    handle: async ({ state, query, signal, demand }) => {
      if (query.wait === undefined || query.wait === '') return applicationView(state);
      const wait = parseWait(query.wait);
      const met = await waitFor(state.name, wait, (query.timeoutSeconds ?? DEFAULT_WAIT_S) * 1000, api.deps, signal);
      const now = control.state(state.name);
      if (now === undefined) throw new NotFound(`the Application "${state.name}" is gone`);
      // It may have come into another Project while we waited.
      demand('application.read');
      return { ...applicationView(now), wait: { for: [...wait.names], met } };
    },
  });

  applicationRoute(
    api,
    'DELETE /api/v1/applications/{name}',
    'application.delete',
    {
      id: 'deleteApplication',
      summary: 'Takes an Application away; with `cascade` everything that it owns in AWS too.',
      tag: 'applications',
      handle: async ({ state, query, principal }) => {
        await control.delete(state.name, { cascade: query.cascade ?? false, by: principal.name });
        return null;
      },
    },
    ({ query }) => `cascade=${query.cascade ?? false}`,
  );

  applicationRoute(api, 'POST /api/v1/applications/{name}/refresh', 'application.refresh', {
    id: 'refreshApplication',
    summary: 'Looks at the source and at AWS now.',
    tag: 'applications',
    handle: async ({ state, signal }) => applicationView(await control.refresh(state.name, signal)),
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/resources', 'application.read', {
    id: 'listResources',
    summary: 'Health and sync of every resource, with its parts in AWS.',
    tag: 'applications',
    handle: ({ state }) => ({ kind: 'ResourceList', items: control.resources(state.name).map(resourceView) }),
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/drift', 'application.read', {
    id: 'listDrift',
    summary: 'Fields that somebody changed by hand, and who, where that is known.',
    tag: 'applications',
    handle: ({ state }) => ({ kind: 'DriftList', items: state.drift.map((field) => ({ ...field })) }),
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/manifests', 'application.read', {
    id: 'getManifests',
    summary: 'The rendered manifests, of now or of an operation.',
    tag: 'applications',
    produces: ['application/yaml'],
    handle: async ({ state, query, signal, reply }) => {
      const text = await control.manifests(state.name, query.operation, signal);
      reply.type('application/yaml; charset=utf-8');
      return redactText(text);
    },
  });
}
