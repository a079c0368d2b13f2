import { FAULTS, tryFault } from './faults.ts';
import { pointsOf, type Selection, severalAtOnce, tryPoints } from './points.ts';
import { type Outcome, undisturbed } from './reference.ts';
import type { Scenario } from './scenario.ts';
import { begin } from './stage.ts';

/** What of the matrix is run on a scenario. */
export interface Part {
  /** Crash points; absent: none. */
  readonly crashes?: Selection;
  /** Faults by name, each with these seeds; absent: none. */
  readonly faults?: { readonly names: readonly string[]; readonly seeds: readonly number[] };
}

const HOUR_MS = 3_600_000;

/** Runs a part of the matrix on one scenario. @throws Error when its undisturbed run goes wrong. */
export async function runScenario(scenario: Scenario, { crashes, faults }: Part): Promise<readonly Outcome[]> {
  await using beginning = await begin(scenario);
  const reference = await undisturbed(scenario, beginning);
  const died = crashes === undefined ? [] : await tryPoints(reference, pointsOf(reference, crashes));
  const tried = FAULTS.filter(({ name, lastsMs = 0 }) => {
    const tooLong = scenario.withinAnHour === true && lastsMs >= HOUR_MS;
    return faults?.names.includes(name) === true && !tooLong && scenario.goesOn !== true;
  });
  const met = tried.flatMap((fault) => (faults?.seeds ?? []).map((seed) => ({ fault, seed })));
  return [...died, ...(await severalAtOnce(met, ({ fault, seed }) => tryFault(reference, fault, seed)))];
}

/** `create: 327 points tried, 327 converged`. */
export function summaryOf(name: string, outcomes: readonly Outcome[]): string {
  const converged = outcomes.filter(({ problems }) => problems.length === 0).length;
  return `${name}: ${outcomes.length} points tried, ${converged} converged`;
}

/** One line for what did not converge, and the command that tries it again. */
export function failureOf({ scenario, what, problems, again }: Outcome): string {
  return `${scenario}, ${what}: ${problems.join('; ')}\n  again: npm run test:matrix -- ${again.join(' ')}`;
}
