import type { Command } from 'commander';
import type { Application, ApplicationQuery } from '../../../api/http/application.ts';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { ListFormat } from '../../remote/table.ts';

interface ListOptions {
  readonly project?: string;
  readonly sync?: string;
  readonly health?: string;
  readonly selector?: string;
  readonly search?: string;
  readonly output: ListFormat;
}

/** `longshore app list` */
export function register(app: Command, io: Io): void {
  addServer(app.command('list').description('Lists the Applications that you may see.'))
    .option('-p, --project <names>', 'only of these Projects, separated by commas')
    .option('--sync <statuses>', 'only Synced, OutOfSync or Unknown')
    .option('--health <statuses>', 'only Healthy, Progressing, Degraded, Suspended, Missing or Unknown')
    .option('-l, --selector <labels>', 'only with these labels, such as team=shop,tier!=web')
    .option('--search <text>', 'only those whose name, repository or path contains it')
    .addOption(listFormat())
    .action(async (options: ListOptions, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { everyPage } = await import('../../remote/pages.ts');
        const { APPLICATION_COLUMNS } = await import('../../remote/application-view.ts');
        const { printList } = await import('../../remote/table.ts');
        const { output, project, sync, health, selector, search } = options;
        const filters = { project, sync, health, selector, search };
        const given = Object.fromEntries(
          Object.entries(filters).filter(([, value]) => value !== undefined),
        ) as ApplicationQuery;
        const items = await everyPage<Application>((page) =>
          client.call('GET /api/v1/applications', { query: { ...given, ...page }, signal }),
        );
        const whole = { apiVersion: 'longshore.dev/v1alpha1', kind: 'ApplicationList', items };
        printList(items, APPLICATION_COLUMNS, output, { whole, name: ({ metadata }) => metadata.name }, io);
      }),
    );
}
