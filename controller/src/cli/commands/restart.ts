import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { registerAction } from './rollout/action.ts';

/** `longshore restart APP/SERVICE` */
export function register(program: Command, io: Io): void {
  registerAction(program, io, 'restart', 'Replaces all tasks of a service by new ones of the same revision.');
}
