import { isAllowed } from '../auth/permissions.ts';
import { Forbidden } from '../auth/unauthenticated.ts';
import { DEFAULT_LIMIT, listMeta, readContinue } from '../paging.ts';
import { type Api, knownRoute } from '../route.ts';

/** The audit log. */
export function auditRoute(api: Api): void {
  knownRoute(api, 'GET /api/v1/audit', {
    id: 'listAudit',
    summary: 'Who did what, newest first: of everything, or of the Projects that you are an admin of.',
    tag: 'access',
    handle: async ({ query, grants }) => {
      if (!grants.some(({ access, applications }) => access === 'admin' && applications === undefined)) {
        throw new Forbidden('the audit log needs the role admin, for everything or in a Project');
      }
      const { application, project, actor, action } = query;
      const page = await api.audit.list(query.limit ?? DEFAULT_LIMIT, readContinue(query.continue), (entry) => {
        const target = entry.project === undefined ? {} : { project: entry.project };
        return (
          isAllowed(grants, 'audit.read', target) &&
          (application === undefined || entry.application === application) &&
          (project === undefined || entry.project === project) &&
          (actor === undefined || entry.actor.name === actor) &&
          (action === undefined || entry.action === action)
        );
      });
      return { kind: 'AuditList', metadata: listMeta(page), items: [...page.items] };
    },
  });
}
