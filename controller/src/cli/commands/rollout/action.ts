import type { Command } from 'commander';
import type { RolloutActionName } from '../../../api/http/rollout.ts';
import type { Io } from '../../io.ts';
import { outputOption } from '../../output.ts';
import { wholeNumber } from '../../remote/values.ts';
import { withDesk } from '../../rollouts/desk.ts';
import { addSubject } from '../../rollouts/desk-options.ts';

interface ActionOptions {
  readonly watch?: true;
  readonly timeout: number;
  readonly output: 'text' | 'json';
}

/** `longshore rollout ACTION APP/SERVICE`, and `longshore restart APP/SERVICE`. */
export function registerAction(parent: Command, io: Io, action: RolloutActionName, description: string): void {
  addSubject(parent.command(action).description(description), 'APP/SERVICE, such as shop/api')
    .option('-w, --watch', 'then show how it goes, to its end')
    .option('--timeout <seconds>', 'with --watch: give up watching after this time', wholeNumber, 3600)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExits 0 when it was done, 2 when it was refused; with --watch 0 or 1 as the rollout ends.')
    .action(async (text: string, options: ActionOptions, command: Command) =>
      withDesk(command, io, { text, kind: 'Service' }, async (desk, signal) => {
        const [{ doneInWords, isOver }, { SHOWS_WITHIN_MS, watchRollout }, { line }] = await Promise.all([
          import('../../rollouts/words.ts'),
          import('../../rollouts/watch.ts'),
          import('../../rollouts/picture.ts'),
        ]);
        const before = options.watch === true ? await desk.rollout() : undefined;
        const view = await desk.act(action);
        if (before === undefined) {
          const said = `${desk.application}/${desk.ref} is ${doneInWords(action)}\n`;
          // What begins anew shows a moment later: until then what is over is no news.
          const isOld = (action === 'retry' || action === 'restart') && isOver(view);
          const shown = isOld ? `"longshore rollout watch --next" shows how it goes\n` : `${line(view)}\n`;
          io.stdout(options.output === 'json' ? `${JSON.stringify(view)}\n` : said + shown);
          return;
        }
        // What begins anew shows a moment later: until then the one before is no answer.
        const after = isOver(before) ? { after: { id: before.id, withinMs: SHOWS_WITHIN_MS } } : {};
        const watching = { output: options.output, timeoutSeconds: options.timeout, ...after };
        io.exit(await watchRollout(desk, watching, io, signal));
      }),
    );
}
