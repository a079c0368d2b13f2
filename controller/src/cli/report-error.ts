import { CommanderError } from 'commander';
import { formatProblem, InvalidInputError, TerminalError } from '../core/errors.ts';
import { InterruptedError } from './interruption.ts';
import { EXIT, type Io } from './io.ts';

/** Says what went wrong in a line (or a line for each problem of the input) and gives the exit code. */
export function reportError(error: unknown, debug: boolean, io: Io): number {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.error;
  const interrupted = interruptedBy(error);
  if (interrupted) {
    io.stderr(`${interrupted.message}\n`);
    return EXIT.interrupted;
  }
  if (error instanceof InvalidInputError) {
    for (const problem of error.problems) io.stderr(`${formatProblem(problem)}\n`);
    const count = error.problems.length;
    io.stderr(`${io.style('red', count === 1 ? '1 problem' : `${count} problems`)}\n`);
  } else {
    io.stderr(`${io.style('red', 'error:')} ${explain(error)}\n`);
  }
  if (debug && error instanceof Error) io.stderr(`${error.stack ?? String(error)}\n`);
  return EXIT.error;
}

/** The interruption behind an error: aborted calls fail with errors of their own and carry it as cause. */
function interruptedBy(error: unknown): InterruptedError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof InterruptedError) return at;
  return undefined;
}

/** What a person can do with it: message, causes that say more, and the way out where it is known. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = hintFor(error);
  return messagesOf(error).join(': ') + (hint === undefined ? '' : `\n  ${hint}`);
}

/** The message of the error and of its causes, each one once. */
function messagesOf(error: Error): readonly string[] {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const message = at instanceof AggregateError ? at.errors.map(String).join('; ') : at.message;
    if (message !== '' && !messages.some((known) => known.includes(message))) messages.push(message);
  }
  return messages.length === 0 ? [error.name] : messages;
}

/** Names and codes as the AWS SDK for JavaScript and Node give them. */
function hintFor(error: Error): string | undefined {
  if (error instanceof TerminalError) return undefined;
  const code = codeOf(error);
  if (error.name === 'CredentialsProviderError') {
    return 'No AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without an AWS account, run "longshore sandbox" and paste the lines that it prints.';
  }
  if (error.name === 'ExpiredTokenException' || error.name === 'ExpiredToken') {
    return 'The AWS session has ended: log in again.';
  }
  if (code === 'ECONNREFUSED') {
    return 'Nothing answers there. If it is to be a sandbox: is "longshore sandbox" running, and on that port (--endpoint-url, AWS_ENDPOINT_URL)?';
  }
  if (code === 'ENOTFOUND') return 'That name does not resolve: check the region and the network.';
  return undefined;
}

/** The system's error code, wherever in the chain of causes it stands. */
function codeOf(error: Error): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}
