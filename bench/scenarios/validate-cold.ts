// `longshore validate` on a small folder in a new process, against a Node that does nothing.
import { execFileSync } from 'node:child_process';
import { median, report } from '../measure.ts';

const runs = 9;
const longshore = ['controller/bin/longshore.js', 'validate', 'samples/quickstart/manifests'];

function milliseconds(args: readonly string[]): number {
  const started = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - started;
}

milliseconds(longshore); // fills the compile cache, as the first call on a machine does
const validate = median(Array.from({ length: runs }, () => milliseconds(longshore)));
const nothing = median(Array.from({ length: runs }, () => milliseconds(['-e', '0'])));
report({ scenario: 'validate-cold', measure: 'wall time', value: validate, unit: 'ms', goal: 300 });
report({ scenario: 'validate-cold', measure: 'times a Node that does nothing', value: validate / nothing, unit: 'x' });
