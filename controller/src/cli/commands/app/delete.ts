import type { Command } from 'commander';
import { TerminalError } from '../../../core/errors.ts';
import type { Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore app delete NAME` */
export function register(app: Command, io: Io): void {
  addServer(
    app
      .command('delete')
      .description(
        'Takes an Application away that is not declared any more; with --cascade everything that it owns in AWS too.',
      ),
  )
    .argument('<name>', 'the Application')
    .option('--cascade', 'delete everything that it owns in AWS', false)
    .option('-y, --yes', 'do not ask', false)
    .action(async (name: string, options: { readonly cascade: boolean; readonly yes: boolean }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        if (!options.yes) {
          if (!io.stdinIsTTY)
            throw new TerminalError('NeedsYes', 'delete asks first, and nobody can answer here: add --yes.');
          const what = options.cascade
            ? `${name} and everything that it owns in AWS`
            : `${name}; what it owns in AWS stays`;
          const answer = await io.ask(`Delete ${what}? Type its name: `, signal);
          if (answer.trim() !== name) {
            io.stderr('nothing was changed\n');
            return;
          }
        }
        const query = { cascade: options.cascade };
        await client.call('DELETE /api/v1/applications/{name}', { path: { name }, query, signal });
        io.stdout(
          options.cascade
            ? `${name} is being deleted: "longshore app wait ${name} --delete"\n`
            : `${name} is deleted\n`,
        );
      }),
    );
}
