import type { AccessLevel } from '../../api/http/access.ts';
import type { GlobalAccess } from '../../api/controllerconfiguration.ts';
import { wildcard } from '../../core/wildcard.ts';
import type { ProjectState } from '../../engine/control.ts';
import type { Grant, Principal, User } from './principal.ts';

/** The least role for each thing that can be done. The only place that says so; docs/access.md shows the same table. */
export const REQUIRED_ACCESS = {
  'application.read': 'viewer',
  'application.refresh': 'viewer',
  'application.sync': 'deployer',
  'application.rollback': 'deployer',
  'application.release': 'deployer',
  'application.terminate': 'deployer',
  'rollout.act': 'deployer',
  'resource.scale': 'deployer',
  'resource.run': 'deployer',
  'resource.exec': 'admin',
  'application.approveDeletions': 'admin',
  'application.delete': 'admin',
  'project.read': 'viewer',
  'token.manage': 'admin',
  'audit.read': 'admin',
} as const satisfies Readonly<Record<string, AccessLevel>>;

/** Something that can be done. */
export type Action = keyof typeof REQUIRED_ACCESS;

/** What it is done to. Without `application`: to the Project as a whole. Without `project`: to the controller as a whole. */
export interface Target {
  readonly project?: string;
  readonly application?: string;
}

const RANK: Readonly<Record<AccessLevel, number>> = { viewer: 1, deployer: 2, admin: 3 };

/** What a principal may do, from the Projects and the configuration as they are now. */
export function grantsOf(
  principal: Principal,
  projects: readonly ProjectState[],
  global: readonly GlobalAccess[],
): readonly Grant[] {
  if (principal.type === 'anonymous') return [{ access: 'admin' }];
  if (principal.type === 'token') return [principal.grant];
  const everywhere = global.filter((role) => isHeldBy(role, principal)).map(({ access }) => ({ access }));
  const inProjects = projects.flatMap(({ name, spec }) =>
    (spec.roles ?? [])
      .filter((role) => isHeldBy(role, principal))
      .map(({ access, applications }) => ({ project: name, access, ...(applications && { applications }) })),
  );
  return [...everywhere, ...inProjects];
}

/** True when one of the grants is enough. */
export function isAllowed(grants: readonly Grant[], action: Action, target: Target): boolean {
  return grants.some((grant) => RANK[grant.access] >= RANK[REQUIRED_ACCESS[action]] && covers(grant, action, target));
}

/** The highest access among the grants for a Project as a whole; without a Project: for everything. */
export function highestAccess(grants: readonly Grant[], project?: string): AccessLevel | undefined {
  const fitting = grants.filter((grant) => grant.project === undefined || grant.project === project);
  return fitting.map(({ access }) => access).toSorted((a, b) => RANK[b] - RANK[a])[0];
}

/** True when somebody with `grants` may give `wanted` away: nobody gives more than they have. */
export function mayGive(grants: readonly Grant[], wanted: Grant): boolean {
  return grants.some(
    (grant) =>
      grant.applications === undefined &&
      (grant.project === undefined || grant.project === wanted.project) &&
      RANK[grant.access] >= RANK[REQUIRED_ACCESS['token.manage']],
  );
}

function covers(grant: Grant, action: Action, { project, application }: Target): boolean {
  if (grant.project !== undefined && grant.project !== project) return false;
  if (grant.applications === undefined) return true;
  // Whoever may see one Application of a Project may see that the Project is there.
  if (application === undefined) return action === 'project.read';
  return grant.applications.some((pattern) => wildcard(pattern)(application));
}

function isHeldBy(role: Pick<GlobalAccess, 'groups' | 'users'>, { subject, email, groups }: User): boolean {
  const byName = role.users?.some((user) => user === subject || (email !== undefined && user === email)) ?? false;
  return byName || (role.groups?.some((group) => groups.includes(group)) ?? false);
}
