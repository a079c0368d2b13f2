import type { Command } from 'commander';
import type { SyncBody } from '../../../api/http/operation.ts';
import { TerminalError } from '../../../core/errors.ts';
import { differs } from '../../../core/plan.ts';
import { EXIT, type Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import { collected, wholeNumber } from '../../remote/values.ts';

interface SyncCommandOptions {
  readonly revision?: string;
  readonly prune?: boolean;
  readonly resource: readonly string[];
  readonly dryRun?: true;
  readonly approve?: true;
  readonly approvePlan?: string;
  readonly approveDeletions?: true;
  readonly async?: true;
  readonly timeout: number;
  readonly output: 'text' | 'json';
}

/** `longshore app sync NAME...` */
export function register(app: Command, io: Io): void {
  addServer(app.command('sync').description('Syncs Applications, and ends when what was deployed is verified.'))
    .argument('<names...>', 'the Applications')
    .option('--revision <revision>', 'of the source, once (default: its targetRevision)')
    .option('--prune', 'also delete what the source no longer has (default: as syncPolicy.automated.prune says)')
    .option('--no-prune', 'delete nothing')
    .option('--resource <kind:name>', 'only this one; * is a wildcard, ! in front negates (repeatable)', collected, [])
    .option('--dry-run', 'show the plan and change nothing')
    .option('--approve', 'show the plan and ask: for gates, adoptions and replacements')
    .option('--approve-plan <id>', 'agree to the plan that --dry-run showed under this id, where nobody can be asked')
    .option('--approve-deletions', 'agree to more deletions than maxDeletions, and to those that want a confirmation')
    .option('--async', 'do not wait for the end')
    .option('--timeout <seconds>', 'give up waiting after this time; the sync goes on', wholeNumber, 3600)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExits 0 when it is verified, 1 when it failed, 2 when it could not be tried.')
    .action(async (names: readonly string[], options: SyncCommandOptions, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const [{ followOperation }, { renderPlan }] = await Promise.all([
          import('../../remote/follow-operation.ts'),
          import('../../render-plan.ts'),
        ]);
        let failed = false;
        for (const name of names) {
          const path = { name };
          const body = bodyOf(options);
          if (options.dryRun === true || options.approve === true) {
            const { id, plan } = await client.call('POST /api/v1/applications/{name}/plan', {
              path,
              body: planBody(options),
              signal,
            });
            if (options.output === 'json') io.stdout(`${JSON.stringify({ id, ...plan }, undefined, 2)}\n`);
            else io.stdout(renderPlan(plan, 'text', io));
            if (options.dryRun === true) {
              if (options.output === 'text' && differs(plan)) io.stderr(`plan ${id}\n`);
              continue;
            }
            if (!(await agreed(name, id, io, signal))) {
              io.stderr('nothing was changed\n');
              continue;
            }
            body.approvePlan = id;
          }
          const begun = await client
            .call('POST /api/v1/applications/{name}/sync', { path, body, signal })
            .catch((error: unknown) => {
              throw withWayOut(error, name);
            });
          if (options.async === true) {
            io.stdout(
              options.output === 'json' ? `${JSON.stringify(begun)}\n` : `operation ${begun.id} of ${name} has begun\n`,
            );
            continue;
          }
          const ended = await followOperation(
            client,
            begun,
            { output: options.output, timeoutSeconds: options.timeout },
            io,
            signal,
          );
          if (ended.phase !== 'Succeeded') failed = true;
        }
        io.exit(failed ? EXIT.failed : EXIT.ok);
      }),
    );
}

function bodyOf(options: SyncCommandOptions): SyncBody {
  return {
    ...planBody(options),
    ...(options.approveDeletions !== undefined && { approveDeletions: true }),
    ...(options.approvePlan !== undefined && { approvePlan: options.approvePlan }),
  };
}

function planBody({ revision, prune, resource }: SyncCommandOptions): SyncBody {
  return {
    ...(revision !== undefined && { revision }),
    ...(prune !== undefined && { prune }),
    ...(resource.length > 0 && { resources: [...resource] }),
  };
}

async function agreed(name: string, id: string, io: Io, signal: AbortSignal): Promise<boolean> {
  if (!io.stdinIsTTY) {
    throw new TerminalError(
      'NobodyToAsk',
      `nobody can answer here: look at the plan, then agree to it with --approve-plan ${id}`,
    );
  }
  return /^y(es)?$/iu.test((await io.ask(`Sync ${name} so? [y/N] `, signal)).trim());
}

/** What a person does next about a refusal, by its code. */
function withWayOut(error: unknown, name: string): unknown {
  if (!(error instanceof TerminalError)) return error;
  const ways: Readonly<Record<string, string>> = {
    ApprovalNeeded: `"longshore app sync ${name} --approve" shows it and asks`,
    OperationInProgress: `"longshore app wait ${name} --operation" waits for it, "longshore app terminate ${name}" ends it`,
  };
  const way = ways[error.code];
  return way === undefined ? error : new TerminalError(error.code, `${error.message}: ${way}`, { cause: error });
}
