import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { untilInterrupted } from '../../remote/run.ts';
import type { ServerSentEvent } from '../../remote/server-sent-events.ts';
import { addServer } from '../../remote/server-options.ts';

/** `longshore app events [NAME]` */
export function register(app: Command, io: Io): void {
  addServer(app.command('events').description('Shows what happens, as it happens, until Ctrl-C.'))
    .argument('[name]', 'the Application (default: all that you may see)')
    .option('--debug-events', 'also events of level debug')
    .addOption(outputOption(['text', 'json']))
    .action(
      async (
        name: string | undefined,
        options: { readonly debugEvents?: true; readonly output: 'text' | 'json' },
        command: Command,
      ) =>
        untilInterrupted(command, io, async (client, signal) => {
          const [{ everyEvent }, { progressFor }] = await Promise.all([
            import('../../remote/every-event.ts'),
            import('../../progress/progress.ts'),
          ]);
          const progress = progressFor(options.output, true, io);
          const query = options.debugEvents === true ? ({ level: 'debug' } as const) : {};
          const open = (lastEventId: string | undefined): AsyncIterable<ServerSentEvent> => {
            const asked = { query, signal, ...(lastEventId !== undefined && { lastEventId }) };
            return name === undefined
              ? client.events('GET /api/v1/events', asked)
              : client.events('GET /api/v1/applications/{name}/events', { ...asked, path: { name } });
          };
          const say = (message: string): void => io.stderr(`${message}\n`);
          try {
            for await (const event of everyEvent({ open, say }, signal)) {
              progress.sink({ ...event, at: new Date(event.at) });
            }
          } finally {
            progress.end();
          }
        }),
    );
}
