import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { TerminalError } from '../../core/errors.ts';

/** What a renderer may use. */
export interface ChildLimits {
  readonly timeoutMs: number;
  /** Address space of the process, in bytes. Held by `prlimit` where there is one, else only the garbage collector knows. */
  readonly memoryBytes: number;
  /** Bytes of output. */
  readonly outputBytes: number;
}

/** One run of a renderer. */
export interface ChildRun extends ChildLimits {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** A private folder with the folders `home` and `empty`. */
  readonly folder: string;
  /** `prlimit`, when there is one. */
  readonly prlimit: string | undefined;
  readonly signal: AbortSignal;
}

const STDERR_LENGTH = 2000;
/** The port "discard", where nothing listens: https://www.rfc-editor.org/rfc/rfc863 */
const NOWHERE = 'http://127.0.0.1:9';
const GARBAGE_SHARE = 0.5;

/**
 * Runs a renderer with nothing of the controller's environment, no program on its PATH (kustomize would call git), a
 * proxy that leads nowhere, and limits. Gives what it wrote. Throws a TerminalError with what the program said; a
 * timeout is an Error, as another time may be better.
 */
export async function runChild(run: ChildRun): Promise<Uint8Array> {
  const limited =
    run.prlimit === undefined
      ? ([run.program, run.args] as const)
      : ([
          run.prlimit,
          [
            `--as=${run.memoryBytes}`,
            '--core=0',
            `--cpu=${Math.ceil(run.timeoutMs / 1000)}`,
            `--fsize=${run.outputBytes}`,
            '--',
            run.program,
            ...run.args,
          ],
        ] as const);
  try {
    const { stdout } = await execa(...limited, {
      cwd: run.folder,
      env: environmentOf(run),
      extendEnv: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      stdin: 'ignore',
      timeout: run.timeoutMs,
      killSignal: 'SIGKILL',
      cancelSignal: run.signal,
      maxBuffer: run.outputBytes,
    });
    return stdout;
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof ExecaError)) throw error;
    throw problemOf(error, run);
  }
}

function environmentOf({ folder, memoryBytes }: ChildRun): Record<string, string> {
  const home = join(folder, 'home');
  return {
    PATH: join(folder, 'empty'),
    HOME: home,
    TMPDIR: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    KUBECONFIG: '/dev/null',
    HELM_PLUGINS: join(home, 'plugins'),
    HTTP_PROXY: NOWHERE,
    HTTPS_PROXY: NOWHERE,
    ALL_PROXY: NOWHERE,
    LC_ALL: 'C',
    // Both programs are written in Go, whose collector keeps to this where it can.
    GOMEMLIMIT: String(Math.floor(memoryBytes * GARBAGE_SHARE)),
    GOTRACEBACK: 'none',
  };
}

function problemOf(error: ExecaError, run: ChildRun): Error {
  if (error.timedOut) return new Error(`it did not end within ${run.timeoutMs / 1000} s`);
  if (error.isMaxBuffer) return new TerminalError('RenderFailed', `it wrote more than ${run.outputBytes} bytes`);
  const bytes: unknown = error.stderr;
  const text = bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : '';
  const said = text.replaceAll(`${run.folder}/`, '').replaceAll(run.folder, '.').trim();
  if (/out of memory|cannot allocate memory|failed to reserve|memory exhausted/i.test(said)) {
    return new TerminalError('RenderFailed', `it needs more than ${run.memoryBytes} bytes of memory`);
  }
  if (error.signal === 'SIGXCPU') return new Error(`it used the processor for more than ${run.timeoutMs / 1000} s`);
  const ended = error.signal === undefined ? `exit code ${error.exitCode ?? 'unknown'}` : `ended by ${error.signal}`;
  const cut = said.length > STDERR_LENGTH ? `${said.slice(0, STDERR_LENGTH)}... (${said.length} characters)` : said;
  return new TerminalError('RenderFailed', cut === '' ? ended : cut);
}
