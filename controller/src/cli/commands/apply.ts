import { resolve } from 'node:path';
import type { Command } from 'commander';
import { reportInterruption, reportOperation } from '../apply/report.ts';
import { TerminalError } from '../../core/errors.ts';
import { isEmpty, type Plan } from '../../core/plan.ts';
import type { SyncOptions } from '../../engine/engine.ts';
import { globalsOf } from '../globals.ts';
import type { Io } from '../io.ts';
import { outputOption } from '../output.ts';
import { addTarget, type TargetOptions } from '../target-options.ts';

interface ApplyOptions extends TargetOptions {
  readonly output: 'text' | 'json';
  readonly yes: boolean;
  readonly approve: boolean;
  readonly prune?: boolean;
}

/** `longshore apply PATH` */
export function register(program: Command, io: Io): void {
  addTarget(
    program.command('apply').description('Plans, asks, syncs once, and ends when what was deployed is verified.'),
    'an Application manifest, a folder or file of manifests, or a plan saved with "plan --out"',
  )
    .addOption(outputOption(['text', 'json']))
    .option('-y, --yes', 'do not ask', false)
    .option('--approve', 'agree to adopting, to replacing, and to more deletions than syncPolicy.maxDeletions', false)
    .option('--prune', 'also delete what the source no longer has (default: as syncPolicy.automated.prune says)')
    .option('--no-prune', 'delete nothing')
    .addHelpText('after', '\nExits 0 when it is verified, 1 when the operation failed, 2 when it could not be tried.')
    .action(async (path: string, options: ApplyOptions, command: Command) => run(path, options, command, io));
}

async function run(path: string, options: ApplyOptions, command: Command, io: Io): Promise<void> {
  if (!options.yes && (!io.stdinIsTTY || options.output === 'json')) {
    throw new TerminalError(
      'NeedsYes',
      'apply asks before it changes anything, and nobody can answer here: add --yes.',
    );
  }
  const [{ openSession }, { targetOf }, { readSavedPlan }, { progressFor }, { renderPlan }] = await Promise.all([
    import('../session.ts'),
    import('../target.ts'),
    import('../saved-plan.ts'),
    import('../progress/progress.ts'),
    import('../render-plan.ts'),
  ]);
  const globals = globalsOf(command);
  const file = resolve(io.cwd, path);
  const saved = await readSavedPlan(file);
  const target = saved?.target ?? (await targetOf(file, options, io));
  const interruption = io.interruption();
  const { signal } = interruption;
  const progress = progressFor(options.output, globals.debug === true, io);
  const session = openSession(target, { globals, sink: progress.sink, io });
  try {
    const input = await session.load(signal);
    const prune = saved ? saved.prune : options.prune;
    const choice = prune === undefined ? {} : { prune };
    const plan = saved?.plan ?? (await session.engine.plan(input, choice, signal));
    if (options.output === 'text') io.stdout(renderPlan(plan, 'text', io));
    if (!options.yes && !isEmpty(plan) && !(await agreed(plan, io, signal))) {
      io.stderr('nothing was changed\n');
      return;
    }
    // An empty plan is synced as well: a rollout of an interrupted apply may still be on its way, and is to be verified.
    const sync: SyncOptions = { ...choice, initiator: initiator(io), expect: plan, approved: options.approve };
    const operation = await session.engine.sync(input, sync, signal);
    progress.end();
    const again = `longshore apply ${path}`;
    io.exit(signal.aborted ? reportInterruption(operation, again, io) : reportOperation(operation, options.output, io));
  } finally {
    progress.end();
    await session.close();
    interruption.dispose();
  }
}

/** Only `yes` is a yes. */
async function agreed(plan: Plan, io: Io, signal: AbortSignal): Promise<boolean> {
  const place = `account ${plan.accountId}, region ${plan.region}`;
  const answer = await io.ask(`Apply this to ${place}? ${io.style('dim', '(yes/no)')} `, signal);
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

function initiator(io: Io): SyncOptions['initiator'] {
  return { kind: 'person', name: io.env.USER ?? io.env.USERNAME ?? 'unknown' };
}
