import { describe, expect, it } from 'vitest';
import { application, manifest } from '../../test/applications.ts';
import { actions, engineWorld, never, personally as by, sync } from '../../test/engine-world.ts';
import { CycleError } from '../core/graph.ts';
import { differs, isEmpty } from '../core/plan.ts';
import { renderText } from '../core/render/text.ts';
import { listOperations } from './operations.ts';

const shop = [
  manifest('Base/main'),
  manifest('Thing/api', { needs: ['Base/main'], note: 'on ${Base/main:id}' }),
  manifest('Scaler/api', { scales: { on: 'Thing/api', min: 2, max: 5 } }),
];

/** One Thing at a version. */
const at = (version: string) => application([manifest('Thing/api', { version })], undefined, version);

describe('a first sync', () => {
  it('plans creates in the order of the graph, with what is not known yet', async () => {
    const world = engineWorld();
    const plan = await world.engine.plan(application(shop), {}, never);
    expect(actions(plan)).toEqual([['create Base/main'], ['create Thing/api'], ['create Scaler/api']]);
    expect(plan.waves[1]?.[0]?.changes).toContainEqual({
      part: 'Thing',
      path: '/note',
      to: { afterApply: ['Base/main'] },
      effect: 'inPlace',
    });
    expect(world.cloud.calls).toEqual([]);
  });

  it('ends Healthy, and the plan after it is empty', async () => {
    const world = engineWorld();
    const operation = await sync(world, application(shop));
    expect(operation).toMatchObject({ phase: 'Succeeded', message: 'successfully synced' });
    expect(operation.results.map((result) => `${result.status} ${result.ref}`)).toEqual([
      'Synced Base/main',
      'Synced Thing/api',
      'Synced Scaler/api',
    ]);
    const plan = await world.engine.plan(application(shop), {}, never);
    expect(isEmpty(plan)).toBe(true);
    expect((await world.engine.status(application(shop), never)).status).toMatchObject({
      sync: 'Synced',
      health: { status: 'Healthy' },
    });
    const api = [...world.cloud.things.values()].find((thing) => thing.kind === 'Thing');
    expect(api?.note).toBe('on id-1');
    expect(api?.tags).toMatchObject({
      'longshore.dev/application': 'shop',
      'longshore.dev/resource': 'Thing/api',
      'longshore.dev/instance': 'test',
    });
  });

  it('starts a wave only when the one before is Healthy', async () => {
    const world = engineWorld();
    await sync(world, application(shop));
    const codes = world.events.filter((event) => event.code === 'step.started' || event.code === 'step.done');
    expect(codes.map((event) => `${event.code} ${JSON.stringify(event.data['ref'])}`)).toEqual([
      'step.started "Base/main"',
      'step.done "Base/main"',
      'step.started "Thing/api"',
      'step.done "Thing/api"',
      'step.started "Scaler/api"',
      'step.done "Scaler/api"',
    ]);
  });

  it('reports what AWS says and how the rollout goes, each thing once', async () => {
    const world = engineWorld();
    await sync(world, application([manifest('Thing/api', { version: 'v7' })]));
    expect(world.events.filter((event) => event.code === 'resource.event').map((event) => event.message)).toEqual([
      'reached v7',
    ]);
    expect(world.events.filter((event) => event.code === 'rollout.progress')).toHaveLength(2);
    expect(world.events.at(-1)).toMatchObject({
      code: 'operation.finished',
      data: { application: 'shop', operation: '1', phase: 'Succeeded' },
    });
  });

  it('says what AWS reported since the plan, and nothing older, however far ahead the clock of AWS is', async () => {
    const world = engineWorld();
    await sync(world, application([manifest('Thing/api', { version: 'v1' })]));
    for (const thing of world.cloud.things.values()) {
      thing.events.unshift({ id: 'old', at: new Date(world.clock.now().getTime() + 3_600_000), message: 'old news' });
    }
    const before = world.events.length;
    await sync(world, application([manifest('Thing/api', { version: 'v2' })]));
    const told = world.events.slice(before).filter((event) => event.code === 'resource.event');
    expect(told.map((event) => event.message)).toEqual(['reached v2']);
  });

  it('refuses a reference to nothing, a cycle, and a lint error', async () => {
    const world = engineWorld();
    await expect(
      world.engine.plan(application([manifest('Base/main'), manifest('Thing/a', { needs: ['Base/mian'] })]), {}, never),
    ).rejects.toThrow(
      'a.yaml:1:1: /spec: "mian" refers to Base/mian, which this Application does not have (did you mean "main"?)',
    );
    const cycle = [manifest('Thing/a', { note: '${Thing/b:id}' }), manifest('Thing/b', { needs: ['Thing/a'] })];
    await expect(world.engine.plan(application(cycle), {}, never)).rejects.toThrow(CycleError);
    const unlucky = await sync(world, application([manifest('Thing/a', { size: 13 })]));
    expect(unlucky).toMatchObject({ phase: 'Failed', message: 'Thing/a: LS9001: 13 brings bad luck' });
    expect(world.cloud.calls).toEqual([]);
  });

  it('lets a lint rule see every manifest of the Application', async () => {
    const world = engineWorld();
    const twins = [manifest('Thing/a', { note: 'unique' }), manifest('Thing/b', { note: 'unique' })];
    const { findings } = await world.engine.plan(application(twins), {}, never);
    expect(findings.map(({ ref, message }) => `${ref}: ${message}`)).toEqual([
      'Thing/a: 2 say that they are unique',
      'Thing/b: 2 say that they are unique',
    ]);
  });

  it('plans a row of five thousand resources, each of which needs the one before', async () => {
    const world = engineWorld();
    const row = Array.from({ length: 5_000 }, (_, n) =>
      manifest(`Thing/t${n}`, n === 0 ? {} : { needs: [`Thing/t${n - 1}`] }),
    );
    const plan = await world.engine.plan(application(row.toReversed()), {}, never);
    expect(plan.waves).toHaveLength(5_000);
    expect(plan.waves.at(-1)?.[0]?.ref).toBe('Thing/t4999');
  });

  it('refuses a reference to an output that is not there, naming those that are', async () => {
    const world = engineWorld();
    await sync(world, application([manifest('Base/main')]));
    const wrong = application([manifest('Base/main'), manifest('Thing/a', { note: '${Base/main:idd}' })]);
    await expect(world.engine.plan(wrong, {}, never)).rejects.toThrow('it has id, name, port (did you mean "id"?)');
    const indexed = application([manifest('Base/main'), manifest('Thing/a', { note: '${Base/main:port(443)}' })]);
    await sync(world, indexed);
    expect([...world.cloud.things.values()].map((thing) => thing.note)).toContain('id-1:443');
  });
});

