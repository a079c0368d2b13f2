import type { Command } from 'commander';
import type { LogsQuery } from '../../../api/http/streams.ts';
import type { Io } from '../../io.ts';
import { untilInterrupted } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import { wholeNumber } from '../../remote/values.ts';

interface LogsOptions {
  readonly container?: string;
  readonly task?: string;
  readonly sinceSeconds?: number;
  readonly tail?: number;
  readonly follow?: true;
  readonly filter?: string;
}

/** `longshore app logs NAME KIND/NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('logs').description('Prints what the containers of a Service or Job have logged.'))
    .argument('<name>', 'the Application')
    .argument('<resource>', 'such as Service/api')
    .option('-c, --container <name>', 'only of this container')
    .option('--task <id>', 'only of this task')
    .option('-s, --since-seconds <seconds>', 'not older than this (default: an hour)', wholeNumber)
    .option('--tail <lines>', 'at most so many of the newest lines', wholeNumber)
    .option('-f, --follow', 'go on with new lines until Ctrl-C')
    .option('--filter <text>', 'only lines that contain it')
    .action(async (name: string, resource: string, options: LogsOptions, command: Command) =>
      untilInterrupted(command, io, async (client, signal) => {
        const { container, task, sinceSeconds, tail, follow, filter } = options;
        const query: LogsQuery = {
          resource,
          ...(container !== undefined && { container }),
          ...(task !== undefined && { task }),
          ...(sinceSeconds !== undefined && { sinceSeconds }),
          ...(tail !== undefined && { tail }),
          ...(follow !== undefined && { follow }),
          ...(filter !== undefined && { contains: filter }),
        };
        const pieces = client.stream('GET /api/v1/applications/{name}/logs', { path: { name }, query, signal });
        for await (const piece of pieces) io.stdout(piece);
      }),
    );
}
