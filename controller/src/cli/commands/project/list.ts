import type { Command } from 'commander';
import type { Project } from '../../../api/http/access.ts';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { Column, ListFormat } from '../../remote/table.ts';

/** Argo CD's columns of `proj list`, as far as ECS knows them. */
const COLUMNS: readonly Column<Project>[] = [
  { header: 'NAME', of: ({ metadata }) => metadata.name },
  { header: 'DESCRIPTION', of: ({ spec }) => spec.description ?? '' },
  {
    header: 'DESTINATIONS',
    of: ({ spec }) => several(spec.destinations?.map(({ accountId, regions }) => `${accountId}/${regions.join('+')}`)),
  },
  { header: 'SOURCES', of: ({ spec }) => several(spec.sourceRepos) },
  { header: 'ACCESS', of: ({ status }) => status.access },
  { header: 'DENIED-KINDS', of: ({ spec }) => several(spec.deniedKinds), wide: true },
  { header: 'SIGNATURES', of: ({ spec }) => (spec.requireSignatures === true ? 'required' : '<none>'), wide: true },
];

/** `longshore project list` */
export function register(project: Command, io: Io): void {
  addServer(project.command('list').description('Lists the Projects of which you may see anything.'))
    .addOption(listFormat())
    .action(async ({ output }: { readonly output: ListFormat }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { everyPage } = await import('../../remote/pages.ts');
        const { printList } = await import('../../remote/table.ts');
        const items = await everyPage<Project>((query) => client.call('GET /api/v1/projects', { query, signal }));
        const whole = { apiVersion: 'longshore.dev/v1alpha1', kind: 'ProjectList', items };
        printList(items, COLUMNS, output, { whole, name: ({ metadata }) => metadata.name }, io);
      }),
    );
}

function several(items: readonly string[] | undefined): string {
  if (items === undefined || items.length === 0) return '<none>';
  return items.length === 1 ? (items[0] ?? '') : `${items.length}: ${items.join(',')}`;
}
