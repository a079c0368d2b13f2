import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeploymentSpec } from '../../src/api/deployment.ts';
import { isEmpty } from '../../src/core/plan.ts';
import { renderText } from '../../src/core/render/text.ts';
import { ALL_STRATEGIES, type Strategy, strategyOf, transition } from '../../src/kinds/service/transitions.ts';
import { mutations } from '../converge.ts';
import { rest } from '../matrix/stage.ts';
import { CODE_DEPLOY_ROLE, DEPLOYMENTS, PRODUCTION, shop, TEST } from './shop.ts';
import { type Kept, keep, type Stand, stand } from './stand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Strategies with hardly a wait: here nothing but the way from one to the other is looked at. */
const QUICK: Readonly<Record<Strategy, DeploymentSpec>> = {
  Rolling: DEPLOYMENTS.Rolling,
  BlueGreen: { ...DEPLOYMENTS.BlueGreen, bakeMinutes: 0 },
  Linear: { ...DEPLOYMENTS.Linear, linear: { stepPercent: 50, stepBakeMinutes: 0 }, bakeMinutes: 0 },
  Canary: { ...DEPLOYMENTS.Canary, canary: { percent: 10, bakeMinutes: 0 }, bakeMinutes: 0 },
  CodeDeploy: {
    strategy: 'CodeDeploy',
    codeDeploy: {
      serviceRole: CODE_DEPLOY_ROLE,
      productionListener: { loadBalancer: 'public', port: 80 },
      testListener: { loadBalancer: 'public', port: 8080 },
    },
  },
  Progressive: {
    strategy: 'Progressive',
    progressive: { productionRule: PRODUCTION, testRule: TEST, steps: [{ weight: 50 }, { weight: 100 }] },
  },
};

/** Another setting of the same strategy. */
function otherwise(strategy: Strategy): DeploymentSpec {
  const { rolling, codeDeploy, progressive, ...deployment } = QUICK[strategy];
  if (rolling !== undefined) return { ...deployment, rolling: { ...rolling, minimumHealthyPercent: 50 } };
  if (codeDeploy !== undefined) return { ...deployment, codeDeploy: { ...codeDeploy, terminateBlueAfterMinutes: 5 } };
  if (progressive !== undefined) return { ...deployment, progressive: { ...progressive, bakeMinutes: 5 } };
  return { ...deployment, bakeMinutes: 5 };
}

async function expectNothingLeft(on: Stand, strategy: Strategy): Promise<void> {
  const plan = await on.plan();
  expect(isEmpty(plan), renderText(plan)).toBe(true);
  expect(await on.status()).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
  expect(strategyOf({ service: await on.service() })).toBe(strategy);
}

describe.each(ALL_STRATEGIES)('from %s', (from) => {
  let kept: Kept | undefined;
  beforeAll(async () => {
    await using on = await stand();
    // The second version is on the other side of the pair, wherever there are sides.
    for (const version of ['1', '2']) {
      on.commit(shop(version, QUICK[from]));
      expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    }
    await expectNothingLeft(on, from);
    // Tasks of the version before may stop a little later.
    await rest(on.world);
    kept = await keep(on);
  });
  afterAll(() => kept?.[Symbol.asyncDispose]());

  test(`to other settings of ${from}: in place`, async () => {
    await using on = await stand(kept);
    const before = await on.tasks();
    on.commit(shop('2', otherwise(from)));
    const began = on.world.sandbox.now();
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    expect(on.world.sandbox.now() - began).toBeLessThan(60_000);
    await expectNothingLeft(on, from);
    expect(await on.tasks()).toEqual(before);
  });

  const others = ALL_STRATEGIES.filter((to) => to !== from);
  const ways = others.map((to) => [to, transition(from, to).way] as const);

  test.each(ways.filter(([, way]) => way !== 'refused'))('to %s: %s', async (to) => {
    await using on = await stand(kept);
    const before = await on.tasks();
    on.commit(shop('2', QUICK[to]));
    const plan = await on.plan();
    expect(plan.refusals ?? [], renderText(plan)).toEqual([]);
    const changes = plan.waves.flat().flatMap((step) => step.changes.map((change) => ({ ref: step.ref, ...change })));
    expect(changes, renderText(plan)).toContainEqual(
      expect.objectContaining({ ref: 'Service/api', path: '/deployment/strategy', from, to }),
    );
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    await expectNothingLeft(on, to);
    await rest(on.world);
    const restarts = changes.some(({ effect }) => effect === 'restartsTasks');
    expect({ restarts, sameTasks: isDeepStrictEqual(await on.tasks(), before) }).toEqual({
      restarts: !transition(from, to).what.includes('no task restarts'),
      sameTasks: !restarts,
    });
    on.commit(shop('3', QUICK[to]));
    expect(await on.sync()).toMatchObject({ phase: 'Succeeded' });
    await expectNothingLeft(on, to);
  });

  test.each(ways.filter(([, way]) => way === 'refused'))('to %s: %s, before anything is changed', async (to) => {
    await using on = await stand(kept);
    on.commit(shop('2', QUICK[to]));
    const before = mutations(on.world.sandbox);
    const plan = await on.plan();
    expect(plan.refusals).toEqual([
      expect.objectContaining({ code: 'Impossible', message: expect.stringContaining('another name') }),
    ]);
    expect(await on.sync()).toMatchObject({ phase: expect.stringMatching(/^(Failed|Error)$/) });
    expect(mutations(on.world.sandbox)).toEqual(before);
    expect(strategyOf({ service: await on.service() })).toBe(from);
  });
});
