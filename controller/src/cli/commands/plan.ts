import { resolve } from 'node:path';
import type { Command } from 'commander';
import { differs, type Plan } from '../../core/plan.ts';
import { globalsOf } from '../globals.ts';
import { EXIT, type Io } from '../io.ts';
import { outputOption } from '../output.ts';
import type { PlanFormat } from '../render-plan.ts';
import { addTarget, type TargetOptions } from '../target-options.ts';

interface PlanOptions extends TargetOptions {
  readonly output: PlanFormat;
  readonly out?: string;
  readonly base?: string;
  readonly prune?: boolean;
}

/** `longshore plan PATH` */
export function register(program: Command, io: Io): void {
  addTarget(
    program.command('plan').description('Shows what a sync would change, field by field. Changes nothing.'),
    'an Application manifest, or a folder or file of manifests',
  )
    .addOption(outputOption(['text', 'markdown', 'json']))
    .option('--base <revision>', 'only what differs from this revision of the source, as for a pull request')
    .option('--out <file>', 'save the plan: "longshore apply FILE" applies exactly this one')
    .option('--prune', 'also delete what the source no longer has (default: as syncPolicy.automated.prune says)')
    .option('--no-prune', 'delete nothing')
    .addHelpText(
      'after',
      '\nExits 0 when AWS is as Git says, 1 when something differs (also what a sync would leave: a held revision, what' +
        '\nbelongs to somebody else), 2 when it cannot say.',
    )
    .action(async (path: string, options: PlanOptions, command: Command) => run(path, options, command, io));
}

async function run(path: string, options: PlanOptions, command: Command, io: Io): Promise<void> {
  const [{ openSession }, { targetOf }, { progressFor }, { renderPlan }] = await Promise.all([
    import('../session.ts'),
    import('../target.ts'),
    import('../progress/progress.ts'),
    import('../render-plan.ts'),
  ]);
  const globals = globalsOf(command);
  const target = await targetOf(resolve(io.cwd, path), options, io);
  const interruption = io.interruption();
  const progress = progressFor('text', globals.debug === true, io);
  const session = openSession(target, { globals, sink: progress.sink, io });
  const sinceBase = async (head: Plan, revision: string): Promise<Plan> => {
    const [{ targetAt }, { planSince }] = await Promise.all([
      import('../target-at.ts'),
      import('../../core/plan-since.ts'),
    ]);
    const base = openSession(await targetAt(target, revision), { globals, sink: progress.sink, io });
    try {
      const input = await base.load(interruption.signal);
      return planSince(await base.engine.plan(input, prunes(options), interruption.signal), head);
    } finally {
      await base.close();
    }
  };
  try {
    const input = await session.load(interruption.signal);
    const whole = await session.engine.plan(input, prunes(options), interruption.signal);
    const plan = options.base === undefined ? whole : await sinceBase(whole, options.base);
    progress.end();
    io.stdout(renderPlan(plan, options.output, io));
    if (options.out !== undefined) {
      const { savePlan } = await import('../saved-plan.ts');
      await savePlan(resolve(io.cwd, options.out), target, whole, options.prune);
      io.stderr(`saved; "longshore apply ${options.out}" applies exactly this plan\n`);
    }
    io.exit(differs(plan) ? EXIT.changes : EXIT.ok);
  } finally {
    progress.end();
    await session.close();
    interruption.dispose();
  }
}

/** Absent: the Application's own policy decides. */
function prunes(options: PlanOptions): { readonly prune?: boolean } {
  return options.prune === undefined ? {} : { prune: options.prune };
}
