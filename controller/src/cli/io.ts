import { createInterface } from 'node:readline/promises';
import { addAbortSignal } from 'node:stream';
import { isatty } from 'node:tty';
import { styleText } from 'node:util';
import { type Interruption, interruption } from './interruption.ts';

/** Exit codes of every command. `diff`-like commands follow `diff`: 0 none, 1 differences, 2 trouble. */
export const EXIT = {
  /** Done; for `plan`: nothing differs. */
  ok: 0,
  /** `plan`: AWS is not as Git says. */
  changes: 1,
  /** `apply`: the operation was carried out and failed. */
  failed: 1,
  /** It could not be tried: wrong usage, unreadable or invalid input, no credentials, AWS out of reach. */
  error: 2,
  /** Ended by Ctrl-C or SIGTERM (128 + 2, as shells count). */
  interrupted: 130,
} as const;

/** The part of `util.styleText` that the command line uses. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Everything that a command may touch besides files and the network. Tests bring their own. */
export interface Io {
  /** Writes to standard output: the answer, and nothing else. */
  stdout(text: string): void;
  /** Writes to standard error: progress, questions, errors. */
  stderr(text: string): void;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  readonly stdinIsTTY: boolean;
  /** Width of the terminal in characters; 80 where there is none. */
  readonly columns: number;
  /** Whether colours are wanted: NO_COLOR and FORCE_COLOR decide, else the terminal does. */
  readonly colour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The text in that style, or as it is when colours are not wanted. */
  style(style: Style, text: string): string;
  /** Asks a person on standard error. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** All of standard input, up to a mebibyte. */
  readStdin(signal: AbortSignal): Promise<string>;
  /** Takes over Ctrl-C and SIGTERM until disposed. */
  interruption(): Interruption;
  /** Sets the exit code; the program ends when nothing is left to do. */
  exit(code: number): void;
}

const STDIN_LENGTH = 1024 * 1024;

/** The real terminal. */
export function processIo(noColour: boolean): Io {
  const { stdout, stderr, stdin, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', endOnClosedPipe);
  const colour = !noColour && wantsColour(env, isatty(stdout.fd));
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    stdoutIsTTY: isatty(stdout.fd),
    stderrIsTTY: isatty(stderr.fd),
    stdinIsTTY: isatty(stdin.fd),
    get columns() {
      // A terminal that does not know its width says 0.
      return stdout.columns || stderr.columns || 80;
    },
    colour,
    env,
    cwd: process.cwd(),
    style: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    ask: async (question, signal) => {
      const readline = createInterface({ input: stdin, output: stderr });
      try {
        return await readline.question(question, { signal });
      } finally {
        readline.close();
      }
    },
    readStdin: async (signal) => {
      let text = '';
      for await (const chunk of addAbortSignal(signal, stdin)) {
        text += String(chunk);
        if (text.length > STDIN_LENGTH) throw new Error('standard input is longer than a mebibyte');
      }
      return text;
    },
    interruption: () => interruption((text) => void stderr.write(text)),
    exit: (code) => {
      process.exitCode = code;
    },
  };
}

/** https://no-color.org: any value that is not empty counts. FORCE_COLOR wins unless it is `0`. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTTY && env.TERM !== 'dumb';
}

/** `longshore plan | head` is no error: the reader has what it wanted. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}
