import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { outputOption } from '../output.ts';
import { packageVersion } from '../package-version.ts';

/** `longshore version` */
export function register(program: Command, io: Io): void {
  program
    .command('version')
    .description('Which Longshore this is, and which Node runs it.')
    .addOption(outputOption(['text', 'json']))
    .action((options: { readonly output: string }) => {
      const version = packageVersion();
      const node = process.versions.node;
      io.stdout(
        options.output === 'json' ? `${JSON.stringify({ version, node })}\n` : `longshore ${version} (Node ${node})\n`,
      );
    });
}
