import type { Service } from '../../kernel/service.ts';
import type { FunctionStandIn, Scope, World } from '../../kernel/world.ts';
import { CommandRunner } from '../../runtime/command.ts';

/** How long a command may run, in milliseconds of real time. Functions of Lambda get at most 15 minutes. */
const commandTimeoutMs = 60_000;

/** Variables of this process that a local program needs to run at all. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** Runs of functions in this process. A run whose process is gone never answers, as one of Lambda that failed. */
class FunctionRuns {
  readonly commands = new CommandRunner();
  /** The endpoint of this sandbox; empty until it listens. */
  url = '';
  private readonly waiting = new Map<string, () => void>();
  private count = 0;

  /** Keeps what to do when the run's time has come, and gives the run's name. */
  add(done: () => void): string {
    const run = `run-${++this.count}`;
    this.waiting.set(run, done);
    return run;
  }

  /** Ends a run. */
  finish(run: string): void {
    this.waiting.get(run)?.();
    this.waiting.delete(run);
  }
}

/** The runs of functions of this sandbox. */
export function functionRuns(world: World): FunctionRuns {
  return world.local('lambda/runs', () => new FunctionRuns());
}

/**
 * Runs a command in the place of a function: it reads the event as JSON and prints its answer as JSON. An SDK or CLI in
 * it reaches this sandbox as the account. Source of the variables: Lambda developer guide, "Defined runtime
 * environment variables".
 */
export async function runCommand(
  world: World,
  { accountId, region }: Scope,
  name: string,
  { command, cwd, env }: Extract<FunctionStandIn, { command: unknown }>,
  payload: object,
): Promise<{ readonly answer: unknown } | { readonly error: string }> {
  const runs = functionRuns(world);
  const base = Object.fromEntries(inherited.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])));
  const result = await runs.commands.run(command, {
    cwd,
    env: {
      ...base,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accountId,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_ENDPOINT_URL: runs.url,
      ...env,
    },
    input: JSON.stringify(payload),
    timeoutMs: commandTimeoutMs,
  });
  if (result.problem !== undefined) return { error: result.problem };
  if (result.code !== 0)
    return { error: lastLine(result.stderr) ?? `${name} exited with ${result.code ?? 'a signal'}` };
  const text = result.stdout.trim();
  if (text === '') return { answer: null };
  try {
    return { answer: JSON.parse(text) as unknown };
  } catch {
    return { error: `${name} must print its answer as JSON, it printed: ${text.slice(0, 200)}` };
  }
}

/** What a service that functions run with has for them: timers, and the end of what runs. */
export const functionRuntime = {
  timers: {
    'lambda/answer': ({ run }: { readonly run: string }, _scope: Scope, world: World): void =>
      functionRuns(world).finish(run),
  },
  listening: (world: World, url: string): void => {
    functionRuns(world).url = url;
  },
  quiesce: (world: World): Promise<void> => functionRuns(world).commands.settled(),
  close: (world: World): Promise<void> => functionRuns(world).commands.close(),
} satisfies Pick<Service, 'timers' | 'listening' | 'quiesce' | 'close'>;

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