describe('drift and claims', () => {
  it('corrects what was changed by hand', async () => {
    const world = engineWorld();
    await sync(world, application(shop));
    const base = [...world.cloud.things.values()].find((thing) => thing.kind === 'Base');
    if (base) base.note = 'by hand';
    const status = (await world.engine.status(application(shop), never)).status;
    expect(status.sync).toBe('OutOfSync');
    expect(status.plan.waves[0]?.[0]).toMatchObject({
      action: 'update',
      changes: [{ path: '/note', from: 'by hand', to: '' }],
    });
    await sync(world, application(shop));
    expect(isEmpty(await world.engine.plan(application(shop), {}, never))).toBe(true);
  });

  it('leaves a field to the one who claims it, within its bounds', async () => {
    const world = engineWorld();
    await sync(world, application(shop));
    const api = [...world.cloud.things.values()].find((thing) => thing.kind === 'Thing');
    if (api) api.size = 4;
    expect(isEmpty(await world.engine.plan(application(shop), {}, never))).toBe(true);
    if (api) api.size = 9;
    const plan = await world.engine.plan(application(shop), {}, never);
    expect(plan.waves[1]?.[0]).toMatchObject({ action: 'update', changes: [{ path: '/size', from: 9, to: 5 }] });
    expect(plan.waves[1]?.[0]?.notes).toEqual(['/size is held by Scaler/api (2 to 5): it scales']);
  });

  it('removes a tag that it set and leaves one that it never set', async () => {
    const world = engineWorld();
    await sync(world, application([manifest('Base/main', { tags: { Team: 'a', Cost: '1' } })]));
    const base = [...world.cloud.things.values()][0];
    if (base) base.tags['Foreign'] = 'yes';
    expect(
      isEmpty(
        await world.engine.plan(application([manifest('Base/main', { tags: { Team: 'a', Cost: '1' } })]), {}, never),
      ),
    ).toBe(true);
    const less = application([manifest('Base/main', { tags: { Team: 'a' } })]);
    await sync(world, less);
    expect(base?.tags['Cost']).toBeUndefined();
    expect(base?.tags).toMatchObject({ Team: 'a', Foreign: 'yes' });
    expect(isEmpty(await world.engine.plan(less, {}, never))).toBe(true);
  });
});

