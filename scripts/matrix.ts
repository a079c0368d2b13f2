// The crash and fault matrix: every call of every scenario, each way to die, then the faults of AWS, then real kills.
//   npm run test:matrix                                             everything
//   npm run test:matrix -- --scenario create --at 17 --way lost     one point
//   npm run test:matrix -- --scenario codedeploy --changes          every call that changes something
//   npm run test:matrix -- --scenario create --fault lost-answers --seed 2
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WAYS } from '../controller/test/matrix/death.ts';
import { FAULTS } from '../controller/test/matrix/faults.ts';
import { GOALS, tryKills } from '../controller/test/matrix/kills.ts';
import { failureOf, type Part, summaryOf } from '../controller/test/matrix/matrix.ts';
import type { Outcome } from '../controller/test/matrix/reference.ts';
import { scenarios } from '../controller/test/matrix/scenarios.ts';

const WORKER = fileURLToPath(new URL('../controller/test/matrix/worker.ts', import.meta.url));

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    at: { type: 'string' },
    way: { type: 'string' },
    share: { type: 'string', default: '1' },
    changes: { type: 'boolean' },
    fault: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true, default: ['1', '2'] },
    only: { type: 'string' },
  },
});

/** One of the known words; else the end, naming them. */
function oneOf<const Word extends string>(option: string, words: readonly Word[], given: string): Word {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  console.error(`--${option} ${given}: expected one of ${words.join(', ')}`);
  return process.exit(2);
}

const names = scenarios.map(({ name }) => name);
const only = values.only === undefined ? undefined : oneOf('only', ['crashes', 'faults', 'kills'], values.only);
const chosen = values.scenario?.map((given) => oneOf('scenario', only === 'kills' ? GOALS : names, given)) ?? names;
const faults = (values.fault ?? FAULTS.map(({ name }) => name)).map((given) =>
  oneOf(
    'fault',
    FAULTS.map(({ name }) => name),
    given,
  ),
);
const way = values.way === undefined ? undefined : oneOf('way', WAYS, values.way);
const at = values.at === undefined ? undefined : Number(values.at);
const points = at !== undefined || way !== undefined;
const wants = (what: typeof only, narrowed: boolean): boolean => (only === undefined ? narrowed : only === what);

const part: Part = {
  ...(wants('crashes', values.fault === undefined)
    ? { crashes: { at, way, share: Number(values.share), changes: values.changes } }
    : {}),
  ...(wants('faults', !points) ? { faults: { names: faults, seeds: values.seed.map(Number) } } : {}),
};

/** One scenario in a process of its own. One that cannot even run undisturbed is one point that failed. */
function run(scenario: string): Promise<readonly Outcome[]> {
  return new Promise((resolve) => {
    const failed = (problem: string): void =>
      resolve([{ scenario, what: 'undisturbed', again: ['--scenario', scenario], problems: [problem] }]);
    const child = fork(WORKER, [scenario, JSON.stringify(part)], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => void (words += text));
    child.once('message', (outcomes) => resolve(outcomes as readonly Outcome[]));
    child.once('error', (error) => failed(error.message));
    child.once('close', (code) => failed(`the worker ended with ${code}: ${words}`));
  });
}

const began = Date.now();
const all: Outcome[] = [];
const report = (name: string, outcomes: readonly Outcome[]): void => {
  all.push(...outcomes);
  console.log(summaryOf(name, outcomes));
  for (const outcome of outcomes) if (outcome.problems.length > 0) console.log(failureOf(outcome));
};
if (part.crashes !== undefined || part.faults !== undefined) {
  const queue = [...chosen];
  const drain = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) report(name, await run(name));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, drain));
}
if (wants('kills', values.scenario === undefined && values.fault === undefined && !points)) {
  report('kill', await tryKills(values.scenario));
}
const seconds = Math.round((Date.now() - began) / 1000);
console.log(`${summaryOf('total', all)} in ${seconds} s`);
process.exitCode = all.length > 0 && all.every(({ problems }) => problems.length === 0) ? 0 : 1;
