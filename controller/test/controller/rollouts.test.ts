import { expect, it } from 'vitest';
import { TerminalError } from '../../src/core/errors.ts';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const ada = { kind: 'person', name: 'ada' } as const;
const never = new AbortController().signal;

const shop = (version: string) => [manifest('Base/main'), manifest('Thing/api', { version })];

/** Without automation, at version v1; from then on rollouts have to be carried. */
async function carried(syncPolicy = {}): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy });
  world.repository().commit({ shop: shop('v1') });
  world.start();
  await world.pass(minutes(1));
  if ((await world.controller.history('shop')).length === 0) await world.controller.sync('shop', { initiator: ada });
  await world.pass(minutes(3));
  world.world.cloud.needsUs = true;
  return world;
}

async function begun(world: ControllerWorld): Promise<void> {
  world.repository().commit({ shop: shop('v2') });
  await world.controller.sync('shop', { initiator: ada });
  await world.pass(10_000);
  expect((await world.controller.rollout('shop', 'Thing/api', never)).rollout).toMatchObject({
    phase: 'InProgress',
    needsUs: true,
  });
}

it('a rollout that needs the controller is carried on after its operation was ended, by one operation that says so', async () => {
  const world = await carried();
  await begun(world);
  await world.controller.terminate('shop', 'ada');
  await world.pass(minutes(5));
  expect(await world.historyOf('shop')).toEqual(['person Succeeded r1', 'person Failed r2', 'rollout Succeeded r2']);
  const last = (await world.controller.history('shop')).at(-1);
  expect(last).toMatchObject({
    carriesOn: ['Thing/api'],
    resources: ['Thing:api'],
    message: 'brought the rollout of Thing/api to its end',
    results: [{ rollout: { phase: 'Succeeded', strategy: 'ROLLING', target: 'v2' } }],
  });
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});

it('after a restart it is carried on as well, also where automation is off and Git has moved on', async () => {
  const world = await carried();
  await begun(world);
  await world.controller.terminate('shop', 'ada');
  world.repository().commit({ shop: shop('v3') });
  await world.stop();
  world.start();
  await world.pass(minutes(5));
  const last = (await world.controller.history('shop')).at(-1);
  expect(last).toMatchObject({ carriesOn: ['Thing/api'], phase: 'Succeeded', revision: 'r2' });
  const api = [...world.world.cloud.things.values()].find(({ name }) => name.includes('api'));
  expect([api?.version, world.stateOf('shop')]).toEqual(['v2', 'OutOfSync, Healthy']);
  await world.stop();
});

it('hooks do not run again when a rollout is carried on', async () => {
  const world = await carried();
  await begun(world);
  await world.controller.terminate('shop', 'ada');
  await world.pass(minutes(5));
  const { plan } = (await world.controller.history('shop')).at(-1) ?? {};
  expect([plan?.hooks, plan?.waves.flat().map(({ ref }) => ref)]).toEqual([undefined, ['Thing/api']]);
  await world.stop();
});

it('what keeps failing is carried on less and less often', async () => {
  const world = await carried();
  await begun(world);
  await world.controller.terminate('shop', 'ada');
  const { cloud } = world.world;
  cloud.failNext = Array.from({ length: 100 }, () => new TerminalError('AccessDenied', 'you may not'));
  await world.pass(minutes(20));
  const tries = (await world.controller.history('shop')).filter(({ carriesOn }) => carriesOn !== undefined);
  expect(tries.length).toBeGreaterThan(1);
  expect(tries.length).toBeLessThan(10);
  cloud.failNext = [];
  await world.pass(minutes(10));
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});

it('a person steers beside the operation that runs, and is told what is not allowed', async () => {
  const world = await carried();
  await begun(world);
  await expect(world.controller.act('shop', 'Thing/api', 'resume', 'ada', never)).rejects.toMatchObject({
    code: 'NotAllowed',
    message: 'cannot resume what is InProgress; allowed: promote, abort',
  });
  await world.controller.act('shop', 'Thing/api', 'promote', 'ada', never);
  await world.pass(10_000);
  expect(await world.historyOf('shop')).toEqual(['person Succeeded r1', 'person Succeeded r2']);
  expect(world.told('resource.acted', 'shop')).toEqual(['ada: promote']);
  await world.stop();
});

it('an aborted rollout is a failed operation with the rollout on record', async () => {
  const world = await carried();
  await begun(world);
  await world.controller.act('shop', 'Thing/api', 'abort', 'ada', never);
  await world.pass(minutes(1));
  const last = (await world.controller.history('shop')).at(-1);
  expect(last).toMatchObject({ phase: 'Failed', results: [{ ref: 'Base/main' }, { ref: 'Thing/api' }] });
  expect(last?.results[1]?.rollout).toMatchObject({
    target: 'v2',
    phase: 'Failed',
    cause: 'v2 did not come up',
    steps: [{ name: 'replace', status: 'Failed' }],
  });
  await world.stop();
});

