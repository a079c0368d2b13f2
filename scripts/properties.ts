// The property of every kind on a thousand specifications each. `npm run test:properties -- --kind TargetGroup --runs 50 --seed 7`
import { parseArgs } from 'node:util';
import { PROPERTIES } from '../controller/test/properties/all.ts';

const { values } = parseArgs({
  options: { kind: { type: 'string' }, runs: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
const chosen = Object.entries(PROPERTIES).filter(([kind]) => values.kind === undefined || values.kind === kind);
if (chosen.length === 0) throw new Error(`no kind "${values.kind}"; expected ${Object.keys(PROPERTIES).join(', ')}`);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
let failed = 0;

print(`seed ${seed}`);
for (const [kind, tryIt] of chosen) {
  const started = performance.now();
  try {
    const { specifications, fields } = await tryIt({ runs: Number(values.runs), seed });
    const changed = [...fields.values()].reduce((sum, count) => sum + count, 0);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    print(
      `ok   ${kind}: ${specifications} specifications applied, ${changed} changed by hand at ${fields.size} fields and healed (${seconds} s)`,
    );
  } catch (error) {
    failed += 1;
    print(`FAIL ${kind}: ${inWords(error)}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;

/** fast-check says which specification, its cause says what was wrong. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${inWords(error.cause)}\n${error.message}`;
}
