import type { PlanAnswer, PlanRequest, SyncBody } from '../../api/http/operation.ts';
import type { Plan } from '../../core/plan.ts';
import { planId } from '../../engine/plan-id.ts';
import type { ApplicationState } from '../../engine/control.ts';
import { isAllowed, type Target } from '../auth/permissions.ts';
import { NotFound } from '../auth/unauthenticated.ts';
import { DEFAULT_LIMIT, listMeta, readContinue } from '../paging.ts';
import { type Api, applicationRoute } from '../route.ts';
import { operationSummary, operationView } from '../views.ts';

const DELETIONS = 'application.approveDeletions';

/** Plans, syncs, and what became of them. */
export function operationRoutes(api: Api): void {
  const { control } = api.deps;

  const plan = async (name: string, request: PlanRequest, signal: AbortSignal): Promise<PlanAnswer> => {
    const found = await control.plan(name, request, signal);
    return { kind: 'Plan', id: planId(found), plan: found };
  };

  applicationRoute(api, 'GET /api/v1/applications/{name}/plan', 'application.read', {
    id: 'getPlan',
    summary: 'What a sync would do now.',
    tag: 'operations',
    handle: ({ state, query: { resources, ...query }, signal }) =>
      plan(state.name, { ...query, ...(resources && { resources: resources.split(',') }) }, signal),
  });

  applicationRoute(api, 'POST /api/v1/applications/{name}/plan', 'application.read', {
    id: 'createPlan',
    summary: 'What a sync would do now. Changes nothing.',
    tag: 'operations',
    handle: ({ state, body, signal }) => plan(state.name, body, signal),
  });

  applicationRoute(
    api,
    'POST /api/v1/applications/{name}/sync',
    'application.sync',
    {
      id: 'syncApplication',
      summary: 'Begins a sync.',
      tag: 'operations',
      status: 202,
      handle: async ({ state, body, principal, demand, grants, signal }) => {
        const { approveDeletions, approvePlan, ...request } = body;
        if (approveDeletions === true) demand(DELETIONS);
        const isAsked = approvePlan !== undefined && !isAllowed(grants, DELETIONS, targetOf(state));
        if (isAsked && hasManyDeletions(await control.plan(state.name, request, signal))) demand(DELETIONS);
        const initiator = { kind: 'person', name: principal.name } as const;
        return operationView(await control.sync(state.name, { ...body, initiator }));
      },
    },
    ({ body }) => detailOf(body),
  );

  applicationRoute(api, 'GET /api/v1/applications/{name}/operations', 'application.read', {
    id: 'listOperations',
    summary: 'Operations, newest first.',
    tag: 'operations',
    handle: async ({ state, query }) => {
      const after = readContinue(query.continue);
      const limit = query.limit ?? DEFAULT_LIMIT;
      const newestFirst = (await control.history(state.name)).toReversed();
      const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
      const items = newestFirst.slice(from, from + limit);
      const remaining = newestFirst.length - from - items.length;
      const last = remaining > 0 ? items.at(-1)?.id : undefined;
      const metadata = listMeta(last === undefined ? {} : { last, remaining });
      return { kind: 'OperationList', metadata, items: items.map(operationSummary) };
    },
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/operations/{id}', 'application.read', {
    id: 'getOperation',
    summary: 'An operation with its plan and the result of each step.',
    tag: 'operations',
    handle: async ({ state, params: { id = '' } }) => {
      const operation =
        id === 'current' ? control.state(state.name)?.operation : await control.operation(state.name, id);
      if (operation === undefined) throw new NotFound(`"${state.name}" has no operation ${id}`);
      return operationView(operation);
    },
  });

  applicationRoute(api, 'DELETE /api/v1/applications/{name}/operations/current', 'application.terminate', {
    id: 'terminateOperation',
    summary: 'Ends the operation that runs.',
    tag: 'operations',
    handle: async ({ state, principal }) => {
      await control.terminate(state.name, principal.name);
      return null;
    },
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/history', 'application.read', {
    id: 'getHistory',
    summary: 'Operations that are kept, oldest first, failed ones too.',
    tag: 'operations',
    handle: async ({ state }) => ({
      kind: 'HistoryList',
      items: (await control.history(state.name)).map(operationSummary),
    }),
  });

  applicationRoute(
    api,
    'POST /api/v1/applications/{name}/rollback',
    'application.rollback',
    {
      id: 'rollbackApplication',
      summary: 'Syncs what an earlier operation synced, and holds it until Git says something else.',
      tag: 'operations',
      status: 202,
      handle: async ({ state, body, principal }) =>
        operationView(await control.rollback(state.name, body.id, principal.name)),
    },
    ({ body }) => (body.id === undefined ? 'to the one before' : `to ${body.id}`),
  );

  applicationRoute(api, 'POST /api/v1/applications/{name}/release', 'application.release', {
    id: 'releaseApplication',
    summary: 'Lets automation go on with what a rollback holds.',
    tag: 'operations',
    handle: async ({ state, principal }) => {
      await control.release(state.name, principal.name);
      return null;
    },
  });
}

function targetOf({ name, project }: ApplicationState): Target {
  return { application: name, project };
}

/** A yes to a plan is a yes to its deletions, so it needs the same role. */
function hasManyDeletions({ refusals }: Plan): boolean {
  return refusals?.some(({ code }) => code === 'Deletions') ?? false;
}

function detailOf({ revision, prune, resources, approveDeletions, approvePlan }: SyncBody): string {
  const said = {
    ...(revision !== undefined && { revision }),
    ...(prune !== undefined && { prune }),
    ...(resources !== undefined && { resources }),
    ...(approveDeletions !== undefined && { approveDeletions }),
    ...(approvePlan !== undefined && { approvePlan }),
  };
  return JSON.stringify(said).slice(0, 1_000);
}
