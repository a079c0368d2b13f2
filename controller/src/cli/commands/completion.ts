import { Argument, type Command } from 'commander';
import { completionScript } from '../completion/script.ts';
import { SHELLS, type Shell } from '../completion/shell.ts';
import type { Io } from '../io.ts';

/** `longshore completion SHELL` */
export function register(program: Command, io: Io): void {
  program
    .command('completion')
    .description('Prints a completion script for your shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Load it:
  bash   source <(longshore completion bash)
  zsh    source <(longshore completion zsh)
  fish   longshore completion fish | source`,
    )
    .action((shell: Shell) => io.stdout(completionScript(program, shell)));
}
