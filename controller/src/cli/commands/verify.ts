import { resolve } from 'node:path';
import type { Command } from 'commander';
import { globalsOf } from '../globals.ts';
import { EXIT, type Io } from '../io.ts';
import { outputOption } from '../output.ts';
import { addTarget, type TargetOptions } from '../target-options.ts';

interface VerifyOptions extends TargetOptions {
  readonly output: 'text' | 'markdown' | 'json';
}

/** `longshore verify PATH` */
export function register(program: Command, io: Io): void {
  addTarget(
    program
      .command('verify')
      .description(
        'Looks whether what the manifests rest on is there: roles, secrets, images, networks. Changes nothing.',
      ),
    'an Application manifest, or a folder or file of manifests',
  )
    .addOption(outputOption(['text', 'markdown', 'json']))
    .addHelpText(
      'after',
      '\nExits 0 when nothing is missing, 1 when something is that a sync would refuse to begin with, 2 when it cannot say.' +
        '\nWhat the credentials may not read is not checked, and named.',
    )
    .action(async (path: string, options: VerifyOptions, command: Command) => run(path, options, command, io));
}

async function run(path: string, options: VerifyOptions, command: Command, io: Io): Promise<void> {
  const [{ openSession }, { targetOf }, { progressFor }, render] = await Promise.all([
    import('../session.ts'),
    import('../target.ts'),
    import('../progress/progress.ts'),
    import('../../core/render/verified.ts'),
  ]);
  const globals = globalsOf(command);
  const target = await targetOf(resolve(io.cwd, path), options, io);
  const interruption = io.interruption();
  const progress = progressFor('text', globals.debug === true, io);
  const session = openSession(target, { globals, sink: progress.sink, io });
  try {
    const input = await session.load(interruption.signal);
    const verified = await session.engine.verify(input, interruption.signal);
    progress.end();
    const colours = { error: 'red', warning: 'yellow', unchecked: 'dim' } as const;
    const text = {
      text: () => render.verifiedText(verified, (severity, word) => io.style(colours[severity], word)),
      markdown: () => render.verifiedMarkdown(verified),
      json: () => render.verifiedJson(verified),
    };
    io.stdout(text[options.output]());
    io.exit(render.countsOf(verified).errors > 0 ? EXIT.failed : EXIT.ok);
  } finally {
    progress.end();
    await session.close();
    interruption.dispose();
  }
}
