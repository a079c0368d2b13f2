import { ExecaError, execa } from 'execa';
import type { Remote } from './remote.ts';

/** How a Git command is run. */
interface GitCall {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Bytes of output beyond which the command is killed. */
  readonly maxBytes?: number;
  readonly input?: string;
  /** The repository that the command talks to; without one, Git may not talk to any. */
  readonly remote?: Remote;
}

/** A Git command did not succeed. `stderr` is what Git said. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly stderr: string;

  constructor(message: string, stderr: string, options?: ErrorOptions) {
    super(message, options);
    this.stderr = stderr;
  }
}

/** Runs Git commands and gives their output. */
export type Git = (args: readonly string[], call: GitCall) => Promise<Buffer>;

const MEBIBYTE = 1024 * 1024;

/** What of the controller's environment Git may see: how to find programs, keys of the SSH agent, proxies, authorities. */
const PASSED_ON = [
  'PATH',
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'GIT_SSH_COMMAND',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
  'NO_PROXY',
  'no_proxy',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/**
 * Repositories are untrusted: no configuration of the machine or the user, no hooks, no prompts, no helpers, no shell,
 * and one protocol only.
 */
export function gitCommand(gitDir: string, environment: NodeJS.ProcessEnv): Git {
  return async (args, call) => {
    try {
      const { stdout } = await execa('git', [`--git-dir=${gitDir}`, ...args], {
        env: gitEnvironment(environment, call.remote),
        extendEnv: false,
        encoding: 'buffer',
        stripFinalNewline: false,
        timeout: call.timeoutMs,
        cancelSignal: call.signal,
        maxBuffer: call.maxBytes ?? MEBIBYTE,
        input: call.input ?? '',
      });
      return Buffer.from(stdout);
    } catch (error) {
      call.signal.throwIfAborted();
      if (!(error instanceof ExecaError)) throw error;
      const said: unknown = error.stderr;
      const stderr = said instanceof Uint8Array ? Buffer.from(said).toString('utf8') : '';
      throw new GitError(`git ${args[0]}: ${causeOf(error, call, stderr)}`, stderr);
    }
  };
}

/** The environment of a Git command, complete: nothing else of the controller's reaches it. */
export function gitEnvironment(environment: NodeJS.ProcessEnv, remote: Remote | undefined): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const settings: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    ['credential.helper', ''],
    ['gc.autoDetach', 'false'],
    ['submodule.recurse', 'false'],
  ];
  // In the environment and not on the command line, where every user of the machine could read it.
  if (remote?.authorization !== undefined)
    settings.push(['http.extraHeader', `Authorization: ${remote.authorization}`]);
  return {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...Object.fromEntries(passedOn),
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: remote?.protocol ?? 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function causeOf(error: ExecaError, call: GitCall, stderr: string): string {
  if (error.timedOut) return `no answer within ${call.timeoutMs / 1000} s`;
  if (error.isMaxBuffer) return `more than ${call.maxBytes ?? MEBIBYTE} bytes of output`;
  if (error.code === 'ENOENT') return 'git is not installed or not on PATH';
  const said = stderr.trim().split('\n').slice(-4).join('; ');
  return said === '' ? `exit code ${error.exitCode ?? 'unknown'}` : said;
}
