import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { registerAction } from './rollout/action.ts';
import * as get from './rollout/get.ts';
import * as list from './rollout/list.ts';
import * as watch from './rollout/watch.ts';

/** `longshore rollout ...`: how a new revision replaces the old one, and what a person does about it. */
export function register(program: Command, io: Io): void {
  const rollout = program
    .command('rollout')
    .description('Rollouts of services: see them, promote them, take them back.')
    .addHelpText(
      'after',
      '\nAPP/SERVICE is a Service of an Application of the controller; with --path PATH it is SERVICE, and AWS is asked' +
        '\nitself, with your own credentials, as "plan" and "apply" do.',
    );
  for (const command of [list, get, watch]) command.register(rollout, io);
  registerAction(rollout, io, 'promote', 'Goes on with a rollout that waits, or skips the pause that it is in.');
  registerAction(rollout, io, 'pause', 'Stops a rollout where it is.');
  registerAction(rollout, io, 'resume', 'Goes on with a rollout that was paused.');
  registerAction(rollout, io, 'abort', 'Takes a rollout back now: all traffic to what served before.');
  registerAction(
    rollout,
    io,
    'retry',
    'Tries the revision once more whose rollout failed, and gives up the hold on it.',
  );
  registerAction(rollout, io, 'restart', 'Replaces all tasks by new ones of the same revision.');
}
