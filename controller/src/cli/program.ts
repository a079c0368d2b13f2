import { Command } from 'commander';
import * as app from './commands/app.ts';
import * as apply from './commands/apply.ts';
import * as bootstrap from './commands/bootstrap.ts';
import * as completion from './commands/completion.ts';
import * as controller from './commands/controller.ts';
import * as exec from './commands/exec.ts';
import * as explain from './commands/explain.ts';
import * as iamPolicy from './commands/iam-policy.ts';
import * as init from './commands/init.ts';
import * as login from './commands/login.ts';
import * as logout from './commands/logout.ts';
import * as logs from './commands/logs.ts';
import * as plan from './commands/plan.ts';
import * as project from './commands/project.ts';
import * as restart from './commands/restart.ts';
import * as rollout from './commands/rollout.ts';
import * as run from './commands/run.ts';
import * as sandbox from './commands/sandbox.ts';
import * as scale from './commands/scale.ts';
import * as tasks from './commands/tasks.ts';
import * as token from './commands/token.ts';
import * as validate from './commands/validate.ts';
import * as verify from './commands/verify.ts';
import * as version from './commands/version.ts';
import { addGlobals } from './globals.ts';
import type { Io } from './io.ts';
import { packageVersion } from './package-version.ts';

/**
 * The command tree. Commands import what is heavy (AWS clients, the engine, the sandbox) inside their actions,
 * so that `longshore validate` starts fast.
 */
export function createProgram(io: Io): Command {
  const program = new Command('longshore')
    .description('GitOps for Amazon ECS: what Git says is planned, deployed, verified and kept.')
    .version(packageVersion(), '-V, --version', 'the version alone')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => io.colour,
      getErrHasColors: () => io.colour,
      outputError: (text, write) => write(io.style('red', text)),
    })
    .showSuggestionAfterError(true)
    .showHelpAfterError('(longshore COMMAND --help says more)')
    .exitOverride();
  addGlobals(program);
  for (const command of [
    init,
    validate,
    verify,
    plan,
    apply,
    explain,
    iamPolicy,
    bootstrap,
    sandbox,
    controller,
    app,
    rollout,
    tasks,
    logs,
    exec,
    scale,
    restart,
    run,
    project,
    token,
    login,
    logout,
    completion,
    version,
  ]) {
    command.register(program, io);
  }
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, or nothing differs; 1 differences (plan) or a failed operation (apply);' +
      '\n            2 could not be tried: wrong usage, invalid manifests, no access; 130 interrupted.',
  );
  return program;
}
