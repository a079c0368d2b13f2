import { describe, expect, it } from 'vitest';
import { failureOf, runScenario } from './matrix.ts';
import { rollouts } from './rollouts.ts';
import type { Scenario } from './scenario.ts';

/** The scenario that `npm test` tries at every point; `npm run test:matrix` does so with all of them. */
const WHOLE = 'replace-cluster';
/** Share of the points of the others. */
const SHARE = 0.1;
/** A hook alone is more calls than most scenarios. */
const SHARE_OF_HOOKS = 0.04;
/** A rollout takes hundreds of calls, most of them looks that are like each other. */
const SHARE_OF_ROLLOUTS = 0.005;
const LIMIT_MS = 120_000;

/** The sample is in three test files, which run side by side: these scenarios in one, rollouts in one, others in the third. */
export function isChange({ name }: Scenario): boolean {
  return /^(create|update|restart|bad)/.test(name);
}

/** A test for each scenario: a seeded share of its points. */
export function describeSample(scenarios: readonly Scenario[]): void {
  describe('a process that dies at a call', () => {
    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      '%s: the next one comes to the same end',
      async (_name, scenario) => {
        const outcomes = await runScenario(scenario, { crashes: { share: shareOf(scenario) } });
        expect(outcomes.filter(({ problems }) => problems.length > 0).map(failureOf)).toEqual([]);
      },
      LIMIT_MS,
    );
  });
}

function shareOf(scenario: Scenario): number {
  if (scenario.name === WHOLE) return 1;
  if (rollouts.includes(scenario)) return SHARE_OF_ROLLOUTS;
  return scenario.hooks === true ? SHARE_OF_HOOKS : SHARE;
}
