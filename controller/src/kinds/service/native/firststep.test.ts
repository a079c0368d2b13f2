import { afterEach, beforeEach, expect, test } from 'vitest';
import { converge, converged, freshPass, mutations } from '../../../../test/converge.ts';
import { overRules, type Shifting, shifting } from '../../../../test/shifting.ts';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired } from '../../../core/driver.ts';
import { serviceKind } from '../index.ts';
import type { ServiceLive } from '../live.ts';
import { FIRST_STEP_TAG, HOLD_TAG } from '../names.ts';

let on: Shifting;
beforeEach(async () => {
  on = await shifting();
});
afterEach(() => on.close());

const driver = () => serviceKind.driver(on.aws);
const rolling: DeploymentSpec = { strategy: 'Rolling' };
const canary = overRules({ strategy: 'Canary', canary: { percent: 10, bakeMinutes: 1 } });
const updates = () => mutations(on.sandbox)['ecs:UpdateService'] ?? 0;

/** Somebody aborts the rolling deployment that brings the rules. */
async function aborted(desired: Desired<ServiceSpec>): Promise<void> {
  const last = (await on.deployments(desired)).length;
  let live: ServiceLive = await on.look(desired);
  for (let round = 0; (await on.deployments(desired)).length === last; round++) {
    if (round > 20) throw new Error('the first step never begins');
    await driver().ensure(desired, live, freshPass(on.drive));
    live = await on.look(desired);
  }
  await driver().act('abort', live, freshPass(on.drive));
  await on.pass(120_000);
}

test('the first step to another strategy that fails is held, not tried for ever', async () => {
  await converge(on.drive, on.desired('example/good:1', rolling));
  const desired = on.desired('example/good:2', canary);
  await aborted(desired);
  const before = updates();
  await expect(converge(on.drive, desired)).rejects.toThrow(/the rollout of Service\/api failed/);
  await expect(converge(on.drive, desired)).rejects.toThrow(/is held/);
  expect(updates()).toBe(before);
  const live = await on.look(desired);
  expect(driver().health(desired, live, new Date(on.sandbox.now()))).toMatchObject({
    status: 'Degraded',
    reason: 'Held',
  });
});

test('Git clears the hold: what it says then is tried', async () => {
  await converge(on.drive, on.desired('example/good:1', rolling));
  const desired = on.desired('example/good:2', canary);
  await aborted(desired);
  await expect(converge(on.drive, desired)).rejects.toThrow();
  const next = on.desired('example/good:3', canary);
  const live = await converge(on.drive, next);
  expect([live.service.deploymentConfiguration?.strategy, live.tags[HOLD_TAG], live.tags[FIRST_STEP_TAG]]).toEqual([
    'CANARY',
    undefined,
    undefined,
  ]);
  await on.pass(120_000);
  expect((await converged(on.drive, next)).health.status).toBe('Healthy');
});

test('a person who retries has it tried again', async () => {
  await converge(on.drive, on.desired('example/good:1', rolling));
  const desired = on.desired('example/good:2', canary);
  await aborted(desired);
  await expect(converge(on.drive, desired)).rejects.toThrow();
  await driver().act('retry', await on.look(desired), freshPass(on.drive));
  const live = await converge(on.drive, desired);
  expect(live.service.deploymentConfiguration?.strategy).toBe('CANARY');
});

test('Git that goes back to Rolling has what runs already: Healthy, without a deployment', async () => {
  const first = on.desired('example/good:1', rolling);
  await converge(on.drive, first);
  const desired = on.desired('example/good:2', canary);
  await aborted(desired);
  await expect(converge(on.drive, desired)).rejects.toThrow();
  const before = updates();
  expect((await converge(on.drive, first)).tags[HOLD_TAG]).toBeUndefined();
  expect(updates()).toBe(before);
  expect((await converged(on.drive, first)).health.status).toBe('Healthy');
  expect(driver().diff(first, await on.look(first))).toEqual([]);
});
