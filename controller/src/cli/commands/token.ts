import type { Command } from 'commander';
import type { Io } from '../io.ts';
import * as create from './token/create.ts';
import * as deleteToken from './token/delete.ts';
import * as list from './token/list.ts';

/** `longshore token ...` */
export function register(program: Command, io: Io): void {
  const token = program.command('token').description('Tokens for a controller: for CI, and for the first person.');
  for (const command of [create, list, deleteToken]) command.register(token, io);
}
