import type { ApplicationSet } from '../../api/http/access.ts';
import type { ApplicationSetState } from '../../engine/control.ts';
import { isAllowed } from '../auth/permissions.ts';
import type { Grant } from '../auth/principal.ts';
import { DEFAULT_LIMIT, listMeta, pageOf, readContinue } from '../paging.ts';
import { type Api, knownRoute } from '../route.ts';

/** ApplicationSets. They are declared in files; here they are only read. */
export function applicationSetRoute(api: Api): void {
  const { control } = api.deps;

  knownRoute(api, 'GET /api/v1/applicationsets', {
    id: 'listApplicationSets',
    summary: 'ApplicationSets of which you may see an Application, in the order of their names.',
    tag: 'applications',
    handle: ({ query, grants }) => {
      const views = new Map(control.applicationSets().map((set) => [set.name, viewOf(api, set, grants)]));
      const page = pageOf([...views.keys()], {
        limit: query.limit ?? DEFAULT_LIMIT,
        after: readContinue(query.continue),
        read: (name) => views.get(name),
        // One without Applications belongs to no Project.
        accept: ({ status }) => status.applications.length > 0 || isAllowed(grants, 'application.read', {}),
      });
      return {
        apiVersion: 'longshore.dev/v1alpha1',
        kind: 'ApplicationSetList',
        metadata: listMeta(page),
        items: [...page.items],
      };
    },
  });
}

function viewOf(
  { deps }: Api,
  { name, origin, applications, problem }: ApplicationSetState,
  grants: readonly Grant[],
): ApplicationSet {
  const visible = applications.filter((application) => {
    const project = deps.control.state(application)?.project;
    return isAllowed(grants, 'application.read', project === undefined ? {} : { project, application });
  });
  return {
    apiVersion: 'longshore.dev/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name },
    status: { origin: { ...origin }, applications: visible, ...(problem !== undefined && { problem }) },
  };
}
