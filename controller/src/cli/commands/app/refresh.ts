import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore app refresh NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('refresh').description('Looks at the source and at AWS now.'))
    .argument('<name>', 'the Application')
    .action(async (name: string, _: object, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { status } = await client.call('POST /api/v1/applications/{name}/refresh', { path: { name }, signal });
        io.stdout(`${name}: ${status.sync.status}, ${status.health.status}\n`);
      }),
    );
}
