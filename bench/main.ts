// Runs scenarios, each in a process of its own, and prints their figures.
//   npm run bench                                       all of them
//   npm run bench -- --small                            all of them in small sizes, to see that they work
//   npm run bench -- no-op-pass --services 10000        one, with arguments of its own
//   npm run bench -- --out FILE ...                     keeps the figures as JSON as well
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, MB } from './measure.ts';

type Runs = Readonly<Record<string, readonly (readonly string[])[]>>;

/** How a scenario is run when nothing is said: once for each of these arguments. Those that are not named: once, without. */
const RUNS: Runs = {
  'no-op-pass': [
    ['--services', '1000'],
    ['--services', '1000', '--events', '100'],
    ['--services', '10000'],
    ['--services', '10000', '--max-old-space-size=512'],
    ['--services', '10000', '--events', '100'],
  ],
};

/** The same with `--small`: minutes in all. The figures mean little. */
const SMALL: Runs = {
  events: [['--services', '20', '--changes', '5']],
  growth: [['--applications', '10', '--hours', '6']],
  monorepo: [['--applications', '50']],
  'no-op-pass': [
    ['--services', '100'],
    ['--services', '100', '--events', '100'],
  ],
  'plan-warm-reads': [['--services', '100']],
  webhook: [['--applications', '10', '--commits', '5']],
};

/**
 * How V8 is to run a controller, and so a scenario, as the container image has it. The space for young objects of a large
 * machine alone takes 100 MB and makes nothing faster here. Garbage is collected on demand to see what is in use.
 */
const V8 = ['--expose-gc', '--max-semi-space-size=8'];

/** Arguments that are V8's. */
const isForV8 = (argument: string): boolean => /^--max-[a-z-]+-size=/.test(argument);

/** A figure, when it was taken, where, and what else went on there. */
interface Row extends Figure {
  readonly at: string;
  /** Processes that wanted a processor in the minute before the run began; more than there are cores is a busy machine. */
  readonly load: number;
  readonly machine: string;
}

const { values, positionals, tokens } = parseArgs({
  options: { out: { type: 'string' }, small: { type: 'boolean', default: false } },
  allowPositionals: true,
  strict: false,
  tokens: true,
});
const folder = join(import.meta.dirname, 'scenarios');
const all = globSync('*.ts', { cwd: folder })
  .map((file) => basename(file, '.ts'))
  .toSorted();
const [wanted] = positionals;
const chosen = wanted === undefined ? all : all.filter((scenario) => scenario === wanted);
if (chosen.length === 0) {
  console.error(`no scenario "${wanted}"; there are ${all.join(', ')}`);
  process.exit(2);
}
const named = tokens.find(({ kind }) => kind === 'positional');
const given = process.argv.slice(2 + (named?.index ?? process.argv.length) + 1);
const passedOn = given.filter((word, at) => word !== '--small' && word !== '--out' && given[at - 1] !== '--out');
const runsOf = (scenario: string): readonly (readonly string[])[] => {
  if (passedOn.length > 0) return [passedOn];
  return (values.small === true ? SMALL : RUNS)[scenario] ?? [[]];
};

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 1000 / MB)} GB, Node ${process.version}`;
const rows: Row[] = [];
for (const scenario of chosen) {
  for (const args of runsOf(scenario)) {
    console.error([scenario, ...args].join(' '));
    const measured = run(scenario, args);
    rows.push(...measured);
    // At once: a run of hours that is ended has something to show.
    if (typeof values.out === 'string') keep(values.out, measured);
  }
}
console.table(
  rows.map(({ scenario, measure, value, unit, goal }) => ({
    scenario,
    measure,
    value,
    unit,
    goal: goal ?? '',
    'of goal': goal === undefined || goal === 0 ? '' : `${Math.round((value / goal) * 100)} %`,
  })),
);
console.log(machine);
if (typeof values.out === 'string') console.log(`written to ${values.out}`);

function run(scenario: string, args: readonly string[]): readonly Row[] {
  const load = rounded(loadavg()[0] ?? 0, 2);
  const v8 = [...V8, ...args.filter(isForV8)];
  const own = args.filter((argument) => !isForV8(argument));
  const { stdout, status } = spawnSync(process.execPath, [...v8, join(folder, `${scenario}.ts`), ...own], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    console.error(`${scenario} failed`);
    process.exitCode = 1;
  }
  const at = new Date().toISOString();
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Row => {
      const figure = JSON.parse(line) as Figure;
      const goal = figure.goal === undefined ? {} : { goal: rounded(figure.goal) };
      return { ...figure, value: rounded(figure.value), ...goal, at, load, machine };
    });
}

function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}

/** Writes rows to a file. Those of scenarios that were not run now stay there as they are. */
function keep(file: string, measured: readonly Row[]): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Row[]) : [];
  const anew = new Set(measured.map(({ scenario }) => scenario));
  const kept = before.filter(({ scenario }) => !anew.has(scenario));
  const sorted = [...kept, ...measured].toSorted((a, b) =>
    a.scenario < b.scenario ? -1 : a.scenario > b.scenario ? 1 : 0,
  );
  writeFileSync(file, `[\n${sorted.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
}
