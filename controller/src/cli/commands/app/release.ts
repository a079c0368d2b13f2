import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore app release NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('release').description('Lets automation sync again what a rollback holds.'))
    .argument('<name>', 'the Application')
    .action(async (name: string, _: object, command: Command) =>
      withClient(command, io, async (client, signal) => {
        await client.call('POST /api/v1/applications/{name}/release', { path: { name }, signal });
        io.stdout(`${name} follows Git again\n`);
      }),
    );
}
