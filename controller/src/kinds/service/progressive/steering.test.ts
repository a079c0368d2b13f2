import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, freshPass } from '../../../../test/converge.ts';
import { serviceKind } from '../index.ts';
import { HOLD_TAG } from '../names.ts';
import { type Bed, bed, look, manifest, taskSets, turn, until, weights } from './testing/bed.ts';

let on: Bed;

beforeEach(async () => {
  on = await bed();
});
afterEach(() => on.close());

describe('a person', () => {
  test.each([0, 10, 50, 100])('aborts at %s percent: all traffic is back within two minutes', async (share) => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const desired = manifest(on, 'example/web:2', { bakeMinutes: 5 });
    const driver = serviceKind.driver(on.aws);
    await turn(on, desired);
    const live = await until(on, desired, (seen) => driver.rollout(seen)?.weights[on.alternate] === share);
    const decided = on.sandbox.now();
    await driver.act('abort', live, freshPass(on.drive));
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    expect(await weights(on, on.test)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    expect(on.sandbox.now() - decided).toBeLessThan(120_000);
    await expect(converge(on.drive, desired)).rejects.toThrow(/a person aborted it/);
    const after = await look(on, desired);
    expect(after.service.taskDefinition).toMatch(/:1$/);
    expect((await taskSets(on, after)).filter(({ status }) => status === 'ACTIVE')).toEqual([]);
  });

  test('promotes what waits for a person, and it goes on', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const desired = manifest(on, 'example/web:2', { steps: [{ weight: 20 }, { pause: 'Manual' }, { weight: 100 }] });
    const driver = serviceKind.driver(on.aws);
    const waiting = await until(on, desired, (seen) => driver.rollout(seen)?.phase === 'AwaitingPromotion');
    expect(driver.health(desired, waiting, new Date(on.sandbox.now()))).toMatchObject({ status: 'Suspended' });
    expect(await weights(on)).toMatchObject({ [on.alternate]: 20 });
    await on.sandbox.advance(3_600_000);
    await turn(on, desired);
    expect(await weights(on)).toMatchObject({ [on.alternate]: 20 });
    await driver.act('promote', await look(on, desired), freshPass(on.drive));
    await converge(on.drive, desired);
    expect(await weights(on)).toEqual({ [on.primary]: 0, [on.alternate]: 100 });
  });

  test('pauses and resumes', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const desired = manifest(on, 'example/web:2');
    const driver = serviceKind.driver(on.aws);
    const live = await until(on, desired, (seen) => driver.rollout(seen)?.weights[on.alternate] === 10);
    await driver.act('pause', live, freshPass(on.drive));
    await on.sandbox.advance(1_200_000);
    await turn(on, desired);
    const paused = await look(on, desired);
    expect(driver.rollout(paused)).toMatchObject({ phase: 'Paused', weights: { [on.alternate]: 10 } });
    await driver.act('resume', paused, freshPass(on.drive));
    await converge(on.drive, desired);
    expect(await weights(on)).toMatchObject({ [on.alternate]: 100 });
  });

  test('restarts: new tasks of the same revision by the same steps', async () => {
    const desired = manifest(on, 'example/web:1');
    const before = await converge(on.drive, desired);
    const driver = serviceKind.driver(on.aws);
    await driver.act('restart', before, freshPass(on.drive));
    const asked = await look(on, desired);
    expect(driver.rollout(asked)).toMatchObject({ phase: 'InProgress', needsUs: true });
    expect(driver.diff(desired, asked)).toEqual([]);
    await converge(on.drive, desired);
    const after = await look(on, desired);
    expect(after.service.taskDefinition).toBe(before.service.taskDefinition);
    expect((await taskSets(on, after)).find(({ status }) => status === 'PRIMARY')?.id).not.toBe(
      before.service.taskSets?.[0]?.id,
    );
    expect(driver.rollout(after)).toMatchObject({ phase: 'Succeeded' });
  });

  test('is told what is allowed now when something is not', async () => {
    const live = await converge(on.drive, manifest(on, 'example/web:1'));
    const attempt = serviceKind.driver(on.aws).act('promote', live, freshPass(on.drive));
    await expect(attempt).rejects.toThrow('allowed now: restart');
  });
});

describe('when Git moves during a rollout', () => {
  test('Supersede: the traffic goes back, and the newest revision comes through', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const second = manifest(on, 'example/web:2');
    const driver = serviceKind.driver(on.aws);
    await until(on, second, (seen) => driver.rollout(seen)?.weights[on.alternate] === 50);
    const third = manifest(on, 'example/web:3');
    await turn(on, third);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    const live = await converge(on.drive, third);
    expect(live.service.taskDefinition).toMatch(/:3$/);
    expect(live.tags[HOLD_TAG]).toBeUndefined();
    expect(driver.diff(third, live)).toEqual([]);
  });

  test('Supersede: back to what serves, the rollout is taken back and nothing is held', async () => {
    const first = manifest(on, 'example/web:1');
    await converge(on.drive, first);
    const driver = serviceKind.driver(on.aws);
    const second = manifest(on, 'example/web:2', { bakeMinutes: 10 });
    await until(on, second, (seen) => driver.rollout(seen)?.weights[on.alternate] === 100);
    const live = await converge(on.drive, first);
    expect(await weights(on)).toEqual({ [on.primary]: 100, [on.alternate]: 0 });
    expect(live.service.taskDefinition).toMatch(/:1$/);
    expect(driver.diff(first, live)).toEqual([]);
  });

  test('Queue: the rollout ends first', async () => {
    await converge(on.drive, manifest(on, 'example/web:1'));
    const second = manifest(on, 'example/web:2');
    const driver = serviceKind.driver(on.aws);
    const id = driver.rollout(
      await until(on, second, (seen) => driver.rollout(seen)?.weights[on.alternate] === 50),
    )?.id;
    const base = manifest(on, 'example/web:3');
    const third = {
      ...base,
      spec: { ...base.spec, deployment: { ...base.spec.deployment, onNewRevision: 'Queue' as const } },
    };
    await until(on, third, (seen) => seen.service.taskSets?.find(({ status }) => status === 'PRIMARY')?.id === id);
    await converge(on.drive, third);
    expect((await look(on, third)).service.taskDefinition).toMatch(/:3$/);
  });
});
