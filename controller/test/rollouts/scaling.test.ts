import { expect, test, vi } from 'vitest';
import { isEmpty } from '../../src/core/plan.ts';
import { renderText } from '../../src/core/render/text.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { ALL_STRATEGIES, type Strategy } from '../../src/kinds/service/transitions.ts';
import { manifest } from '../applications.ts';
import { rest } from '../matrix/stage.ts';
import { DEPLOYMENTS, shop } from './shop.ts';
import { type Stand, stand } from './stand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** An autoscaler that takes the service from two tasks to ten at that time. */
function autoscaled(version: string, strategy: Strategy, at: Date): readonly Manifest[] {
  // No milliseconds and no zone: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
  const schedule = `at(${at.toISOString().slice(0, 19)})`;
  return [
    ...shop(version, DEPLOYMENTS[strategy], { desiredCount: undefined }),
    manifest('ScalingPolicy/api', {
      target: { service: 'api' },
      minCapacity: 2,
      maxCapacity: 10,
      targetTracking: [{ metric: 'ECSServiceAverageCPUUtilization', targetValue: 70 }],
      scheduled: [{ schedule, minCapacity: 10, maxCapacity: 10 }],
    }),
  ];
}

/** What each side is to run and runs, those that have anything. */
async function sides(on: Stand): Promise<readonly (readonly [desired: number, running: number])[]> {
  const { deployments = [], taskSets = [] } = await on.service();
  const ofDeployments = deployments.map(
    ({ desiredCount = 0, runningCount = 0 }) => [desiredCount, runningCount] as const,
  );
  const ofSets = taskSets.map(
    ({ computedDesiredCount = 0, runningCount = 0 }) => [computedDesiredCount, runningCount] as const,
  );
  return [...ofDeployments, ...ofSets];
}

/** When both sides stand, and when the autoscaler comes, in milliseconds of AWS's time after the beginning. */
const MOMENTS: Readonly<Record<Strategy, readonly [autoscaler: number, look: number]>> = {
  Rolling: [12_000, 15_000],
  BlueGreen: [40_000, 75_000],
  Linear: [40_000, 75_000],
  Canary: [40_000, 75_000],
  CodeDeploy: [40_000, 75_000],
  Progressive: [40_000, 75_000],
};

test.each(ALL_STRATEGIES)(
  'an autoscaler goes from 2 tasks to 10 during a rollout by %s: both sides keep that, and nothing of ours sets it back',
  async (strategy) => {
    await using on = await stand();
    const [autoscaler, look] = MOMENTS[strategy];
    const at = new Date(on.world.sandbox.now() + 600_000);
    on.commit(autoscaled('1', strategy, at));
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    expect((await on.service()).desiredCount).toBe(2);
    await on.world.clock.sleep(at.getTime() - autoscaler - on.world.sandbox.now());
    const updates = on.world.sandbox.calls()['ecs:UpdateService'] ?? 0;
    on.commit(autoscaled('2', strategy, at));
    await on.syncFor(look);
    expect((await on.service()).desiredCount).toBe(10);
    if (strategy !== 'Rolling') {
      expect(await sides(on)).toEqual([
        [10, 10],
        [10, 10],
      ]);
    }
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    await rest(on.world);
    expect((await on.service()).desiredCount).toBe(10);
    expect(await on.tasks()).toHaveLength(10);
    expect(await sides(on)).toEqual([[10, 10]]);
    // The one that deploys.
    const byEcs = strategy !== 'CodeDeploy' && strategy !== 'Progressive';
    expect((on.world.sandbox.calls()['ecs:UpdateService'] ?? 0) - updates).toBe(byEcs ? 1 : 0);
    const plan = await on.plan();
    expect(isEmpty(plan), renderText(plan)).toBe(true);
  },
);
