import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore app manifests NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('manifests').description('Prints the rendered manifests as YAML.'))
    .argument('<name>', 'the Application')
    .option('--operation <id>', 'those of an operation (default: those of now)')
    .action(async (name: string, { operation }: { readonly operation?: string }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const query = operation === undefined ? {} : { operation };
        io.stdout(await client.call('GET /api/v1/applications/{name}/manifests', { path: { name }, query, signal }));
      }),
    );
}
