import { highestAccess } from '../auth/permissions.ts';
import { type Api, grantsNow, knownRoute, openRoute } from '../route.ts';

/** Who one is, and what a client has to know before it can log in. */
export function sessionRoutes(api: Api): void {
  const { settings, version } = api.deps;

  knownRoute(api, 'GET /api/v1/session/userinfo', {
    id: 'getUserInfo',
    summary: 'Who you are, and what you may do.',
    tag: 'access',
    handle: ({ principal }) => {
      const grants = grantsNow(api, principal);
      const access = highestAccess(grants);
      const projects = api.deps.control
        .projects()
        .map(({ name }) => ({ project: name, access: highestAccess(grants, name) }))
        .flatMap(({ project, access: found }) => (found === undefined ? [] : [{ project, access: found }]));
      return {
        kind: 'UserInfo',
        type: principal.type,
        name: principal.name,
        ...(principal.type === 'user' && principal.email !== undefined && { email: principal.email }),
        groups: principal.type === 'user' ? [...principal.groups] : [],
        ...(access !== undefined && { access }),
        projects,
        ...(principal.type !== 'anonymous' && { expiresAt: principal.expiresAt.toISOString() }),
      };
    },
  });

  openRoute(api, 'GET /api/v1/settings', {
    id: 'getSettings',
    summary: 'How to log in.',
    tag: 'access',
    handle: () => ({
      kind: 'Settings',
      ...(settings.url !== undefined && { url: settings.url }),
      ...(settings.oidc && {
        oidc: {
          issuer: settings.oidc.issuer,
          clientId: settings.oidc.clientId,
          ...(settings.oidc.cliClientId !== undefined && { cliClientId: settings.oidc.cliClientId }),
          scopes: [...settings.oidc.scopes],
        },
      }),
      authentication: settings.insecureNoAuth !== true,
    }),
  });

  openRoute(api, 'GET /api/v1/version', {
    id: 'getVersion',
    summary: 'What runs.',
    tag: 'controller',
    handle: () => ({ kind: 'Version', version }),
  });
}
