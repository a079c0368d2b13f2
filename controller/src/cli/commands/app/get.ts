import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { ListFormat } from '../../remote/table.ts';

/** `longshore app get NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('get').description('Shows an Application and its resources.'))
    .argument('<name>', 'the Application')
    .option('--refresh', 'look at the source and at AWS first')
    .addOption(listFormat())
    .action(async (name: string, options: { readonly refresh?: true; readonly output: ListFormat }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { applicationText, RESOURCE_COLUMNS } = await import('../../remote/application-view.ts');
        const [{ table }, { stringify }] = await Promise.all([import('../../remote/table.ts'), import('yaml')]);
        const path = { name };
        const application =
          options.refresh === true
            ? await client.call('POST /api/v1/applications/{name}/refresh', { path, signal })
            : await client.call('GET /api/v1/applications/{name}', { path, signal });
        if (options.output === 'name') io.stdout(`${application.metadata.name}\n`);
        else if (options.output === 'json') io.stdout(`${JSON.stringify(application, null, 2)}\n`);
        else if (options.output === 'yaml') io.stdout(stringify(application));
        else {
          const { items } = await client.call('GET /api/v1/applications/{name}/resources', { path, signal });
          const drift = await client.call('GET /api/v1/applications/{name}/drift', { path, signal });
          const columns = RESOURCE_COLUMNS.filter((column) => options.output === 'wide' || column.wide !== true);
          io.stdout(`${applicationText(application)}\n${table(items, columns)}`);
          for (const { ref, path: field, principal, at } of drift.items) {
            const who = principal === undefined ? '' : ` by ${principal}`;
            io.stdout(`\nchanged by hand: ${ref}${field}${who}${at === undefined ? '' : ` at ${at}`}`);
          }
          if (drift.items.length > 0) io.stdout('\n');
        }
      }),
    );
}
