import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { withDesk } from '../../rollouts/desk.ts';
import { addSubject } from '../../rollouts/desk-options.ts';

/** `longshore rollout get APP/SERVICE` */
export function register(rollout: Command, io: Io): void {
  addSubject(
    rollout.command('get').description('Shows a rollout: the one in flight, or the last one.'),
    'APP/SERVICE, such as shop/api',
  )
    .addOption(outputOption(['text', 'json', 'yaml']))
    .action(async (text: string, { output }: { readonly output: 'text' | 'json' | 'yaml' }, command: Command) =>
      withDesk(command, io, { text, kind: 'Service' }, async (desk) => {
        const view = await desk.rollout();
        if (output === 'json') io.stdout(`${JSON.stringify(view, null, 2)}\n`);
        else if (output === 'yaml') io.stdout((await import('yaml')).stringify(view));
        else {
          const { picture } = await import('../../rollouts/picture.ts');
          const columns = io.stdoutIsTTY ? io.columns : Number.MAX_SAFE_INTEGER;
          io.stdout(`${picture(view, new Date().toISOString(), { ...io, columns }).join('\n')}\n`);
          if (view.allows.length > 0) io.stdout(`  can be asked for now: ${view.allows.join(', ')}\n`);
        }
      }),
    );
}
