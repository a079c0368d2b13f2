import type { Command } from 'commander';
import type { Io } from '../io.ts';
import * as get from './project/get.ts';
import * as list from './project/list.ts';

/** `longshore project ...` */
export function register(program: Command, io: Io): void {
  const project = program
    .command('project')
    .description('Projects of a controller: what their Applications may do, and who may do what.');
  for (const command of [list, get]) command.register(project, io);
}
