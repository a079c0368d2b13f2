import type { Command } from 'commander';
import { EXIT, type Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import { wholeNumber } from '../../remote/values.ts';

/** `longshore app rollback NAME [ID]` */
export function register(app: Command, io: Io): void {
  addServer(
    app
      .command('rollback')
      .description('Syncs what an earlier operation synced, and holds the revision of now until Git moves.'),
  )
    .argument('<name>', 'the Application')
    .argument(
      '[id]',
      'an operation of "app history", or a rollout of its -o wide (default: the last that succeeded before)',
    )
    .option('--timeout <seconds>', 'give up waiting after this time; the rollback goes on', wholeNumber, 3600)
    .addOption(outputOption(['text', 'json']))
    .action(
      async (
        name: string,
        id: string | undefined,
        options: { readonly timeout: number; readonly output: 'text' | 'json' },
        command: Command,
      ) =>
        withClient(command, io, async (client, signal) => {
          const { followOperation } = await import('../../remote/follow-operation.ts');
          const body = id === undefined ? {} : { id };
          const begun = await client.call('POST /api/v1/applications/{name}/rollback', {
            path: { name },
            body,
            signal,
          });
          const following = { output: options.output, timeoutSeconds: options.timeout };
          const ended = await followOperation(client, begun, following, io, signal);
          io.exit(ended.phase === 'Succeeded' ? EXIT.ok : EXIT.failed);
        }),
    );
}
