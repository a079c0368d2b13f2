import type { Command } from 'commander';
import { addServer, type ServerOptions } from '../remote/server-options.ts';

/** Options of every command on one resource: where it is asked. */
export interface DeskOptions extends ServerOptions {
  /** An Application manifest or a folder of manifests: AWS is asked without a controller. */
  readonly path?: string;
  readonly region?: string;
}

/** Adds the argument that names a resource, and where to ask. */
export function addSubject(command: Command, argument: string): Command {
  return addServer(command.argument('<resource>', argument))
    .option('--path <path>', 'ask AWS itself, about the Application of this manifest or folder, as "plan" does')
    .option('--region <region>', "AWS region, with --path (default: the Application's, else AWS_REGION)");
}
