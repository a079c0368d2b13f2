/** `npm run rollouts`: rolls out good and bad versions by every strategy under load, and prints what users saw of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rehearse, type Rehearsal, type Version, VERSIONS } from './rollouts/rehearse.ts';
import { STRATEGIES, type Strategy } from './rollouts/stage.ts';
import { failuresOf, lineOf } from './rollouts/verdict.ts';

const USAGE = `npm run rollouts -- [--strategy NAME]... [--version NAME]... [--speed 5] [--at-once 2] [--out FILE]

  --strategy   ${STRATEGIES.join(', ')}; default: all
  --version    ${VERSIONS.join(', ')}; default: all
  --speed      how many seconds of AWS's time pass in one of yours
  --at-once    how many rehearsals run side by side, each in a process of its own
  --out        keeps the figures as JSON
`;

const { values } = parseArgs({
  options: {
    strategy: { type: 'string', multiple: true, default: [...STRATEGIES] },
    version: { type: 'string', multiple: true, default: [...VERSIONS] },
    speed: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '2' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
  },
});

const strategies = known('strategy', values.strategy, STRATEGIES);
const versions = known('version', values.version, VERSIONS);
if (values.help) process.stdout.write(USAGE);
else if (values.alone) await alone(strategies[0] ?? 'rolling', versions[0] ?? 'good');
else await all();

/** In a process of its own: one rehearsal, its figures as a line of JSON. */
async function alone(strategy: Strategy, version: Version): Promise<void> {
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort());
  const rehearsal = await rehearse(strategy, version, Number(values.speed), ending.signal);
  process.stdout.write(`${JSON.stringify(rehearsal)}\n`);
}

async function all(): Promise<void> {
  const waiting = strategies.flatMap((strategy) => versions.map((version) => ({ strategy, version })));
  const rehearsals: Rehearsal[] = [];
  let wrong = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { strategy, version } = next;
      const rehearsal = await inProcess(strategy, version);
      const found = typeof rehearsal === 'string' ? [rehearsal] : failuresOf(rehearsal);
      if (typeof rehearsal !== 'string') rehearsals.push(rehearsal);
      if (found.length > 0) wrong += 1;
      const line = typeof rehearsal === 'string' ? `${strategy} ${version}` : lineOf(rehearsal);
      process.stdout.write(
        `${found.length === 0 ? 'ok  ' : 'FAIL'} ${line}\n${found.map((each) => `       ${each}\n`).join('')}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
  process.stdout.write(
    `${rehearsals.length - wrong} of ${strategies.length * versions.length} rehearsals went as they should\n`,
  );
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(rehearsals, undefined, 2)}\n`);
  if (wrong > 0) process.exitCode = 1;
}

/** The figures, or why there are none. */
async function inProcess(strategy: Strategy, version: Version): Promise<Rehearsal | string> {
  const script = fileURLToPath(import.meta.url);
  const args = ['--alone', '--strategy', strategy, '--version', version, '--speed', values.speed];
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let problems = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
  await once(child, 'close');
  const line = out.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as Rehearsal) : `it ended without figures: ${problems.trim()}`;
}

function known<Name extends string>(option: string, given: readonly string[], names: readonly Name[]): readonly Name[] {
  return given.map((name) => {
    const found = names.find((each) => each === name);
    if (found === undefined) throw new Error(`--${option} ${name}: expected one of ${names.join(', ')}`);
    return found;
  });
}
