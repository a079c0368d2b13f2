import type { Command } from 'commander';
import type { Application } from '../../../api/http/application.ts';
import { TerminalError } from '../../../core/errors.ts';
import { EXIT, type Io } from '../../io.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import { wholeNumber } from '../../remote/values.ts';

interface WaitCommandOptions {
  readonly sync?: true;
  readonly health?: true;
  readonly operation?: true;
  readonly suspended?: true;
  readonly delete?: true;
  readonly timeout: number;
}

/** One request waits so long at most: what stands between may close quiet connections. */
const REQUEST_SECONDS = 50;

/** `longshore app wait NAME...` */
export function register(app: Command, io: Io): void {
  addServer(app.command('wait').description('Waits until Applications are synced and healthy and nothing runs.'))
    .argument('<names...>', 'the Applications')
    .option('--sync', 'until it is Synced')
    .option('--health', 'until it is Healthy')
    .option('--operation', 'until no operation runs')
    .option('--suspended', 'until it is Suspended')
    .option('--delete', 'until it is gone')
    .option('--timeout <seconds>', 'how long at most', wholeNumber, 3600)
    .addHelpText(
      'after',
      '\nWithout options: --sync, --health and --operation. Exits 0 at once when it is so already, 1 when the time is over.',
    )
    .action(async (names: readonly string[], options: WaitCommandOptions, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { patiently } = await import('../../remote/patience.ts');
        const until = performance.now() + options.timeout * 1000;
        const over = AbortSignal.timeout(options.timeout * 1000);
        const wait = conditions(options).join(',');
        let hasAnswered = false;
        for (const name of names) {
          for (;;) {
            const left = Math.ceil((until - performance.now()) / 1000);
            const timeoutSeconds = Math.max(0, Math.min(REQUEST_SECONDS, left));
            const ask = (): Promise<Application> =>
              client.call('GET /api/v1/applications/{name}', {
                path: { name },
                query: { wait, timeoutSeconds },
                signal,
              });
            // What never answered is a mistake in the address, or is down: who waits wants to know at once.
            const asked = hasAnswered ? patiently(ask, AbortSignal.any([signal, over]), io) : ask();
            const found = await asked.catch((error: unknown) => {
              if (options.delete === true && error instanceof Error && 'status' in error && error.status === 404)
                return undefined;
              if (over.aborted && !signal.aborted) {
                throw new TerminalError('TimedOut', `${client.server} does not answer; ${options.timeout} s are over`);
              }
              throw error;
            });
            hasAnswered = true;
            if (found === undefined || found.wait?.met === true) {
              io.stderr(
                `${name}: ${found === undefined ? 'gone' : `${found.status.sync.status}, ${found.status.health.status}`}\n`,
              );
              break;
            }
            if (performance.now() >= until) {
              const { sync, health, operation } = found.status;
              const running = operation === undefined ? '' : `, operation ${operation.id} is ${operation.phase}`;
              io.stderr(
                `${name} is still ${sync.status}, ${health.status}${running} after ${options.timeout} s: ${health.message}\n`,
              );
              io.exit(EXIT.failed);
              return;
            }
          }
        }
      }),
    );
}

function conditions(options: WaitCommandOptions): readonly string[] {
  const chosen = [
    ...(options.sync === true ? ['synced'] : []),
    ...(options.health === true ? ['healthy'] : []),
    ...(options.operation === true ? ['operation'] : []),
    ...(options.suspended === true ? ['suspended'] : []),
    ...(options.delete === true ? ['deleted'] : []),
  ];
  return chosen.length > 0 ? chosen : ['synced', 'healthy', 'operation'];
}
