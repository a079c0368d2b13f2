import type { Command } from 'commander';
import { EXIT, type Io } from '../io.ts';
import { outputOption } from '../output.ts';
import { addTarget, type TargetOptions } from '../target-options.ts';
import type { Checked } from '../validate/check.ts';

interface ValidateOptions extends TargetOptions {
  readonly output: 'text' | 'json';
}

/** `longshore validate PATH...` */
export function register(program: Command, io: Io): void {
  addTarget(
    program.command('validate').description('Checks manifests: schema, rules, references, lint. Asks AWS nothing.'),
    'an Application manifest, or a folder or file of manifests',
  )
    .argument('[paths...]', 'more of them')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExits 0 when everything is valid, 2 when something is not. Warnings do not count.')
    .action((first: string, more: readonly string[], options: ValidateOptions) => run([first, ...more], options, io));
}

async function run(paths: readonly string[], options: ValidateOptions, io: Io): Promise<void> {
  const [{ collect }, { check, problemsOf }, { offlineKinds }, { render }] = await Promise.all([
    import('../validate/collect.ts'),
    import('../validate/check.ts'),
    import('../../kinds/offline.ts'),
    import('../validate/render.ts'),
  ]);
  const interruption = io.interruption();
  const all: Checked[] = [];
  try {
    for (const path of paths) {
      try {
        const collected = await collect(path, options, io, interruption.signal);
        if (collected.elsewhere === undefined) all.push(check(collected, offlineKinds));
        else {
          io.stderr(`${path}: the Application is valid; its manifests in ${collected.elsewhere} are not looked at\n`);
          all.push({ manifests: 1, files: 1, problems: [], warnings: [], findings: [], needed: [] });
        }
      } catch (error) {
        all.push({ manifests: 0, files: 1, problems: problemsOf(error), warnings: [], findings: [], needed: [] });
      }
    }
  } finally {
    interruption.dispose();
  }
  io.exit(render(all, options.output, io) ? EXIT.ok : EXIT.error);
}
