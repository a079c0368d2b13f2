import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import { failureOf, runScenario } from './matrix.ts';
import { describeSample, isChange } from './sampled.ts';
import { scenarios } from './scenarios.ts';

/** Of Jobs, jobs.test.ts tries: not every fault may last as long there. */
const updates = scenarios.filter(({ name, withinAnHour }) => name.startsWith('update-') && withinAnHour !== true);

describeSample(scenarios.filter(isChange));

describe('a fault of AWS', () => {
  it.each(FAULTS.map((fault, index) => [fault.name, updates[index % updates.length]?.name ?? ''] as const))(
    '%s during %s: it is synced in the end, and nothing is deleted for it',
    async (fault, name) => {
      const scenario = scenarios.find((one) => one.name === name);
      if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
      const outcomes = await runScenario(scenario, { faults: { names: [fault], seeds: [1] } });
      expect(outcomes).toHaveLength(1);
      expect(outcomes.filter(({ problems }) => problems.length > 0).map(failureOf)).toEqual([]);
    },
    60_000,
  );
});
