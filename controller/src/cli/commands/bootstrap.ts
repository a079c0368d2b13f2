import type { Command } from 'commander';
import type { BootstrapOptions } from '../bootstrap/command.ts';
import { globalsOf } from '../globals.ts';
import type { Io } from '../io.ts';
import { outputOption } from '../output.ts';

/** `longshore bootstrap` */
export function register(program: Command, io: Io): void {
  program
    .command('bootstrap')
    .description(
      'Makes what brings the events of an account and region to the controller: rules, queues and role, by plan.',
    )
    .option(
      '--region <region>',
      'AWS region (repeatable; default: AWS_REGION)',
      (region, all: string[]) => [...all, region],
      [],
    )
    .option('--account <id>', 'refuse credentials of any other account')
    .option('--global', 'also hear of IAM roles and Route 53, whose events are in us-east-1', false)
    .option('--role <name>', "also make the controller's role")
    .option(
      '--trust <principal>',
      'who may assume the role: the ARN of a role or user, an account id, or an AWS service',
    )
    .option('--external-id <id>', 'what they have to say to assume it')
    .option('--manifests <path>', 'let the role do what these manifests need, as "longshore iam-policy" says')
    .option('--dry-run', 'show the plan, and change nothing', false)
    .option('-y, --yes', 'do not ask', false)
    .option('--remove', 'delete what bootstrap has made', false)
    .addOption(outputOption(['text', 'markdown', 'json']))
    .addHelpText(
      'after',
      '\nRun twice, it changes nothing; run again after an error, it goes on. What others have made is never changed.' +
        '\nExits 0 when everything is in place, 1 with --dry-run when something differs, 2 when it could not be done.',
    )
    .action(async (options: BootstrapOptions, command: Command) => {
      const { runBootstrap } = await import('../bootstrap/command.ts');
      await runBootstrap(options, globalsOf(command), io);
    });
}
