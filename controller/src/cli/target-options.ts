import { type Command, InvalidArgumentError } from 'commander';

/** Options of every command that works on a PATH of manifests. */
export interface TargetOptions {
  /** Name of the implicit Application of a folder or file of manifests. */
  readonly app?: string;
  readonly region?: string;
  /** Values for `${param.name}`; they win over those of the Application. */
  readonly param: Readonly<Record<string, string>>;
}

/** Adds PATH and its options. */
export function addTarget(command: Command, path: string): Command {
  return command
    .argument('<path>', path)
    .option('--app <name>', 'name of the Application, when PATH is a folder or file of manifests (default: its name)')
    .option('--region <region>', "AWS region (default: the Application's, else AWS_REGION)")
    .option('--param <name=value>', 'a value for ${param.name} (repeatable)', parameter, {});
}

function parameter(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('expected NAME=VALUE.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}
