import { describe, expect, it } from 'vitest';
import { manifest } from '../../test/applications.ts';
import { ControllerWorld, minutes } from '../../test/controller-world.ts';

/** A controller that follows one Application with one Thing. */
function following(): ControllerWorld {
  const world = new ControllerWorld();
  world.declare('shop');
  world.repository().commit({ shop: [manifest('Thing/api')] });
  return world;
}

function thingOf(world: ControllerWorld) {
  const [thing] = [...world.world.cloud.things.values()];
  if (thing === undefined) throw new Error('there is no thing');
  return thing;
}

describe('controller', () => {
  it('syncs what is declared, then each new commit, and nothing twice', async () => {
    const world = following();
    world.start();
    await world.pass(minutes(5));
    world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
    await world.pass(minutes(5));
    expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1', 'commit Succeeded r2']);
    expect(world.stateOf('shop')).toBe('Synced, Healthy');
    expect(world.controller.state('shop')?.operation).toBeUndefined();
    expect(world.conditionsOf('shop')).toEqual(['Ready', 'Healthy']);
    await world.stop();
  });

  it('polls at its interval with jitter, and at once when it is told to', async () => {
    const world = following();
    world.start();
    await world.pass(minutes(10));
    const { asked } = world.repository();
    const before = asked.listings;
    await world.pass(minutes(60));
    expect(asked.listings - before).toBeGreaterThanOrEqual(40);
    expect(asked.listings - before).toBeLessThanOrEqual(60);
    world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
    expect(world.controller.webhook({ repoURLs: ['git@git.example.com:shop.git'] })).toBe(1);
    expect(world.controller.webhook({ repoURLs: ['https://git.example.com/other.git'] })).toBe(0);
    await world.pass(1_000);
    expect(world.controller.state('shop')?.revision).toBe('r2');
    await world.stop();
  });

  it('only reports when automation is off', async () => {
    const world = following();
    world.declare('shop', { syncPolicy: {} });
    world.start();
    await world.pass(minutes(5));
    expect(await world.historyOf('shop')).toEqual([]);
    expect(world.stateOf('shop')).toBe('OutOfSync, Missing');
    await world.stop();
  });

  it('corrects drift with selfHeal as an operation of its own, and only then', async () => {
    const world = following();
    world.start();
    await world.pass(minutes(5));
    thingOf(world).note = 'by hand';
    await world.pass(minutes(5));
    expect(thingOf(world).note).toBe('by hand');
    expect(world.controller.state('shop')?.drift).toEqual([{ ref: 'Thing/api', path: '/note' }]);
    expect(world.told('application.drift')).toHaveLength(1);
    world.declare('shop', { syncPolicy: { automated: { prune: true, selfHeal: true } } });
    await world.pass(minutes(5));
    expect(thingOf(world).note).toBe('');
    expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1', 'self-heal Succeeded r1']);
    expect(world.controller.state('shop')?.drift).toEqual([]);
    await world.stop();
  });

  it('backs off from somebody who keeps changing things, says so once, and goes on with it after a restart', async () => {
    const world = following();
    world.declare('shop', { syncPolicy: { automated: { selfHeal: true } }, pollIntervalSeconds: 1 });
    world.start();
    await world.pass(minutes(2));
    const before = (await world.historyOf('shop')).length;
    for (let second = 0; second < 150; second++) {
      thingOf(world).note = `by hand ${second}`;
      await world.pass(1_000);
    }
    await world.stop();
    world.start();
    for (let second = 0; second < 150; second++) {
      thingOf(world).note = `by hand again ${second}`;
      await world.pass(1_000);
    }
    const heals = (await world.historyOf('shop')).length - before;
    expect(heals).toBeGreaterThanOrEqual(3);
    expect(heals).toBeLessThan(8);
    expect(world.told('application.fight').length).toBeLessThanOrEqual(2);
    expect(world.told('application.fight').length).toBeGreaterThanOrEqual(1);
    expect(world.conditionsOf('shop')).toContain('SelfHealBackoff');
    await world.pass(minutes(20));
    expect(world.conditionsOf('shop')).toEqual(['Ready', 'Healthy']);
    await world.stop();
  });

  it('tries a failed sync again up to the limit, and takes the newest commit', async () => {
    const world = following();
    world.declare('shop', {
      pollIntervalSeconds: 600,
      syncPolicy: {
        automated: { prune: true },
        timeoutSeconds: 5,
        retry: { limit: 3, backoff: { duration: '10s', factor: 2, maxDuration: '1m' } },
      },
    });
    world.world.cloud.rolloutMs = 1e9;
    world.start();
    await world.pass(minutes(9));
    expect(await world.historyOf('shop')).toEqual(Array.from({ length: 4 }, () => 'commit Failed r1'));
    world.world.cloud.rolloutMs = 1;
    world.repository().commit({ shop: [manifest('Thing/api', { version: 'v3' })] });
    await world.pass(minutes(16));
    expect((await world.historyOf('shop')).at(-1)).toBe('commit Succeeded r2');
    await world.stop();
  });

  it('holds a version whose rollout failed until Git moves', async () => {
    const world = following();
    world.declare('shop', { syncPolicy: { automated: { prune: true, selfHeal: true } } });
    world.start();
    await world.pass(minutes(5));
    world.world.cloud.badVersions.add('v2');
    world.repository().commit({ shop: [manifest('Thing/api', { version: 'v2' })] });
    await world.pass(minutes(30));
    expect(await world.historyOf('shop')).toEqual(['commit Succeeded r1', 'commit Failed r2']);
    expect(world.controller.state('shop')?.status?.health.reason).toBe('Held');
    expect(world.conditionsOf('shop')).toContain('Stalled');
    world.repository().commit({ shop: [manifest('Thing/api', { version: 'v3' })] });
    await world.pass(minutes(5));
    expect((await world.historyOf('shop')).at(-1)).toBe('commit Succeeded r3');
    await world.stop();
  });

  it('waits for a person where one has to approve, without trying again', async () => {
    const world = following();
    world.repository().commit({ shop: [manifest('Thing/a'), manifest('Thing/b'), manifest('Thing/c')] });
    world.start();
    await world.pass(minutes(5));
    world.repository().commit({ shop: [manifest('Thing/a')] });
    await world.pass(minutes(30));
    expect(await world.historyOf('shop')).toEqual(['commit Succeeded r2', 'commit Failed r3']);
    expect(world.world.cloud.summary()).toHaveLength(3);
    expect(world.conditionsOf('shop')).toContain('ApprovalNeeded');
    await world.stop();
  });

  it('deletes nothing while the source cannot be read, and goes on when it can', async () => {
    const world = following();
    world.start();
    await world.pass(minutes(5));
    world.repository().broken = new Error('could not read from remote repository');
    await world.pass(minutes(5));
    expect(world.controller.state('shop')?.problem).toBe('could not read from remote repository');
    expect(world.told('application.unknown')).toEqual(['could not read from remote repository']);
    expect(world.conditionsOf('shop')).toContain('ComparisonError');
    expect(world.world.cloud.summary()).toHaveLength(1);
    world.repository().broken = undefined;
    await world.pass(minutes(5));
    expect(world.controller.state('shop')?.problem).toBeUndefined();
    expect(world.conditionsOf('shop')).toEqual(['Ready', 'Healthy']);
    await world.stop();
  });

  it('leaves AWS as it is when an Application is not declared any more', async () => {
    const world = following();
    world.start();
    await world.pass(minutes(5));
    world.applications.clear();
    await world.pass(minutes(5));
    expect(world.controller.states()).toEqual([]);
    expect(world.world.cloud.summary()).toHaveLength(1);
    await world.stop();
  });

  it('ends what runs as interrupted, and takes it up after the restart', async () => {
    const world = following();
    world.start();
    await world.pass(5_000);
    await world.stop();
    const [cut] = await world.controller.history('shop');
    expect(cut).toMatchObject({ phase: 'Error', message: 'interrupted' });
    world.start();
    await world.pass(minutes(5));
    const [, resumed] = await world.controller.history('shop');
    expect(resumed).toMatchObject({ phase: 'Succeeded', resumes: cut?.id, run: cut?.run });
    expect(world.world.cloud.calls.filter((call) => call === 'create')).toHaveLength(1);
    await world.stop();
  });

  it('finds an operation that a killed process left running, and takes it up', async () => {
    const world = following();
    const process = world.world.cloud.process();
    process.death = { at: 2, when: 'after' };
    world.start(world.world.store, process);
    await process.died;
    const killed = await world.controller.history('shop');
    expect(killed).toMatchObject([{ phase: 'Running' }]);
    world.start();
    await world.pass(minutes(5));
    const history = await world.controller.history('shop');
    expect(history.map(({ phase, message }) => `${phase}: ${message}`)).toEqual([
      'Error: interrupted',
      'Succeeded: successfully synced',
    ]);
    await world.stop();
  });
});