it('a restart begins a rollout that the controller brings to its end', async () => {
  const world = await carried();
  const before = await world.controller.rollout('shop', 'Thing/api', never);
  const after = await world.controller.act('shop', 'Thing/api', 'restart', 'ada', never);
  expect(after.rollout.id).not.toBe(before.rollout.id);
  await world.pass(minutes(2));
  expect(await world.historyOf('shop')).toEqual(['person Succeeded r1', 'rollout Succeeded r1']);
  expect((await world.controller.rollouts('shop', never)).map(({ ref, rollout }) => `${ref} ${rollout.phase}`)).toEqual(
    ['Base/main Succeeded', 'Thing/api Succeeded'],
  );
  await world.stop();
});

it('names nobody has are refused with the nearest, before any operation is recorded', async () => {
  const world = await carried();
  await expect(world.controller.rollout('shop', 'Thing/apu', never)).rejects.toThrow('did you mean "Thing/api"?');
  await expect(world.controller.runJob('shop', 'Thing/api', 'ada')).rejects.toThrow(
    'Thing/api cannot be run, expected a Job',
  );
  await expect(world.controller.tasks('shop', 'Base/main', never)).rejects.toThrow('Base/main has no tasks');
  const wrong = world.controller.sync('shop', { initiator: ada, resources: ['Thing:apu'] });
  await expect(wrong).rejects.toMatchObject({ code: 'BadSelector', message: expect.stringContaining('Thing:api') });
  expect(await world.historyOf('shop')).toEqual(['person Succeeded r1']);
  await world.stop();
});

it('a rollback takes the id of a rollout, and goes to the manifests that it came with', async () => {
  const world = await carried();
  world.world.cloud.needsUs = false;
  const first = (await world.controller.history('shop'))[0];
  const id = first?.results.find(({ ref }) => ref === 'Thing/api')?.rollout?.id ?? '';
  await begunAndDone(world);
  const back = await world.controller.rollback('shop', id, 'ada');
  expect(back).toMatchObject({ revision: 'r1', initiator: { kind: 'rollback' } });
  await expect(world.controller.rollback('shop', 'no-such', 'ada')).rejects.toThrow(/in progress/u);
  await world.stop();
});

async function begunAndDone(world: ControllerWorld): Promise<void> {
  world.repository().commit({ shop: shop('v2') });
  await world.controller.sync('shop', { initiator: ada });
  await world.pass(minutes(2));
  expect((await world.historyOf('shop')).at(-1)).toBe('person Succeeded r2');
}

/** Automated, at v1, with a rollout to v2 under way that takes half an hour. */
async function rolling(spec = {}): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: {} } });
  world.repository().commit({ shop: shop('v1') });
  world.start();
  await world.pass(minutes(5));
  world.world.cloud.rolloutMs = minutes(30);
  world.repository().commit({ shop: [manifest('Base/main'), manifest('Thing/api', { version: 'v2', ...spec })] });
  await world.pass(minutes(5));
  expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1', 'commit Running r2']);
  world.world.cloud.rolloutMs = 30_000;
  return world;
}

it('a new revision takes over a rollout that is under way, and does not wait for it', async () => {
  const world = await rolling();
  world.repository().commit({ shop: shop('v3') });
  await world.pass(minutes(5));
  const history = await world.controller.history('shop');
  expect(history.slice(1).map(({ phase, message }) => [phase, message])).toEqual([
    ['Failed', 'superseded by r3'],
    ['Succeeded', 'successfully synced'],
  ]);
  expect(world.stateOf('shop')).toBe('Synced, Healthy');
  await world.stop();
});

it('with onNewRevision Queue the rollout ends first', async () => {
  const deployment = { onNewRevision: 'Queue' };
  const world = await rolling({ deployment });
  world.repository().commit({ shop: [manifest('Base/main'), manifest('Thing/api', { version: 'v3', deployment })] });
  await world.pass(minutes(10));
  expect((await world.historyOf('shop')).at(-1)).toBe('commit Running r2');
  await world.pass(minutes(40));
  expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1', 'commit Succeeded r2', 'commit Succeeded r3']);
  await world.stop();
});

it('a new revision that changes something else waits for the end', async () => {
  const world = await rolling();
  const v2 = manifest('Thing/api', { version: 'v2' });
  world.repository().commit({ shop: [manifest('Base/main', { note: 'new' }), v2] });
  await world.pass(minutes(10));
  expect((await world.historyOf('shop')).at(-1)).toBe('commit Running r2');
  await world.pass(minutes(30));
  expect((await world.historyOf('shop')).slice(1)).toEqual(['commit Succeeded r2', 'commit Succeeded r3']);
  await world.stop();
});

it('what a person began is theirs to end', async () => {
  const world = await rolling();
  await world.pass(minutes(40));
  world.world.cloud.rolloutMs = minutes(30);
  world.repository().commit({ shop: shop('v3') });
  await world.controller.sync('shop', { initiator: ada });
  world.repository().commit({ shop: shop('v4') });
  await world.pass(minutes(10));
  expect((await world.historyOf('shop')).at(-1)).toBe('person Running r3');
  await world.controller.terminate('shop', 'ada');
  await world.stop();
});
