import { describe, expect, it } from 'vitest';
import { application, manifest } from '../../test/applications.ts';
import { actions, engineWorld, never, sync } from '../../test/engine-world.ts';
import { isEmpty } from '../core/plan.ts';
import { memoryStore } from './stores/memory.ts';

/** A Base of a shape that can only be set at creation, and a Thing that refers to it. */
const shaped = (shape: string, extra: object = {}) =>
  application([manifest('Base/main', { shape, ...extra }), manifest('Thing/api', { note: '${Base/main:id}' })]);

/** Two Bases of a shape. */
const two = (shape: string) => application([manifest('Base/a', { shape }), manifest('Base/b', { shape })]);

/** A Base that exists already and carries these tags, and an engine that has nothing on record. */
async function withForeign(tags: Record<string, string>) {
  const world = engineWorld();
  await sync(world, application([manifest('Base/main', { nameOverride: 'main', note: 'theirs' })]));
  const [thing] = [...world.cloud.things.values()];
  if (thing) thing.tags = tags;
  world.cloud.parameters.clear();
  return { world, engine: world.restart(memoryStore()) };
}

describe('pruning', () => {
  const policy = { automated: { prune: true }, maxDeletions: 10 };
  const three = [
    manifest('Base/main'),
    manifest('Thing/api', { needs: ['Base/main'] }),
    manifest('Scaler/api', { scales: { on: 'Thing/api', min: 1, max: 2 } }),
  ];

  it('deletes what the source has no more, in reverse order, and forgets it', async () => {
    const world = engineWorld();
    await sync(world, application(three, policy));
    const rest = application([manifest('Base/other')], policy);
    const plan = await world.engine.plan(rest, {}, never);
    expect(actions(plan)).toEqual([
      ['create Base/other'],
      ['delete Scaler/api'],
      ['delete Thing/api'],
      ['delete Base/main'],
    ]);
    const operation = await sync(world, rest);
    expect(operation.results.map((result) => `${result.status} ${result.ref}`)).toEqual([
      'Synced Base/other',
      'Pruned Scaler/api',
      'Pruned Thing/api',
      'Pruned Base/main',
    ]);
    expect(world.cloud.summary()).toHaveLength(1);
    expect([...world.cloud.parameters.keys()]).toEqual(['/longshore/test/shop/Base/other']);
    expect((await world.engine.status(rest, never)).status).toMatchObject({ sync: 'Synced' });
  });

  it('deletes nothing while pruning is off, and says so', async () => {
    const world = engineWorld();
    await sync(world, application(three, {}));
    const rest = application(three.slice(0, 2), {});
    const operation = await sync(world, rest);
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    expect(operation.results.at(-1)).toMatchObject({ ref: 'Scaler/api', status: 'PruneSkipped' });
    expect(world.cloud.summary()).toHaveLength(3);
    expect((await world.engine.status(rest, never)).status).toMatchObject({ sync: 'OutOfSync' });
    expect(await sync(world, rest, { prune: true })).toMatchObject({ phase: 'Succeeded' });
    expect(world.cloud.summary()).toHaveLength(2);
  });

  it('refuses an empty source, and more deletions than allowed unless a person says yes', async () => {
    const world = engineWorld();
    await sync(world, application(three));
    expect(await sync(world, application([]), { approved: true })).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('would delete all 3 resources'),
    });
    const one = application(three.slice(0, 1));
    expect(await sync(world, one)).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining(
        '2 resources would be deleted or replaced (Scaler/api, Thing/api), more than maxDeletions allows (1)',
      ),
    });
    expect(world.cloud.summary()).toHaveLength(3);
    expect(await sync(world, one, { approved: true })).toMatchObject({ phase: 'Succeeded' });
    expect(world.cloud.summary()).toHaveLength(1);
    expect(await sync(world, application([], { automated: { prune: true, allowEmpty: true } }))).toMatchObject({
      phase: 'Succeeded',
    });
    expect(world.cloud.summary()).toEqual([]);
  });

  it.each([
    ['deletionPolicy Retain', { deletionPolicy: 'Retain' }, undefined],
    ['sync option Prune=false', {}, { 'longshore.dev/sync-options': 'Prune=false' }],
  ])('keeps what says %s, and lets go of it', async (_name, spec, annotations) => {
    const world = engineWorld();
    await sync(world, application([manifest('Base/main'), manifest('Thing/kept', spec, annotations)]));
    const rest = application([manifest('Base/main')]);
    const operation = await sync(world, rest);
    expect(operation.results.at(-1)).toMatchObject({ ref: 'Thing/kept', status: 'PruneSkipped' });
    expect(world.cloud.summary()).toHaveLength(2);
    expect((await world.engine.status(rest, never)).status).toMatchObject({ sync: 'Synced' });
    // Back in the source, it is ours again: its tags say so.
    expect(
      actions(
        await world.engine.plan(
          application([manifest('Base/main'), manifest('Thing/kept', spec, annotations)]),
          {},
          never,
        ),
      ),
    ).toEqual([['none Base/main', 'none Thing/kept']]);
  });

  it('never deletes what somebody else took over', async () => {
    const world = engineWorld();
    await sync(world, application([manifest('Base/main'), manifest('Thing/a')]));
    const thing = [...world.cloud.things.values()].find((candidate) => candidate.kind === 'Thing');
    if (thing) thing.tags = {};
    const operation = await sync(world, application([manifest('Base/main')]));
    expect(operation.results.at(-1)).toMatchObject({
      status: 'PruneSkipped',
      message: expect.stringContaining('is left alone'),
    });
    expect(world.cloud.summary()).toHaveLength(2);
  });

  it('takes away what an earlier destination holds when the destination changes', async () => {
    const world = engineWorld();
    const here = application([manifest('Base/main')], policy);
    await sync(world, here);
    const there = { ...here, destination: { ...here.destination, region: 'us-east-1' } };
    // The fake cloud is one place: the new one has the wanted name already, so only the record is told apart.
    const plan = await world.engine.plan(there, {}, never);
    expect(plan.waves.at(-1)?.[0]).toMatchObject({ ref: 'Base/main', action: 'delete' });
  });

  it('finds what is to go when the store is lost, from the mirror in AWS', async () => {
    const world = engineWorld();
    await sync(world, application(three, policy));
    const engine = world.restart(memoryStore());
    expect(await sync(world, application([manifest('Base/main')], policy), {}, engine)).toMatchObject({
      phase: 'Succeeded',
    });
    expect(world.cloud.summary()).toHaveLength(1);
  });
});

