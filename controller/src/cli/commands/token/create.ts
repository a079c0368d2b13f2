import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { AccessLevel, CreatedToken, TokenRequest } from '../../../api/http/access.ts';
import type { Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import { collected, secondsOf } from '../../remote/values.ts';

interface CreateOptions {
  readonly access: AccessLevel;
  readonly project?: string;
  readonly application: readonly string[];
  readonly expiresIn?: number;
  readonly state?: string;
  readonly output: 'text' | 'json';
}

/** `longshore token create NAME` */
export function register(token: Command, io: Io): void {
  addServer(token.command('create').description('Makes a token, and shows it this once.'))
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--access <level>', 'what it may do').choices(['viewer', 'deployer', 'admin']).default('viewer'),
    )
    .option('--project <name>', 'only in this Project (default: in all)')
    .option('--application <name>', 'only with this Application; * is a wildcard (repeatable)', collected, [])
    .option('--expires-in <duration>', 'how long it is good for, such as 12h or 30d (default: 90 days)', secondsOf)
    .option('--state <file>', 'write it into the state file of a controller on this machine, as for the first admin')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nThe first token of a controller: "longshore token create me --access admin --state longshore.sqlite".',
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const request: TokenRequest = {
        name,
        access: options.access,
        ...(options.project !== undefined && { project: options.project }),
        ...(options.application.length > 0 && { applications: [...options.application] }),
        ...(options.expiresIn !== undefined && { expiresInSeconds: options.expiresIn }),
      };
      if (options.state !== undefined) {
        const { createOfflineToken } = await import('../../remote/offline-token.ts');
        print(await createOfflineToken(resolve(io.cwd, options.state), request, io), options.output, io);
        return;
      }
      await withClient(command, io, async (client, signal) =>
        print(await client.call('POST /api/v1/tokens', { body: request, signal }), options.output, io),
      );
    });
}

function print(created: CreatedToken, output: 'text' | 'json', io: Io): void {
  if (output === 'json') {
    io.stdout(`${JSON.stringify(created, null, 2)}\n`);
    return;
  }
  io.stderr(
    `token ${created.id} (${created.name}), ${created.access}, until ${created.expiresAt}; it is shown only now:\n`,
  );
  io.stdout(`${created.token}\n`);
}
