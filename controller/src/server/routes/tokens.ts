import type { Token } from '../../api/http/access.ts';
import { isAllowed, mayGive } from '../auth/permissions.ts';
import type { Grant } from '../auth/principal.ts';
import { createToken, deleteToken, findToken, listTokens } from '../auth/tokens.ts';
import { Forbidden, NotFound } from '../auth/unauthenticated.ts';
import { DEFAULT_LIMIT, listMeta, type Page, readContinue } from '../paging.ts';
import { type Api, knownRoute } from '../route.ts';

const PAGE = 500;

/** Tokens for programs. */
export function tokenRoutes(api: Api): void {
  const { store, clock } = api.deps;

  knownRoute(api, 'GET /api/v1/tokens', {
    id: 'listTokens',
    summary: 'Tokens that you may delete, expired ones too. Never the tokens themselves.',
    tag: 'access',
    handle: async ({ query, grants }) => {
      const page = await tokensOf(api, grants, query.limit ?? DEFAULT_LIMIT, readContinue(query.continue));
      return { kind: 'TokenList', metadata: listMeta(page), items: [...page.items] };
    },
  });

  knownRoute(
    api,
    'POST /api/v1/tokens',
    {
      id: 'createToken',
      summary: 'Makes a token. This answer is the only one that shows it.',
      tag: 'access',
      status: 201,
      showsToken: true,
      handle: async ({ body, grants, principal }) => {
        if (!mayGive(grants, body)) {
          throw new Forbidden(
            body.project === undefined
              ? 'a token for every Project needs the role admin for every Project: name one with "project"'
              : `a token for the Project "${body.project}" needs the role admin in it`,
          );
        }
        const until = principal.type === 'token' ? { until: principal.expiresAt } : {};
        return await createToken(store, clock, body, { name: principal.name, ...until });
      },
    },
    ({ body: { name, project, access, applications } }) => ({
      action: 'token.create',
      ...(project !== undefined && { project }),
      detail: `${name}: ${access}${applications === undefined ? '' : ` of ${applications.join(', ')}`}`.slice(0, 1_000),
    }),
  );

  knownRoute(
    api,
    'DELETE /api/v1/tokens/{id}',
    {
      id: 'deleteToken',
      summary: 'Takes a token away: it is refused from now on.',
      tag: 'access',
      handle: async ({ params: { id = '' }, grants }) => {
        const token = await findToken(store, id);
        if (token === undefined || !mayManage(grants, token) || !(await deleteToken(store, id))) {
          throw new NotFound(`there is no token ${id}, or you may not delete it`);
        }
        return null;
      },
    },
    ({ params: { id = '' } }) => ({ action: 'token.delete', detail: id }),
  );
}

async function tokensOf(
  api: Api,
  grants: readonly Grant[],
  limit: number,
  after: string | undefined,
): Promise<Page<Token>> {
  const items: Token[] = [];
  for (let from = after; ; ) {
    const tokens = await listTokens(api.deps.store, PAGE, from);
    for (const token of tokens) {
      from = token.id;
      if (!mayManage(grants, token)) continue;
      if (items.length === limit) return { items, last: (items.at(-1) as Token).id };
      items.push(token);
    }
    if (tokens.length < PAGE) return { items };
  }
}

function mayManage(grants: readonly Grant[], { project }: Token): boolean {
  return isAllowed(grants, 'token.manage', project === undefined ? {} : { project });
}