describe('replacement', () => {
  it('creates the new one first, moves everything over, then deletes the old one', async () => {
    const world = engineWorld();
    await sync(world, shaped('round'));
    const plan = await world.engine.plan(shaped('square'), {}, never);
    expect(actions(plan)).toEqual([['replace Base/main'], ['update Thing/api'], ['delete Base/main']]);
    expect(plan.waves[1]?.[0]?.changes).toMatchObject([
      { path: '/note', from: 'id-1', to: { afterApply: ['Base/main'] } },
    ]);
    const calls = world.cloud.calls.length;
    expect(await sync(world, shaped('square'))).toMatchObject({ phase: 'Succeeded' });
    expect(world.cloud.calls.slice(calls).filter((call) => !call.startsWith('ssm'))).toEqual([
      'create',
      'update',
      'delete',
    ]);
    expect(world.cloud.summary()).toHaveLength(2);
    expect(isEmpty(await world.engine.plan(shaped('square'), {}, never))).toBe(true);
  });

  it('is refused when a fixed name leaves no room for two', async () => {
    const world = engineWorld();
    await sync(world, shaped('round', { nameOverride: 'base' }));
    expect(await sync(world, shaped('square', { nameOverride: 'base' }), { approved: true })).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('nameOverride leaves no second name'),
    });
  });

  it('counts as a deletion', async () => {
    const world = engineWorld();
    await sync(world, two('round'));
    expect(await sync(world, two('square'))).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('2 resources would be deleted or replaced'),
    });
  });
});

describe('what is not ours', () => {
  it.each([
    ['nobody', {}, 'has no ownership tags'],
    [
      'another Application',
      { 'longshore.dev/application': 'other', 'longshore.dev/resource': 'Base/main', 'longshore.dev/instance': 'test' },
      'Base/main of Application other (instance test)',
    ],
    [
      'another Longshore',
      { 'longshore.dev/application': 'shop', 'longshore.dev/resource': 'Base/main', 'longshore.dev/instance': 'far' },
      'Base/main of Application shop (instance far)',
    ],
  ])('is not touched: of %s', async (_who, tags, words) => {
    const { world, engine } = await withForeign(tags);
    const calls = world.cloud.calls.length;
    const input = application([manifest('Base/main', { nameOverride: 'main' })]);
    const operation = await sync(world, input, { approved: true }, engine);
    expect(operation).toMatchObject({ phase: 'Failed', message: expect.stringContaining(words) });
    expect(world.cloud.calls.slice(calls)).toEqual([]);
    expect((await engine.status(input, never)).status).toMatchObject({
      sync: 'OutOfSync',
      resources: [{ health: { reason: 'Foreign' } }],
    });
  });

  it('is taken over with the annotation and a person, listing every reset', async () => {
    const { world, engine } = await withForeign({});
    const input = application([manifest('Base/main', { nameOverride: 'main' }, { 'longshore.dev/adopt': 'true' })]);
    const plan = await engine.plan(input, {}, never);
    expect(plan.waves[0]?.[0]).toMatchObject({ action: 'adopt' });
    expect(plan.waves[0]?.[0]?.changes.map((change) => change.path)).toContain('/note');
    expect(await sync(world, input, {}, engine)).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('needs approval'),
    });
    expect(await sync(world, input, { approved: true }, engine)).toMatchObject({ phase: 'Succeeded' });
    expect(isEmpty(await engine.plan(input, {}, never))).toBe(true);
    expect([...world.cloud.things.values()][0]?.tags['longshore.dev/application']).toBe('shop');
  });

  it('is still ours when only its tags were taken off', async () => {
    const world = engineWorld();
    await sync(world, application([manifest('Base/main')]));
    const [thing] = [...world.cloud.things.values()];
    if (thing) thing.tags = {};
    expect(actions(await world.engine.plan(application([manifest('Base/main')]), {}, never))).toEqual([
      ['update Base/main'],
    ]);
  });
});
