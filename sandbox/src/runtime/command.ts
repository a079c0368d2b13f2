import { type ChildProcess, spawn } from 'node:child_process';
import { executable } from './process-host.ts';
import { OrphanGuard } from './orphan-guard.ts';

/** What a command that ran to its end left. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; undefined when it did not start or was killed. */
  readonly code: number | undefined;
  /** Why it could not start. */
  readonly problem: string | undefined;
}

/** Runs commands to their end. They end with it, and with the process that it lives in. */
export class CommandRunner {
  private readonly running = new Map<ChildProcess, Promise<CommandResult>>();
  private readonly guard = new OrphanGuard();

  /** Runs a program, never a shell, with `input` on its standard input; kills it after `timeoutMs` of real time. */
  run(
    command: readonly string[],
    options: {
      readonly cwd?: string | undefined;
      readonly env: Readonly<Record<string, string>>;
      readonly input: string;
      readonly timeoutMs: number;
    },
  ): Promise<CommandResult> {
    const [program, ...args] = executable(command);
    const { cwd, env, input, timeoutMs } = options;
    const child = spawn(program, args, { cwd, env, stdio: 'pipe', timeout: timeoutMs, killSignal: 'SIGKILL' });
    this.guard.watch(child.pid);
    const ended = this.toEnd(child);
    this.running.set(child, ended);
    // A program that ends without reading its input is no failure of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return ended;
  }

  /** Settles when everything that runs has ended. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  /** Kills what runs. */
  async close(): Promise<void> {
    for (const child of this.running.keys()) child.kill('SIGKILL');
    await this.settled();
    this.guard.close();
  }

  private toEnd(child: ChildProcess): Promise<CommandResult> {
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
      });
    }
    return new Promise((resolve) => {
      let problem: string | undefined;
      child.once('error', (error) => {
        problem ??= error.message;
      });
      child.once('close', (code) => {
        this.running.delete(child);
        this.guard.forget(child.pid);
        resolve({ ...text, code: code === null || code < 0 ? undefined : code, problem });
      });
    });
  }
}
