import type { Project } from '../../api/http/access.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { ProjectState } from '../../engine/control.ts';
import { highestAccess, isAllowed } from '../auth/permissions.ts';
import type { Grant } from '../auth/principal.ts';
import { NotFound } from '../auth/unauthenticated.ts';
import { DEFAULT_LIMIT, listMeta, pageOf, readContinue } from '../paging.ts';
import { type Api, knownRoute } from '../route.ts';

/** Projects. They are declared in files; here they are only read. */
export function projectRoutes(api: Api): void {
  const isVisible = (grants: readonly Grant[], project: string): boolean =>
    isAllowed(grants, 'project.read', { project });

  knownRoute(api, 'GET /api/v1/projects', {
    id: 'listProjects',
    summary: 'Projects of which you may see anything, in the order of their names.',
    tag: 'projects',
    handle: ({ query, grants }) => {
      const projects = new Map(api.deps.control.projects().map((project) => [project.name, project]));
      const page = pageOf([...projects.keys()], {
        limit: query.limit ?? DEFAULT_LIMIT,
        after: readContinue(query.continue),
        read: (name) => projects.get(name),
        accept: ({ name }) => isVisible(grants, name),
      });
      return {
        apiVersion: 'longshore.dev/v1alpha1',
        kind: 'ProjectList',
        metadata: listMeta(page),
        items: page.items.map((project) => projectView(project, grants)),
      };
    },
  });

  knownRoute(api, 'GET /api/v1/projects/{name}', {
    id: 'getProject',
    summary: 'A Project: what its Applications may do, and who may do what to them.',
    tag: 'projects',
    handle: ({ params: { name = '' }, grants }) => {
      const visible = api.deps.control.projects().filter((one) => isVisible(grants, one.name));
      const project = visible.find((one) => one.name === name);
      if (project === undefined) {
        const hint = didYouMean(
          name,
          visible.map((one) => one.name),
        );
        throw new NotFound(`there is no Project "${name}", or you may not see it${hint}`);
      }
      return projectView(project, grants);
    },
  });
}

function projectView({ name, spec }: ProjectState, grants: readonly Grant[]): Project {
  return {
    apiVersion: 'longshore.dev/v1alpha1',
    kind: 'Project',
    metadata: { name },
    spec,
    status: { access: highestAccess(grants, name) ?? 'viewer' },
  };
}
