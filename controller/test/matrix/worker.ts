// One scenario in a process of its own: `node worker.ts create '{"crashes":{}}'` sends its outcomes to the parent.
import { type Part, runScenario } from './matrix.ts';
import type { Outcome } from './reference.ts';
import { scenarios } from './scenarios.ts';

const [name, part = '{}'] = process.argv.slice(2);
const scenario = scenarios.find((one) => one.name === name);
if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
const outcomes: readonly Outcome[] = await runScenario(scenario, JSON.parse(part) as Part);
process.send?.(outcomes);