describe('rollouts', () => {
  it('waits until the new version runs', async () => {
    const world = engineWorld();
    await sync(world, at('v1'));
    const before = world.clock.now().getTime();
    expect(await sync(world, at('v2'))).toMatchObject({ phase: 'Succeeded' });
    expect(world.clock.now().getTime() - before).toBeGreaterThanOrEqual(30_000);
    expect([...world.cloud.things.values()][0]?.version).toBe('v2');
  });

  it('fails with the cause when AWS rolled it back, and holds that version', async () => {
    const world = engineWorld();
    await sync(world, at('v1'));
    world.cloud.badVersions.add('v2');
    const failed = await sync(world, at('v2'));
    expect(failed).toMatchObject({ phase: 'Failed', message: 'Thing/api: v2 did not come up' });
    const status = (await world.engine.status(at('v2'), never)).status;
    expect(status).toMatchObject({ sync: 'OutOfSync', health: { status: 'Degraded', reason: 'Held' } });
    const held = await world.engine.plan(at('v2'), {}, never);
    expect({ empty: isEmpty(held), differs: differs(held) }).toEqual({ empty: true, differs: true });
    expect(renderText(held)).toContain('AWS is not as Git says: 1 held: Thing/api.');
    const calls = world.cloud.calls.length;
    const again = await sync(world, at('v2'));
    expect(again).toMatchObject({ phase: 'Succeeded', results: [{ message: 'held: v2 did not come up' }] });
    expect(world.cloud.calls).toHaveLength(calls);
    expect(await sync(world, at('v3'))).toMatchObject({ phase: 'Succeeded' });
    expect([...world.cloud.things.values()][0]?.version).toBe('v3');
  });

  it('does not start what comes after a failed wave', async () => {
    const world = engineWorld();
    world.cloud.badVersions.add('v1');
    const operation = await sync(
      world,
      application([manifest('Base/main'), manifest('Thing/a', { needs: ['Base/main'] })]),
    );
    expect(operation.phase).toBe('Failed');
    expect(operation.results.map((result) => result.ref)).toEqual(['Base/main']);
  });

  it('times out when it does not end', async () => {
    const world = engineWorld();
    world.cloud.rolloutMs = 1e9;
    const operation = await sync(world, application([manifest('Base/main')], { timeoutSeconds: 60 }));
    expect(operation).toMatchObject({
      phase: 'Failed',
      message: 'Base/main: timed out after 60 s, waiting for rolling out v1',
    });
  });

  it('ends as terminated when it is told to, and goes on where it stood', async () => {
    const world = engineWorld();
    const ending = new AbortController();
    const running = world.engine.sync(application(shop), { initiator: by }, ending.signal);
    await world.clock.sleep(10_000);
    ending.abort(new Error('Ctrl-C'));
    expect(await running).toMatchObject({ phase: 'Failed', message: 'Operation terminated' });
    expect(await sync(world, application(shop))).toMatchObject({ phase: 'Succeeded' });
    expect(world.cloud.calls.filter((call) => call === 'create')).toHaveLength(3);
  });
});

describe('order by annotation', () => {
  const early = { 'longshore.dev/sync-wave': '-1' };

  it('comes before the order by kind', async () => {
    const plan = await engineWorld().engine.plan(
      application([manifest('Base/a'), manifest('Thing/b', {}, early)]),
      {},
      never,
    );
    expect(actions(plan)).toEqual([['create Thing/b'], ['create Base/a']]);
  });

  it('is refused when it contradicts the references', async () => {
    const wrong = application([manifest('Base/a'), manifest('Thing/b', { needs: ['Base/a'] }, early)]);
    await expect(engineWorld().engine.plan(wrong, {}, never)).rejects.toThrow(
      'wave -1 comes before wave 0 of Base/a, which Thing/b waits for; expected 0 or higher',
    );
  });
});

describe('errors', () => {
  it('bears errors that may pass for two minutes, then fails with them', async () => {
    const world = engineWorld();
    world.cloud.failNext = [new Error('AccessDenied'), new Error('AccessDenied')];
    expect(await sync(world, application([manifest('Base/main')]))).toMatchObject({ phase: 'Succeeded' });
    const other = engineWorld();
    other.cloud.failNext = Array.from({ length: 100 }, () => new Error('AccessDenied: no'));
    const begun = other.clock.now().getTime();
    expect(await sync(other, application([manifest('Base/main')]))).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('AccessDenied: no'),
    });
    const took = other.clock.now().getTime() - begun;
    expect(took).toBeGreaterThanOrEqual(120_000);
    expect(took).toBeLessThan(150_000);
  });

  it('refuses when the world moved since the plan that was approved', async () => {
    const world = engineWorld();
    const plan = await world.engine.plan(application(shop), {}, never);
    await sync(world, application([manifest('Base/main')]));
    await expect(sync(world, application(shop), { expect: plan })).rejects.toThrow(
      'Base/main: create is not needed any more',
    );
  });
});

describe('history', () => {
  it('records every operation, failed ones too, up to the limit', async () => {
    const world = engineWorld();
    const input = application([manifest('Thing/a', { size: 13 })]);
    for (let n = 0; n < 12; n++) await sync(world, input);
    await sync(world, application(shop));
    const operations = await listOperations(world.store, 'shop');
    expect(operations.map((operation) => operation.id)).toEqual(['4', '5', '6', '7', '8', '9', '10', '11', '12', '13']);
    expect(operations.at(-1)).toMatchObject({
      phase: 'Succeeded',
      initiator: by,
      revision: 'r1',
      results: expect.any(Array),
    });
    expect(operations.at(0)).toMatchObject({ phase: 'Failed' });
  });

  it('records a sync that could not even be planned', async () => {
    const world = engineWorld();
    const operation = await sync(world, application([manifest('Thing/a', { needs: ['Base/x'] })]));
    expect(operation).toMatchObject({ phase: 'Error', message: expect.stringContaining('refers to Base/x') });
    expect(await listOperations(world.store, 'shop')).toHaveLength(1);
  });

  it('lets one operation of an Application run at a time', async () => {
    const world = engineWorld();
    const first = sync(world, application(shop));
    await expect(sync(world, application(shop))).rejects.toThrow('another operation of shop is in progress');
    expect(await first).toMatchObject({ phase: 'Succeeded' });
  });
});
