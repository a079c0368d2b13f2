import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { groupWeights, trafficSteps } from './strategy.ts';
import { type ShiftSandbox, shiftSandbox } from './testing/shift-sandbox.ts';

describe('the shifts of a deployment', () => {
  const minute = 60_000;

  test('BLUE_GREEN moves all traffic at once', () => {
    expect(trafficSteps({ strategy: 'BLUE_GREEN' })).toEqual([{ percent: 100, bakeMs: 0 }]);
  });

  test('CANARY moves its percentage, waits, and moves the rest', () => {
    const canaryConfiguration = { canaryPercent: 2.5, canaryBakeTimeInMinutes: 3 };
    expect(trafficSteps({ strategy: 'CANARY', canaryConfiguration })).toEqual([
      { percent: 2.5, bakeMs: 3 * minute },
      { percent: 100, bakeMs: 0 },
    ]);
  });

  test('LINEAR moves equal increments, then what is left, and does not wait after the last', () => {
    const linearConfiguration = { stepPercent: 33.3, stepBakeTimeInMinutes: 1 };
    expect(trafficSteps({ strategy: 'LINEAR', linearConfiguration })).toEqual([
      { percent: 33.3, bakeMs: minute },
      { percent: 66.6, bakeMs: minute },
      { percent: 99.9, bakeMs: minute },
      { percent: 100, bakeMs: 0 },
    ]);
    expect(trafficSteps({ strategy: 'LINEAR' })).toHaveLength(10);
  });

  test('weights split traffic to a tenth of a percent', () => {
    expect(groupWeights(0.1)).toEqual({ blue: 999, green: 1 });
    expect(groupWeights(5)).toEqual({ blue: 950, green: 50 });
    expect(groupWeights(100)).toEqual({ blue: 0, green: 100 });
  });
});

describe('a deployment', () => {
  let on: ShiftSandbox;
  beforeEach(async () => {
    on = await shiftSandbox();
    await on.register();
  });
  afterEach(() => on.close());

  /** When green had which share of production traffic, in minutes since it had the first. */
  async function shares(): Promise<[number, number | undefined][]> {
    const seen: [number, number | undefined][] = [];
    let first = 0;
    await on.untilDeployment(({ status, targetServiceRevision: target }) => {
      const share = target?.requestedProductionTrafficWeight;
      if (share !== 0 && share !== seen.at(-1)?.[1]) {
        first ||= on.sandbox.now();
        seen.push([Math.round((on.sandbox.now() - first) / 60_000), share]);
      }
      return status !== 'IN_PROGRESS';
    });
    return seen;
  }

  test('with LINEAR gives green equal steps of production traffic, each with its bake time', async () => {
    const linearConfiguration = { stepPercent: 40, stepBakeTimeInMinutes: 2 };
    await on.deployed({ strategy: 'LINEAR', linearConfiguration, bakeTimeInMinutes: 0 });
    await on.update();
    expect(await shares()).toEqual([
      [0, 40],
      [2, 80],
      [4, 100],
    ]);
  });

  test('with CANARY gives green its percentage first, and the rest after the bake time of the canary', async () => {
    const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: 3 };
    await on.deployed({ strategy: 'CANARY', canaryConfiguration, bakeTimeInMinutes: 0 });
    const [serving, other] = (await on.servingGroup()) === 'one' ? ['one', 'two'] : ['two', 'one'];
    await on.update();
    await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT');
    expect(await on.weights(on.productionRule)).toEqual({ [serving]: 900, [other]: 100 });
    expect(await shares()).toEqual([
      [0, 10],
      [3, 100],
    ]);
    expect(await on.weights(on.productionRule)).toEqual({ [serving]: 0, [other]: 100 });
  });

  test('with a Network Load Balancer takes ten minutes more at both shift stages', async () => {
    await on.close();
    on = await shiftSandbox({ network: true });
    await on.register();
    await on.deployed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 });
    await on.update();
    const testing = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'TEST_TRAFFIC_SHIFT');
    const began = on.sandbox.now();
    expect(testing.targetServiceRevision).toMatchObject({
      requestedTestTrafficWeight: 100,
      requestedProductionTrafficWeight: 0,
    });
    await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT', 10_000);
    expect(Math.round((on.sandbox.now() - began) / 60_000)).toBe(10);
    await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP', 10_000);
    expect(Math.round((on.sandbox.now() - began) / 60_000)).toBe(20);
  });

  test('with Service Connect alone has shares of traffic without a load balancer', async () => {
    await on.register({ portMappings: [{ containerPort: 80, name: 'http' }] });
    const serviceConnectConfiguration = { enabled: true, namespace: 'local', services: [{ portName: 'http' }] };
    await on.deployed(
      { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
      { loadBalancers: [], serviceConnectConfiguration },
    );
    await on.update();
    const baking = await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
    expect(baking.targetServiceRevision).toMatchObject({
      requestedProductionTrafficWeight: 100,
      requestedTestTrafficWeight: 100,
    });
  });
});
