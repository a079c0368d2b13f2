import type { Command } from 'commander';
import type { Io } from '../io.ts';
import * as deleteApp from './app/delete.ts';
import * as diff from './app/diff.ts';
import * as events from './app/events.ts';
import * as get from './app/get.ts';
import * as history from './app/history.ts';
import * as list from './app/list.ts';
import * as logs from './app/logs.ts';
import * as manifests from './app/manifests.ts';
import * as refresh from './app/refresh.ts';
import * as release from './app/release.ts';
import * as resources from './app/resources.ts';
import * as rollback from './app/rollback.ts';
import * as sync from './app/sync.ts';
import * as terminate from './app/terminate.ts';
import * as wait from './app/wait.ts';

/** `longshore app ...`: Applications of a controller, as `argocd app`. */
export function register(program: Command, io: Io): void {
  const app = program.command('app').description('Applications of a controller: see them, sync them, roll them back.');
  for (const command of [
    list,
    get,
    diff,
    sync,
    wait,
    history,
    rollback,
    release,
    resources,
    manifests,
    events,
    logs,
    refresh,
    terminate,
    deleteApp,
  ]) {
    command.register(app, io);
  }
}
