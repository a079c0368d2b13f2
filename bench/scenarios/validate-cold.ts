// `longshore validate` on a small folder in a new process, against a Node that does nothing.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { lowest, report } from '../measure.ts';

const ROOT = join(import.meta.dirname, '../..');
const RUNS = 15;
const LONGSHORE = ['controller/bin/longshore.js', 'validate', 'samples/quickstart/manifests'];

function milliseconds(args: readonly string[]): number {
  const started = performance.now();
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'ignore' });
  return performance.now() - started;
}

milliseconds(LONGSHORE); // fills the compile cache, as the first call on a machine does
const validate = lowest(Array.from({ length: RUNS }, () => milliseconds(LONGSHORE)));
const nothing = lowest(Array.from({ length: RUNS }, () => milliseconds(['-e', '0'])));
report({ scenario: 'validate-cold', measure: 'wall time', value: validate, unit: 'ms', goal: 300 });
report({ scenario: 'validate-cold', measure: 'times a Node that does nothing', value: validate / nothing, unit: 'x' });
