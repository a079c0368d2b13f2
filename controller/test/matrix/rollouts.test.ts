import { describe, expect, it } from 'vitest';
import { failureOf, runScenario } from './matrix.ts';
import { rollouts } from './rollouts.ts';
import { describeSample } from './sampled.ts';

describeSample(rollouts);

describe('a fault of AWS during a rollout', () => {
  it.each([
    ['lost-answers', 'codedeploy'],
    ['stale-reads', 'codedeploy'],
    ['lost-answers', 'progressive'],
    ['stale-reads', 'progressive'],
    ['lost-answers', 'canary'],
    ['stale-reads', 'canary'],
  ])(
    '%s, %s: one rollout, and the right end',
    async (fault, name) => {
      const scenario = rollouts.find((one) => one.name === name);
      if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
      const outcomes = await runScenario(scenario, { faults: { names: [fault], seeds: [1] } });
      expect(outcomes).toHaveLength(1);
      expect(outcomes.filter(({ problems }) => problems.length > 0).map(failureOf)).toEqual([]);
    },
    60_000,
  );
});
