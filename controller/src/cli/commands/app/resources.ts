import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { ListFormat } from '../../remote/table.ts';

/** `longshore app resources NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('resources').description('Lists the resources of an Application; -o wide with their ARNs.'))
    .argument('<name>', 'the Application')
    .addOption(listFormat())
    .action(async (name: string, { output }: { readonly output: ListFormat }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { RESOURCE_COLUMNS } = await import('../../remote/application-view.ts');
        const { printList } = await import('../../remote/table.ts');
        const list = await client.call('GET /api/v1/applications/{name}/resources', { path: { name }, signal });
        printList(list.items, RESOURCE_COLUMNS, output, { whole: list, name: ({ ref }) => ref }, io);
      }),
    );
}
