import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore app terminate NAME` */
export function register(app: Command, io: Io): void {
  addServer(
    app
      .command('terminate')
      .alias('terminate-op')
      .description('Ends the operation that runs. What it has begun in AWS goes on there.'),
  )
    .argument('<name>', 'the Application')
    .action(async (name: string, _: object, command: Command) =>
      withClient(command, io, async (client, signal) => {
        await client.call('DELETE /api/v1/applications/{name}/operations/current', { path: { name }, signal });
        io.stdout(`the operation of ${name} is being terminated\n`);
      }),
    );
}
