import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { wholeNumber } from '../../remote/values.ts';
import { untilInterruptedAt } from '../../rollouts/desk.ts';
import { addSubject } from '../../rollouts/desk-options.ts';

const A_DAY_S = 86_400;

/** `longshore rollout watch APP/SERVICE` */
export function register(rollout: Command, io: Io): void {
  addSubject(
    rollout.command('watch').description('Shows how a rollout goes, to its end, or until Ctrl-C.'),
    'APP/SERVICE, such as shop/api',
  )
    .option('-n, --next', 'the next one, where the last one is over')
    .option('--timeout <seconds>', 'give up watching after this time; the rollout goes on', wholeNumber, A_DAY_S)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExits 0 when it succeeded, 1 when it failed or was rolled back, 130 after Ctrl-C.')
    .action(
      async (
        text: string,
        { timeout, output, next }: { readonly timeout: number; readonly output: 'text' | 'json'; readonly next?: true },
        command: Command,
      ) =>
        untilInterruptedAt(command, io, { text, kind: 'Service' }, async (desk, signal) => {
          const [{ watchRollout }, { isOver }] = await Promise.all([
            import('../../rollouts/watch.ts'),
            import('../../rollouts/words.ts'),
          ]);
          const last = next === true ? await desk.rollout() : undefined;
          const after = last !== undefined && isOver(last) ? { after: { id: last.id } } : {};
          io.exit(await watchRollout(desk, { output, timeoutSeconds: timeout, ...after }, io, signal));
        }),
    );
}
