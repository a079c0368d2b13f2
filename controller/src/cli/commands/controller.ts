import { type Command, InvalidArgumentError, Option } from 'commander';
import { globalsOf } from '../globals.ts';
import type { Io } from '../io.ts';

/** Options of the daemon. */
export interface ControllerOptions {
  readonly applications: string;
  readonly state: string;
  readonly config?: string;
  readonly listen?: { readonly host: string; readonly port: number };
  readonly insecureNoAuth?: boolean;
  readonly log?: 'json' | 'text';
}

/** `longshore controller` */
export function register(program: Command, io: Io): void {
  program
    .command('controller')
    .description('Runs the controller: follows Applications, syncs their commits, corrects drift.')
    .requiredOption(
      '--applications <dir>',
      'folder of Applications, ApplicationSets and Projects; changes to it are taken up',
    )
    .option('--config <file>', 'ControllerConfiguration: credentials, webhooks, access, notifications')
    .option('--state <file>', 'where history is kept (SQLite)', 'longshore.sqlite')
    .option(
      '--listen <[host:]port>',
      'serve the API, /healthz and /metrics there (host: 127.0.0.1 unless given)',
      address,
    )
    .option('--insecure-no-auth', 'whoever can connect from this machine is an admin; on a loopback address only')
    .addOption(
      new Option('--log <format>', 'how to log (default: text on a terminal, else json)').choices(['json', 'text']),
    )
    .addHelpText(
      'after',
      '\nSIGTERM and Ctrl-C end it cleanly; what is under way in AWS is taken up again at the next start.',
    )
    .action(async (options: ControllerOptions, command: Command) => {
      const { runController } = await import('../controller/run.ts');
      await runController(options, globalsOf(command), io);
    });
}

/** `8080`, `0.0.0.0:8080`, `[::1]:8080`. */
function address(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, host, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/u.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) throw new InvalidArgumentError('expected PORT or HOST:PORT.');
  return { host: bracketed ?? host ?? '127.0.0.1', port };
}
