import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { outputOption } from '../output.ts';
import { secondsOf, wholeNumber } from '../remote/values.ts';
import { withDesk } from '../rollouts/desk.ts';
import { addSubject } from '../rollouts/desk-options.ts';

interface ScaleOptions {
  readonly for: number;
  readonly output: 'text' | 'json';
}

const AN_HOUR_S = 3_600;

/** `longshore scale APP/SERVICE COUNT` */
export function register(program: Command, io: Io): void {
  addSubject(
    program.command('scale').description('Runs another number of tasks than Git says, for a while.'),
    'APP/SERVICE, such as shop/api',
  )
    .argument('<count>', 'how many tasks', wholeNumber)
    .addOption(
      new Option('--for <duration>', 'for how long, such as 30m or 2d')
        .argParser(secondsOf)
        .default(AN_HOUR_S, 'an hour'),
    )
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nThe number and its end are a tag of the service (longshore.dev/scale): plan and self-heal keep to it until then.' +
        '\nAfterwards the number of Git differs from AWS, and the next sync or self-heal sets it. --for 1s ends it.' +
        '\nWith a ScalingPolicy the number is set once, inside of its limits, and the autoscaler goes on from there.',
    )
    .action(async (text: string, count: number, options: ScaleOptions, command: Command) =>
      withDesk(command, io, { text, kind: 'Service' }, async (desk) => {
        const answer = await desk.scale({ count, forSeconds: options.for });
        if (options.output === 'json') io.stdout(`${JSON.stringify(answer)}\n`);
        else io.stdout(`${desk.application}/${desk.ref}: ${answer.message}\n`);
      }),
    );
}
