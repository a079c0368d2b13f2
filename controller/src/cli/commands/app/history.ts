import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { ListFormat } from '../../remote/table.ts';

/** `longshore app history NAME` */
export function register(app: Command, io: Io): void {
  addServer(
    app.command('history').description('Lists the operations of an Application, failed ones too, oldest first.'),
  )
    .argument('<name>', 'the Application')
    .addOption(listFormat())
    .action(async (name: string, { output }: { readonly output: ListFormat }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { OPERATION_COLUMNS } = await import('../../remote/application-view.ts');
        const { printList } = await import('../../remote/table.ts');
        const history = await client.call('GET /api/v1/applications/{name}/history', { path: { name }, signal });
        printList(history.items, OPERATION_COLUMNS, output, { whole: history, name: ({ id }) => id }, io);
      }),
    );
}
