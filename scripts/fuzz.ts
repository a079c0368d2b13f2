// Mutation fuzzing of what reads untrusted input. `npm run fuzz -- --seconds 60 --seed 7`; input n of a seed is the same
// on every machine. A failure is made as small as it gets and written to a file; `--input FILE --target NAME` tries it.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attempt } from './fuzz/attempt.ts';
import { fuzz, TARGETS } from './fuzz/fuzz.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string' },
    input: { type: 'string' },
  },
});
const names = TARGETS.map(({ name }) => name);
const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
if (targets.length === 0 || !(seconds > 0) || !Number.isSafeInteger(seed)) {
  console.error(`expected --seconds N --seed N [--target ${names.join('|')} [--input FILE]]`);
  process.exit(2);
}

if (values.input !== undefined) {
  const input = new Uint8Array(readFileSync(values.input));
  for (const target of targets) console.log(`${target.name}: ${attempt(target, input) ?? 'nothing is wrong'}`);
} else {
  const end = performance.now() + seconds * 1000;
  const { inputs, failures } = fuzz({ seed, targets, goesOn: () => performance.now() < end });
  for (const { target, message, input } of failures) {
    const file = join(mkdtempSync(join(tmpdir(), 'longshore-fuzz-')), target);
    writeFileSync(file, input);
    console.error(`${target}: ${message}\n  npm run fuzz -- --target ${target} --input ${file}`);
  }
  console.log(`${inputs} inputs, ${failures.length} failures (seed ${seed})`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
