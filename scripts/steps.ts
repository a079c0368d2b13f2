import { spawnSync } from 'node:child_process';

/** One named thing to do: a program and its arguments, never a shell. */
export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

/** Runs every step, prints what failed, and gives the exit code: 0 when all passed. */
export function runSteps(steps: readonly Step[]): number {
  const failed: string[] = [];
  for (const { name, command } of steps) {
    const started = performance.now();
    const [program, ...args] = command;
    const { status, error } = spawnSync(program ?? '', args, { stdio: 'inherit' });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (error) console.error(`${name}: ${error.message}`);
    if (status !== 0) failed.push(name);
    console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  }
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
