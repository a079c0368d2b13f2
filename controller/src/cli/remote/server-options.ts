import type { Command } from 'commander';

/** Options of every command that speaks with a controller. */
export interface ServerOptions {
  readonly server?: string;
  readonly authToken?: string;
}

/** Adds them. */
export function addServer(command: Command): Command {
  return command
    .option('--server <url>', 'the controller (default: LONGSHORE_SERVER, else where "longshore login" went last)')
    .option('--auth-token <token>', 'a token (default: LONGSHORE_TOKEN, else that of "longshore login")');
}
