import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore project get NAME` */
export function register(project: Command, io: Io): void {
  addServer(project.command('get').description('Shows a Project.'))
    .argument('<name>', 'the Project')
    .addOption(outputOption(['yaml', 'json']))
    .action(async (name: string, { output }: { readonly output: 'yaml' | 'json' }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { stringify } = await import('yaml');
        const found = await client.call('GET /api/v1/projects/{name}', { path: { name }, signal });
        io.stdout(output === 'json' ? `${JSON.stringify(found, null, 2)}\n` : stringify(found));
      }),
    );
}
