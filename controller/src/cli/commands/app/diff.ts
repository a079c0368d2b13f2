import type { Command } from 'commander';
import { differs } from '../../../core/plan.ts';
import { EXIT, type Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { PlanFormat } from '../../render-plan.ts';

/** `longshore app diff NAME` */
export function register(app: Command, io: Io): void {
  addServer(app.command('diff').description('Shows what a sync would change, field by field.'))
    .argument('<name>', 'the Application')
    .option('--revision <revision>', 'of the source (default: its targetRevision)')
    .option('--prune', 'also what the source no longer has')
    .addOption(outputOption(['text', 'markdown', 'json']))
    .addHelpText('after', '\nExits 0 when nothing differs, 1 when something does, 2 when it cannot say.')
    .action(
      async (
        name: string,
        options: { readonly revision?: string; readonly prune?: true; readonly output: PlanFormat },
        command: Command,
      ) =>
        withClient(command, io, async (client, signal) => {
          const { renderPlan } = await import('../../render-plan.ts');
          const { revision, prune, output } = options;
          const body = { ...(revision !== undefined && { revision }), ...(prune !== undefined && { prune }) };
          const { plan } = await client.call('POST /api/v1/applications/{name}/plan', { path: { name }, body, signal });
          io.stdout(renderPlan(plan, output, io));
          io.exit(differs(plan) ? EXIT.changes : EXIT.ok);
        }),
    );
}
