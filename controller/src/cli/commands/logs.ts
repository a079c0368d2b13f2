import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { secondsOf, wholeNumber } from '../remote/values.ts';
import { untilInterruptedAt } from '../rollouts/desk.ts';
import { addSubject } from '../rollouts/desk-options.ts';

interface LogsOptions {
  readonly container?: string;
  readonly task?: string;
  readonly since?: number;
  readonly tail?: number;
  readonly follow?: true;
  readonly filter?: string;
}

/** `longshore logs APP/SERVICE` */
export function register(program: Command, io: Io): void {
  addSubject(
    program.command('logs').description('Prints what the containers of a Service or Job have logged.'),
    'APP/SERVICE such as shop/api, or APP/Job/NAME',
  )
    .option('-c, --container <name>', 'only of this container')
    .option('--task <id>', 'only of this task')
    .option('-s, --since <duration>', 'not older than this, such as 10m or 2h (default: an hour)', secondsOf)
    .option('--tail <lines>', 'at most so many of the newest lines', wholeNumber)
    .option('-f, --follow', 'go on with new lines until Ctrl-C')
    .option('--filter <text>', 'only lines that contain it')
    .action(async (text: string, options: LogsOptions, command: Command) =>
      untilInterruptedAt(command, io, { text, kind: 'Service' }, async (desk) => {
        const { container, task, since, tail, follow, filter } = options;
        const lines = desk.logs({
          ...(container !== undefined && { container }),
          ...(task !== undefined && { task }),
          ...(since !== undefined && { sinceSeconds: since }),
          ...(tail !== undefined && { tail }),
          ...(follow !== undefined && { follow }),
          ...(filter !== undefined && { contains: filter }),
        });
        for await (const piece of lines) io.stdout(piece);
      }),
    );
}
