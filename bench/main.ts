// Runs every scenario in a process of its own and prints its figures; --out FILE keeps them as JSON.
// `npm run bench -- no-op-pass --services 10000` runs one, with arguments.
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figure } from './measure.ts';

const { values, positionals, tokens } = parseArgs({
  options: { out: { type: 'string' } },
  allowPositionals: true,
  strict: false,
  tokens: true,
});
const folder = join(import.meta.dirname, 'scenarios');
const all = globSync('*.ts', { cwd: folder }).toSorted();
const [wanted] = positionals;
const chosen = wanted === undefined ? all : all.filter((file) => basename(file, '.ts') === wanted);
if (chosen.length === 0) {
  console.error(`no scenario "${wanted}"; there are ${all.map((file) => basename(file, '.ts')).join(', ')}`);
  process.exit(2);
}
const passedOn = wanted === undefined ? [] : process.argv.slice(2 + (tokens[0]?.index ?? 0) + 1);

const figures: Figure[] = [];
for (const file of chosen) {
  const { stdout, status } = spawnSync(process.execPath, [join(folder, file), ...passedOn], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exitCode = 1;
  for (const line of stdout.split('\n').filter(Boolean)) figures.push(JSON.parse(line) as Figure);
}
console.table(
  figures.map(({ scenario, measure, value, unit, goal }) => ({
    scenario,
    measure,
    value: Number(value.toPrecision(4)),
    unit,
    goal: goal === undefined ? '' : Number(goal.toPrecision(4)),
    'of goal': goal === undefined ? '' : `${Math.round((value / goal) * 100)} %`,
  })),
);
if (typeof values.out === 'string') {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  writeFileSync(values.out, `${JSON.stringify({ at: new Date().toISOString(), machine, figures }, null, 2)}\n`);
  console.log(`written to ${values.out}`);
}
