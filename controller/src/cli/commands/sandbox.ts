import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { readBehaviours } from '../sandbox/behaviours.ts';
import { aborted } from '../interruption.ts';
import type { Io } from '../io.ts';

interface SandboxCommandOptions {
  readonly port: number;
  readonly runtime?: 'simulated' | 'process';
  readonly speed: number;
  readonly image: Readonly<Record<string, readonly string[]>>;
  readonly function: Readonly<Record<string, readonly string[]>>;
  readonly behaviours?: string;
  readonly throttle: boolean;
  readonly restore?: string;
  readonly snapshot?: string;
}

/** `longshore sandbox` */
export function register(program: Command, io: Io): void {
  program
    .command('sandbox')
    .description('Runs a local AWS: real AWS clients talk to it, rollouts happen in it, no account is needed.')
    .option('--port <port>', 'port of the endpoint; 0 takes a free one', port, 4566)
    .addOption(
      new Option(
        '--runtime <runtime>',
        'how tasks run: scripted, or as local processes behind real local load balancers (default: process with --image, else simulated)',
      ).choices(['simulated', 'process']),
    )
    .option('--speed <factor>', "how many seconds of AWS's time pass in one of yours", factor, 1)
    .option(
      '--image <image=command>',
      'a local command for an image (repeatable), such as "hello:v1=node server.ts v1"',
      mapped('IMAGE'),
      {},
    )
    .option(
      '--function <name=command>',
      'a local command for a Lambda function of deployment hooks (repeatable), such as "smoke=node smoke.js": it reads the event from its input and prints its answer, both as JSON',
      mapped('NAME'),
      {},
    )
    .option('--behaviours <file>', 'YAML: how tasks of an image behave when simulated')
    .option('--no-throttle', "without AWS's request rates")
    .option('--restore <dir>', 'go on from a state that was written with --snapshot')
    .option('--snapshot <dir>', 'write the state there at the end')
    .action((options: SandboxCommandOptions) => run(options, io));
}

async function run(options: SandboxCommandOptions, io: Io): Promise<void> {
  const { startSandbox } = await import('@longshore/sandbox');
  const behaviours =
    options.behaviours === undefined ? undefined : await behavioursOf(resolve(io.cwd, options.behaviours));
  const interruption = io.interruption();
  const sandbox = await startSandbox({
    port: options.port,
    runtime: options.runtime ?? (Object.keys(options.image).length > 0 ? 'process' : 'simulated'),
    speed: options.speed,
    throttle: options.throttle,
    images: commandsIn(io.cwd, options.image),
    functions: commandsIn(io.cwd, options.function),
    ...(behaviours && { behaviours }),
    ...(options.restore !== undefined && { restore: resolve(io.cwd, options.restore) }),
  });
  io.stdout(environment(sandbox.url, io));
  io.stderr('Ctrl-C stops it.\n');
  await aborted(interruption.signal);
  if (options.snapshot !== undefined) {
    await sandbox.snapshot(resolve(io.cwd, options.snapshot));
    io.stderr(`state written; go on with --restore ${options.snapshot}\n`);
  }
  await sandbox.close();
  interruption.dispose();
  io.stderr('sandbox stopped\n');
}

async function behavioursOf(file: string): ReturnType<typeof readBehaviours> {
  const module = await import('../sandbox/behaviours.ts');
  return await module.readBehaviours(file);
}

/** Lines to paste. The sandbox takes a 12-digit access key id as the account; version 1 of the AWS CLI reads AWS_DEFAULT_REGION alone. */
function environment(url: string, io: Io): string {
  const region = io.env.AWS_REGION ?? 'us-east-1';
  return `# A local AWS answers at ${url}. In another terminal:
export AWS_ENDPOINT_URL=${url}
export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
export AWS_ACCESS_KEY_ID=000000000000
export AWS_SECRET_ACCESS_KEY=sandbox
unset AWS_PROFILE AWS_SESSION_TOKEN
`;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('expected 0 to 65535.');
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}

/** Commands that run in a folder. */
function commandsIn(
  cwd: string,
  commands: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, { readonly command: readonly string[]; readonly cwd: string }>> {
  return Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, { command, cwd }]));
}

/** Reads `NAME=COMMAND`, once more for each. Words of the command are split at spaces; it never passes a shell. */
function mapped(
  what: string,
): (text: string, before: Readonly<Record<string, readonly string[]>>) => Record<string, readonly string[]> {
  return (text, before) => {
    const equals = text.indexOf('=');
    const words = text
      .slice(equals + 1)
      .split(' ')
      .filter((word) => word !== '');
    if (equals < 1 || words.length === 0) throw new InvalidArgumentError(`expected ${what}=COMMAND.`);
    return { ...before, [text.slice(0, equals)]: words };
  };
}
