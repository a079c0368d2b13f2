import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore token delete ID` */
export function register(token: Command, io: Io): void {
  addServer(token.command('delete').description('Ends a token at once.'))
    .argument('<id>', 'of "token list"')
    .action(async (id: string, _: object, command: Command) =>
      withClient(command, io, async (client, signal) => {
        await client.call('DELETE /api/v1/tokens/{id}', { path: { id }, signal });
        io.stdout(`token ${id} is deleted\n`);
      }),
    );
}
