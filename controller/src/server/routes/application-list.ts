import type { ApplicationQuery } from '../../api/http/application.ts';
import type { ApplicationState } from '../../engine/control.ts';
import { isAllowed } from '../auth/permissions.ts';
import type { Grant } from '../auth/principal.ts';
import { DEFAULT_LIMIT, listMeta, pageOf, readContinue } from '../paging.ts';
import { type Api, knownRoute } from '../route.ts';
import { parseSelector } from '../selector.ts';
import { applicationView, healthOf, syncOf } from '../views.ts';

type Filter = (state: ApplicationState) => boolean;

/** The list of Applications. */
export function applicationListRoute(api: Api): void {
  const { control } = api.deps;
  knownRoute(api, 'GET /api/v1/applications', {
    id: 'listApplications',
    summary: 'Applications that you may see, page by page, in the order of their names.',
    tag: 'applications',
    handle: ({ query, grants }) => {
      const accept = all([...visibility(grants), ...filtersOf(query)]);
      const page = pageOf(control.names(), {
        limit: query.limit ?? DEFAULT_LIMIT,
        after: readContinue(query.continue),
        read: (name) => control.state(name),
        accept,
      });
      return {
        apiVersion: 'longshore.dev/v1alpha1',
        kind: 'ApplicationList',
        metadata: listMeta(page),
        items: page.items.map(applicationView),
      };
    },
  });
}

/** Nothing for somebody who may see everything: then the page knows how many are behind it. */
function visibility(grants: readonly Grant[]): readonly Filter[] {
  if (isAllowed(grants, 'application.read', {})) return [];
  return [({ name, project }) => isAllowed(grants, 'application.read', { project, application: name })];
}

function all(filters: readonly Filter[]): Filter | undefined {
  return filters.length === 0 ? undefined : (state) => filters.every((filter) => filter(state));
}

function filtersOf({ project, sync, health, account, region, selector, search }: ApplicationQuery): readonly Filter[] {
  const oneOf = (values: string | undefined, of: (state: ApplicationState) => string): readonly Filter[] => {
    if (values === undefined || values === '') return [];
    const wanted = new Set(values.split(','));
    return [(state) => wanted.has(of(state))];
  };
  return [
    ...oneOf(project, (state) => state.project),
    ...oneOf(sync, syncOf),
    ...oneOf(health, healthOf),
    ...oneOf(account, ({ spec, status }) => status?.plan.accountId ?? spec.destination?.accountId ?? ''),
    ...oneOf(region, ({ spec, status }) => status?.plan.region ?? spec.destination?.region ?? ''),
    ...labelFilter(selector),
    ...searchFilter(search),
  ];
}

function labelFilter(selector: string | undefined): readonly Filter[] {
  if (selector === undefined || selector === '') return [];
  const fits = parseSelector(selector);
  return [({ labels }) => fits(labels)];
}

function searchFilter(search: string | undefined): readonly Filter[] {
  if (search === undefined || search === '') return [];
  const wanted = search.toLowerCase();
  return [
    ({ name, spec: { source } }) =>
      [name, withoutCredentials(source.repoURL), source.path ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  ];
}

/** Or a search could find out a password letter by letter. */
function withoutCredentials(repoURL: string): string {
  return repoURL.replace(/:\/\/[^/]*@/u, '://');
}
