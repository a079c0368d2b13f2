import type { Command } from 'commander';
import type { ExecAnswer } from '../../api/http/rollout.ts';
import type { Io } from '../io.ts';
import { withDesk } from '../rollouts/desk.ts';
import { addSubject } from '../rollouts/desk-options.ts';

interface ExecOptions {
  readonly task?: string;
  readonly container?: string;
}

/** `longshore exec APP/SERVICE -- COMMAND` */
export function register(program: Command, io: Io): void {
  addSubject(
    program.command('exec').description('Runs a command in a container, by ECS Exec.'),
    'APP/SERVICE such as shop/api, or APP/Job/NAME',
  )
    .argument('[command...]', 'after --: the command (default: /bin/sh)')
    .option('--task <id>', 'in this task (default: one that runs)')
    .option('-c, --container <name>', 'in this container (default: the first whose agent runs)')
    .addHelpText(
      'after',
      '\nThe service needs enableExecuteCommand: true, its task role ssmmessages, and this machine the Session Manager' +
        '\nplugin. A controller opens the session with its own credentials: it needs the role admin.' +
        '\nExits as the plugin does.',
    )
    .action(async (text: string, words: readonly string[], options: ExecOptions, command: Command) => {
      const { findPlugin, startSession } = await import('../rollouts/session-manager.ts');
      const plugin = await findPlugin(io);
      const { task, container } = options;
      let session: ExecAnswer | undefined;
      await withDesk(command, io, { text, kind: 'Service' }, async (desk) => {
        session = await desk.exec({
          command: words.length === 0 ? '/bin/sh' : commandLine(words),
          ...(task !== undefined && { task }),
          ...(container !== undefined && { container }),
        });
      });
      if (session === undefined) return;
      io.stderr(`task ${session.task}, container ${session.container}\n`);
      // From here on Ctrl-C is for what runs in the container.
      io.exit(await startSession(plugin, session));
    });
}

/** ECS takes a line: words that are not plain stand in quotes, as a shell wants them. */
function commandLine(words: readonly string[]): string {
  const quoted = (word: string): string =>
    /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return words.length === 1 ? (words[0] ?? '') : words.map(quoted).join(' ');
}
