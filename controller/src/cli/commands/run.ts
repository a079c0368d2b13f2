import type { Command } from 'commander';
import { EXIT, type Io } from '../io.ts';
import { outputOption } from '../output.ts';
import { wholeNumber } from '../remote/values.ts';
import { withDesk } from '../rollouts/desk.ts';
import { addSubject } from '../rollouts/desk-options.ts';

interface RunCommandOptions {
  readonly timeout: number;
  readonly output: 'text' | 'json';
}

/** `longshore run APP/JOB` */
export function register(program: Command, io: Io): void {
  addSubject(
    program.command('run').description('Runs a Job once more, whatever has run before, and follows it to its end.'),
    'APP/JOB, such as shop/migrate',
  )
    .option('--timeout <seconds>', 'give up waiting after this time', wholeNumber, 3600)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExits with the exit code of the container that failed, 0 when all is well, 1 without one.')
    .action(async (text: string, { timeout, output }: RunCommandOptions, command: Command) =>
      withDesk(command, io, { text, kind: 'Job' }, async (desk) => {
        const { phase, exitCode } = await desk.run({ output, timeoutSeconds: timeout });
        io.exit(phase === 'Succeeded' ? EXIT.ok : (exitCode ?? EXIT.failed));
      }),
    );
}
