import { ExecaError, execa } from 'execa';
import type { Access } from './access/access.ts';
import { endingInTime } from './processgroup.ts';
import { findProgram } from './programs.ts';

/** How a Git command is run. */
export interface GitCall {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Bytes of output beyond which the command is killed. */
  readonly maxBytes?: number;
  readonly input?: string | Uint8Array;
  /** Bytes of any file that the command writes; held by `prlimit`, where there is one. */
  readonly maxFileBytes?: number;
  /** The server that the command talks to; without one, Git may not talk to any. */
  readonly access?: Access;
  /** Configuration for this command alone. */
  readonly settings?: readonly (readonly [string, string])[];
  /** Gives what is written to standard error as well, in the order in which it is written. */
  readonly together?: boolean;
  /** Variables for this command alone. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A Git command did not succeed. `stderr` is what Git said. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly stderr: string;
  readonly stdout: string;

  constructor(message: string, stderr: string, options?: ErrorOptions & { readonly stdout?: string }) {
    super(message, options);
    this.stderr = stderr;
    this.stdout = options?.stdout ?? '';
  }
}

/** Runs Git commands and gives their output. */
export type Git = (args: readonly string[], call: GitCall) => Promise<Buffer>;

const MEBIBYTE = 1024 * 1024;
const SHORTEST_SECRET = 4;
/** How many lines of what Git said are told. */
const LINES = 4;
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/returned error: 30\d|redirect/i, 'redirects are not followed: write the address that the server redirects to'],
  [/could not read (Username|Password)/, 'the server wants a login: give credentials for this address'],
  [/certificate/i, 'name the certificate authority of the server with its credentials'],
];
/** What Git says whenever ssh fails, behind the reason. */
const ADVICE = /^(Please make sure you have the correct access rights|and the repository exists\.)/;

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
    const hide = (text: string): string => withoutSecrets(text, call.access?.secrets ?? []);
    call.signal.throwIfAborted();
    const limit = call.maxFileBytes === undefined ? undefined : await findProgram('prlimit', environment['PATH']);
    const before = limit === undefined ? [] : [limit, `--fsize=${call.maxFileBytes}`, '--core=0', '--'];
    const [program = 'git', ...rest] = [...before, 'git', `--git-dir=${gitDir}`, ...args];
    const child = execa(program, rest, {
      env: gitEnvironment(environment, call),
      extendEnv: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      maxBuffer: call.maxBytes ?? MEBIBYTE,
      input: call.input ?? '',
      all: true,
      detached: true,
    });
    const { result, timedOut } = await endingInTime(child, call);
    if (result.status === 'fulfilled') {
      const { stdout, all } = result.value;
      return Buffer.from(call.together === true ? all : stdout);
    }
    call.signal.throwIfAborted();
    const error: unknown = result.reason;
    if (!(error instanceof ExecaError)) throw error;
    const stderr = hide(textOf(error.stderr));
    const cause = timedOut ? `no answer within ${call.timeoutMs / 1000} s` : causeOf(error, call, stderr);
    throw new GitError(`git ${args[0]}: ${cause}`, stderr, { stdout: hide(textOf(error.stdout)) });
  };
}

/** The environment of a Git command, complete: nothing else of the controller's reaches it. */
export function gitEnvironment(
  environment: NodeJS.ProcessEnv,
  call: Pick<GitCall, 'access' | 'settings' | 'environment'> = {},
): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const settings: readonly (readonly [string, string])[] = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    // Another process may use the mirror at the same moment; a lock that is older was left by one that was killed.
    ['core.filesRefLockTimeout', '1000'],
    ['credential.helper', ''],
    ['gc.autoDetach', 'false'],
    ['submodule.recurse', 'false'],
    // A server that sends us elsewhere would be sent the credentials, and elsewhere may be within our network.
    ['http.followRedirects', 'false'],
    // A connection that stands still ends long before the command's own timeout.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
    ...(call.access?.settings ?? []),
    ...(call.settings ?? []),
  ];
  return {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=10',
    ...Object.fromEntries(passedOn),
    ...call.access?.environment,
    ...call.environment,
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: call.access?.protocol ?? 'none',
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

/** A server can send back what it was sent. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text);
}

function textOf(output: unknown): string {
  return output instanceof Uint8Array ? Buffer.from(output).toString('utf8') : '';
}

function causeOf(error: ExecaError, call: GitCall, stderr: string): string {
  if (error.isMaxBuffer) return `more than ${call.maxBytes ?? MEBIBYTE} bytes of output`;
  if (error.code === 'ENOENT') return 'git is not installed or not on PATH';
  if (/died of signal 25|File too large/.test(stderr)) {
    return `the repository needs a file of more than ${call.maxFileBytes ?? 'the allowed'} bytes in the mirror`;
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !ADVICE.test(line));
  const said = lines.slice(-LINES).join('; ');
  const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1];
  if (hint !== undefined) return `${said}; ${hint}`;
  return said === '' ? `exit code ${error.exitCode ?? 'unknown'}` : said;
}
