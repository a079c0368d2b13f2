import type { Command } from 'commander';

/** Options that every command takes. */
export interface Globals {
  /** Where AWS answers, for example a sandbox. Else AWS_ENDPOINT_URL, else AWS itself. */
  readonly endpointUrl?: string;
  /** Stack traces and debug events. */
  readonly debug?: boolean;
}

/** Adds the global options to the program. */
export function addGlobals(program: Command): void {
  program
    .option('--endpoint-url <url>', 'where AWS answers, for example a sandbox (default: AWS_ENDPOINT_URL, else AWS)')
    .option('--debug', 'stack traces and debug events')
    .option('--no-color', 'no colours (also: NO_COLOR=1)');
}

/** The global options as given, wherever on the command line they stood. */
export function globalsOf(command: Command): Globals {
  return command.optsWithGlobals<Globals>();
}
