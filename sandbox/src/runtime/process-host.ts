import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { OrphanGuard } from './orphan-guard.ts';

/** A program to run. */
export interface ProcessSpec {
  /** Names the process among the running ones. */
  readonly key: string;
  /** Program and arguments; `node` is the Node that runs this. */
  readonly command: readonly string[];
  readonly cwd: string | undefined;
  /** The whole environment, but for the port. */
  readonly env: Readonly<Record<string, string>>;
  /** The variable that tells the program its port. */
  readonly portEnv: string;
}

/** How a process ended. */
export interface ProcessExit {
  /** Exit code; 128 plus the signal's number when a signal ended it, as container runtimes report it. */
  readonly code: number | undefined;
  /** Why it could not start. */
  readonly problem: string | undefined;
}

/** Hears of a process. `exited` is the last call, and comes exactly once. */
export interface ProcessListener {
  started(port: number): void;
  line(text: string): void;
  exited(exit: ProcessExit): void;
}

/** Real time between SIGTERM and SIGKILL when the host closes. */
const closeGraceMs = 2000;

/** Real time that a process gets to end after a signal before stepped time goes on without it. */
const politeMs = 500;

/** Numbers of the signals that end processes. */
const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** Runs local programs in the place of containers. They end with it, and with the process that it lives in. */
export class ProcessHost {
  private readonly running = new Map<string, ChildProcess>();
  /** Starts, stops and checks without an outcome yet. */
  private readonly pending = new Set<Promise<void>>();
  private readonly ports = new Set<number>();
  /** Keys of processes that were told to stop before they had begun. */
  private readonly abandoned = new Set<string>();
  /** Running health checks. */
  private readonly checks = new Set<ChildProcess>();
  private readonly guard = new OrphanGuard();
  private closed = false;
  private watching = false;
  private readonly killAll = () => {
    for (const child of [...this.running.values(), ...this.checks]) child.kill('SIGKILL');
  };

  /** Starts the program on a loopback port of its own. What becomes of it goes to the listener. */
  start(spec: ProcessSpec, listener: ProcessListener): void {
    this.watchExit();
    this.await(this.launch(spec, listener));
  }

  /** Sends SIGTERM, or SIGKILL. Nothing happens when it runs no more. */
  stop(key: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const child = this.running.get(key);
    if (!child) {
      this.abandoned.add(key);
      return;
    }
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.await(Promise.race([gone, delay(politeMs, undefined, { ref: false })]));
    child.kill(signal);
  }

  /** Whether a process of this key runs. */
  runs(key: string): boolean {
    return this.running.has(key);
  }

  /**
   * Runs a short command (a health check) and gives its exit code to `outcome`; undefined when it ran out of time or did
   * not start.
   */
  check(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
    timeoutMs: number,
    outcome: (code: number | undefined) => void,
  ): void {
    const [program, ...args] = executable(command);
    const ended = new Promise<number | undefined>((resolve) => {
      const child = spawn(program, args, { env, stdio: 'ignore', timeout: timeoutMs, killSignal: 'SIGKILL' });
      this.checks.add(child);
      const end = (code?: number | null) => {
        this.checks.delete(child);
        resolve(code ?? undefined);
      };
      child.once('error', () => end());
      child.once('exit', end);
    });
    this.await(ended.then(outcome));
  }

  /** Settles when every start, stop and check that was asked for has an outcome; a stop, when it takes too long. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  /** Ends every process: SIGTERM, then SIGKILL. */
  async close(): Promise<void> {
    this.closed = true;
    for (const check of this.checks) check.kill('SIGKILL');
    await this.settled();
    const gone = [...this.running.values()].map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of this.running.values()) child.kill('SIGTERM');
    const kill = setTimeout(this.killAll, closeGraceMs);
    await Promise.all(gone);
    clearTimeout(kill);
    this.guard.close();
    process.off('exit', this.killAll);
  }

  /** Children must not outlive this process, however it ends. */
  private watchExit(): void {
    if (this.watching) return;
    this.watching = true;
    process.on('exit', this.killAll);
  }

  private await(outcome: Promise<void>): void {
    const waiting = outcome.finally(() => this.pending.delete(waiting));
    this.pending.add(waiting);
  }

  private async launch(spec: ProcessSpec, listener: ProcessListener): Promise<void> {
    const port = await this.takePort();
    if (this.closed || this.abandoned.delete(spec.key)) {
      this.ports.delete(port);
      listener.exited({ code: 128 + 15, problem: undefined });
      return;
    }
    const [program, ...args] = executable(spec.command);
    const child = spawn(program, args, {
      cwd: spec.cwd,
      env: { ...spec.env, [spec.portEnv]: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running.set(spec.key, child);
    this.guard.watch(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => listener.line(text));
    }
    await new Promise<void>((resolve) => {
      let problem: string | undefined;
      child.once('spawn', () => {
        listener.started(port);
        resolve();
      });
      child.once('error', (error) => {
        problem ??= error.message;
        resolve();
      });
      // `close`, not `exit`: all output has been read by then.
      child.once('close', (code, signal) => {
        this.running.delete(spec.key);
        this.guard.forget(child.pid);
        this.ports.delete(port);
        listener.exited({ code: code === null || code < 0 ? exitCodeOf(signal) : code, problem });
      });
    });
  }

  private async takePort(): Promise<number> {
    let port = await freePort();
    while (this.ports.has(port)) port = await freePort();
    this.ports.add(port);
    return port;
  }
}

/** The program of a command and its arguments; `node` is the Node that runs this. */
export function executable(command: readonly string[]): [program: string, ...args: string[]] {
  const [program = '', ...args] = command;
  return [program === 'node' ? process.execPath : program, ...args];
}

function exitCodeOf(signal: NodeJS.Signals | null): number | undefined {
  return signal === null ? undefined : 128 + (signalNumbers[signal] ?? 0);
}
