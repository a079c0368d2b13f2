import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addTarget, type TargetOptions } from '../target-options.ts';

interface IamPolicyOptions extends TargetOptions {
  readonly account?: string;
  readonly events: boolean;
}

/** `longshore iam-policy PATH` */
export function register(program: Command, io: Io): void {
  addTarget(
    program
      .command('iam-policy')
      .description('Prints the least IAM policy (JSON) that Longshore needs for these manifests. Asks AWS nothing.'),
    'an Application manifest, or a folder or file of manifests',
  )
    .option('--account <id>', "AWS account (default: the Application's, else any)")
    .option('--events', 'also what the controller needs to receive events (longshore bootstrap)', false)
    .action(async (path: string, options: IamPolicyOptions) => {
      const [{ targetOf }, { policyFor }] = await Promise.all([
        import('../target.ts'),
        import('../iam-policy/policy-for.ts'),
      ]);
      const target = await targetOf(resolve(io.cwd, path), options, io);
      const policy = await policyFor(target, options, io);
      io.stdout(`${JSON.stringify(policy, undefined, 2)}\n`);
    });
}
