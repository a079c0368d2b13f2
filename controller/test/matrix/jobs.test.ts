import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import { failureOf, runScenario } from './matrix.ts';
import { scenarios } from './scenarios.ts';

const faults = FAULTS.filter(({ lastsMs = 0 }) => lastsMs < 3_600_000).map(({ name }) => name);

describe('a fault of AWS while a Job runs', () => {
  it.each(faults)(
    '%s: it runs once, whether or not the SDK tries again',
    async (fault) => {
      const scenario = scenarios.find(({ name }) => name === 'update-job');
      if (scenario === undefined) throw new Error('there is no scenario update-job');
      const outcomes = await runScenario(scenario, { faults: { names: [fault], seeds: [1, 2] } });
      expect(outcomes).toHaveLength(2);
      expect(outcomes.filter(({ problems }) => problems.length > 0).map(failureOf)).toEqual([]);
    },
    60_000,
  );
});
