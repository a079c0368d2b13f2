import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import { execView, rolloutView, taskView } from '../../engine/rollout-view.ts';
import { type Api, applicationRoute } from '../route.ts';
import { operationView } from '../views.ts';

const DEFAULT_SCALE_S = 3_600;

/** Rollouts, tasks and Jobs of an Application: see them, steer them. */
export function rolloutRoutes(api: Api): void {
  const { control, clock } = api.deps;

  applicationRoute(api, 'GET /api/v1/applications/{name}/rollouts', 'application.read', {
    id: 'listRollouts',
    summary: 'Rollouts in flight and the last ones.',
    tag: 'rollouts',
    handle: async ({ state, signal }) => ({
      kind: 'RolloutList',
      items: (await control.rollouts(state.name, signal)).map((rollout) => rolloutView(state.name, rollout)),
    }),
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/rollouts/{kind}/{resource}', 'application.read', {
    id: 'getRollout',
    summary: 'The rollout of a resource, in flight or the last one.',
    tag: 'rollouts',
    handle: async ({ state, params, signal }) =>
      rolloutView(state.name, await control.rollout(state.name, refOf(params), signal)),
  });

  applicationRoute(
    api,
    'POST /api/v1/applications/{name}/rollouts/{kind}/{resource}/actions',
    'rollout.act',
    {
      id: 'actOnRollout',
      summary: 'Promotes, pauses, resumes, aborts, retries or restarts; answers the rollout as it is then.',
      tag: 'rollouts',
      handle: async ({ state, params, body: { action }, principal, signal }) =>
        rolloutView(state.name, await control.act(state.name, refOf(params), action, principal.name, signal)),
    },
    ({ params, body }) => `${body.action} ${refOf(params)}`,
  );

  applicationRoute(api, 'GET /api/v1/applications/{name}/resources/{kind}/{resource}/tasks', 'application.read', {
    id: 'listTasks',
    summary: 'Tasks of a Service or Job, newest first, those that stopped within the last hour too.',
    tag: 'rollouts',
    handle: async ({ state, params, signal }) => ({
      kind: 'TaskList',
      items: (await control.tasks(state.name, refOf(params), signal)).map(taskView),
    }),
  });

  applicationRoute(
    api,
    'POST /api/v1/applications/{name}/resources/{kind}/{resource}/scale',
    'resource.scale',
    {
      id: 'scaleService',
      summary: 'Sets the number of tasks of a Service for a while.',
      tag: 'rollouts',
      handle: async ({ state, params, body: { count, forSeconds }, principal, signal }) => {
        const ref = refOf(params);
        const until = new Date(clock.now().getTime() + (forSeconds ?? DEFAULT_SCALE_S) * 1000);
        const message = await control.scale(state.name, ref, { count, until, by: principal.name }, signal);
        return { kind: 'Scale', ref, count, message };
      },
    },
    ({ params, body }) => `${refOf(params)} to ${body.count} for ${body.forSeconds ?? DEFAULT_SCALE_S} s`,
  );

  applicationRoute(
    api,
    'POST /api/v1/applications/{name}/resources/{kind}/{resource}/run',
    'resource.run',
    {
      id: 'runJob',
      summary: 'Runs a Job once more.',
      tag: 'rollouts',
      status: 202,
      handle: async ({ state, params, principal }) =>
        operationView(await control.runJob(state.name, refOf(params), principal.name)),
    },
    ({ params }) => refOf(params),
  );

  applicationRoute(
    api,
    'POST /api/v1/applications/{name}/resources/{kind}/{resource}/exec',
    'resource.exec',
    {
      id: 'execCommand',
      summary: 'Opens a session of ECS Exec in a container. The token in the answer is that of the session.',
      tag: 'rollouts',
      showsToken: true,
      handle: async ({ state, params, body, principal, signal }) =>
        execView(await control.exec(state.name, refOf(params), body, principal.name, signal)),
    },
    ({ params, body }) => `${refOf(params)}: ${body.command}`,
  );
}

function refOf({ kind = '', resource = '' }: Readonly<Record<string, string>>): Ref {
  if (!/^[A-Z][A-Za-z]*$/u.test(kind)) {
    throw new TerminalError('InvalidRequest', `"${kind}" is no kind, expected one such as Service`);
  }
  return `${kind}/${resource}`;
}
