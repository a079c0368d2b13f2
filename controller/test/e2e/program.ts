import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/longshore.js', import.meta.url));

/** How a run of the program ended. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as it runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves as soon as its output, both streams together, matches. Rejects when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** Where and how it runs. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `longshore ARGUMENTS` as a person would: the bin file, as a child, without a terminal. */
export function start(args: readonly string[], options: RunOptions): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, HOME: options.cwd, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let look: (() => void) | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look?.();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look?.();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const match = pattern.exec(stdout + stderr);
          if (match) resolve(match);
        };
        look();
        void ended.then((end) => reject(new Error(`ended before ${String(pattern)}: ${JSON.stringify(end)}`)));
      }),
  };
}

/** Runs it to its end. */
export async function longshore(args: readonly string[], options: RunOptions): Promise<Ended> {
  return await start(args, options).ended;
}
