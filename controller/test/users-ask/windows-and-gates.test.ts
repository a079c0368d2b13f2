import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const ada = { kind: 'person', name: 'ada' } as const;
/** The world begins on Thursday, 1 January 2026, at midnight UTC. */
const deny = { kind: 'deny', schedule: '0 0 * * *', duration: '2h' } as const;

it('point 22: inside of a closed window an automated sync waits until it opens', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: {}, windows: [deny] } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(60));
  expect(world.world.cloud.summary()).toEqual([]);
  const condition = world.controller.state('shop')?.conditions.find(({ type }) => type === 'WindowClosed');
  expect(condition?.message).toBe('denied by the window "0 0 * * *" (Etc/UTC); it opens at 2026-01-01T02:00:00.000Z');
  expect(world.told('application.blocked')).toHaveLength(1);
  await world.pass(minutes(62));
  const [operation] = await world.controller.history('shop');
  expect(operation?.startedAt.slice(0, 16)).toBe('2026-01-01T02:00');
  await world.stop();
});

it('point 22: a person syncs in a closed window only where it says manualSync', async () => {
  const world = new ControllerWorld();
  world.declare('strict', { syncPolicy: { windows: [deny] } });
  world.declare('lenient', { syncPolicy: { windows: [{ ...deny, manualSync: true }] } });
  world.repository().commit({ strict: [manifest('Thing/a')], lenient: [manifest('Thing/b')] });
  world.start();
  await world.pass(minutes(5));
  await expect(world.controller.sync('strict', { initiator: ada })).rejects.toMatchObject({ code: 'WindowClosed' });
  expect(await world.controller.sync('lenient', { initiator: ada })).toMatchObject({ phase: 'Running' });
  await world.stop();
});

it('point 22: windows of the Project count for the Applications that they name; a running sync is not cut', async () => {
  const world = new ControllerWorld();
  world.projects.set('team', {
    sourceRepos: ['*'],
    destinations: [{ accountId: '*', regions: ['*'] }],
    windows: [{ kind: 'deny', schedule: '1 0 * * *', duration: '5h', applications: ['prod-*'] }],
  });
  world.declare('prod-shop', { project: 'team' });
  world.declare('test-shop', { project: 'team' });
  world.world.cloud.rolloutMs = minutes(10);
  world.repository().commit({ 'prod-shop': [manifest('Thing/a')], 'test-shop': [manifest('Thing/b')] });
  world.start();
  await world.pass(minutes(20));
  // It began before the window closed at 00:01.
  expect(await world.historyOf('prod-shop')).toEqual(['commit Succeeded r1']);
  world.repository().commit({
    'prod-shop': [manifest('Thing/a', { size: 2 })],
    'test-shop': [manifest('Thing/b', { size: 2 })],
  });
  await world.pass(minutes(20));
  expect(await world.historyOf('prod-shop')).toHaveLength(1);
  expect(await world.historyOf('test-shop')).toHaveLength(2);
  await world.stop();
});

it('point 22: behind a gate exactly the plan that a person approves is synced; another plan needs another yes', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: { prune: true }, gate: 'manual' } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(5));
  expect(world.world.cloud.summary()).toEqual([]);
  expect(world.conditionsOf('shop')).toContain('ApprovalNeeded');
  const [asked] = world.world.events.filter(({ code }) => code === 'application.approval');
  const first = asked?.data.plan as string;

  world.repository().commit({ shop: [manifest('Thing/api', { size: 3 })] });
  await world.pass(minutes(5));
  await expect(world.controller.sync('shop', { initiator: ada, approvePlan: first })).rejects.toMatchObject({
    code: 'ApprovalNeeded',
    message: expect.stringContaining('is out of date'),
  });
  await expect(world.controller.sync('shop', { initiator: ada })).rejects.toMatchObject({ code: 'ApprovalNeeded' });

  const second = world.world.events.findLast(({ code }) => code === 'application.approval')?.data.plan as string;
  expect(second).not.toBe(first);
  await world.controller.sync('shop', { initiator: ada, approvePlan: second });
  await world.pass(minutes(5));
  expect(await world.historyOf('shop')).toEqual(['person Succeeded r2']);
  expect(world.conditionsOf('shop')).toEqual(['Ready', 'Healthy']);
  await world.stop();
});

it('point 22: a yes that is given while a window is closed counts when it opens, also after a restart', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: {}, gate: 'manual', windows: [deny] } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(5));
  const { planId } = await import('../../src/engine/plan-id.ts');
  const plan = await world.controller.plan('shop', {}, new AbortController().signal);
  const approving = world.controller.sync('shop', { initiator: ada, approvePlan: planId(plan) });
  await expect(approving).rejects.toMatchObject({ code: 'WindowClosed' });
  await world.stop();
  world.start();
  await world.pass(minutes(180));
  expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1']);
  await world.stop();
});

it('point 22: a yes counts once: the same change of tomorrow asks again', async () => {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: { selfHeal: true }, gate: 'manual' } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(3));
  const yes = async (): Promise<void> => {
    const plan = world.world.events.findLast(({ code }) => code === 'application.approval')?.data.plan;
    await world.controller.sync('shop', { initiator: ada, approvePlan: plan as string });
    await world.pass(minutes(3));
  };
  await yes();
  const [thing] = [...world.world.cloud.things.values()];
  if (thing === undefined) throw new Error('there is no thing');
  for (let count = 1; count <= 2; count++) {
    thing.size = 9;
    await world.pass(minutes(20));
    expect(thing.size).toBe(9);
    expect(await world.historyOf('shop')).toHaveLength(count);
    await yes();
    expect(thing.size).toBe(1);
  }
  await world.stop();
});
