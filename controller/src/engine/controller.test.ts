import { describe, expect, it } from 'vitest';
import { application, manifest } from '../../test/applications.ts';
import { engineWorld, type EngineWorld } from '../../test/engine-world.ts';
import type { SyncPolicy } from '../api/application.ts';
import { contentHash } from '../core/canonical.ts';
import type { Json } from '../core/json.ts';
import type { Manifest } from '../core/manifest.ts';
import { createController, type Controller, type ManagedApplication } from './controller.ts';
import { Interrupted } from './interrupted.ts';
import { listOperations } from './operations.ts';

/** A repository with one Application in it, and a controller that follows it. */
class Followed {
  manifests: readonly Manifest[] = [manifest('Thing/api')];
  revision = 1;
  broken: Error | undefined;
  fetches = 0;
  declared = true;
  policy: SyncPolicy | undefined = { automated: { prune: true } };
  readonly world: EngineWorld;
  private ending = new AbortController();

  constructor(world = engineWorld()) {
    this.world = world;
  }

  commit(...manifests: readonly Manifest[]): void {
    this.manifests = manifests;
    this.revision += 1;
  }

  start(pollIntervalSeconds = 60): { readonly controller: Controller; readonly ended: Promise<void> } {
    this.ending = new AbortController();
    const { world } = this;
    const controller = createController({
      engine: world.restart(),
      store: world.store,
      clock: world.clock,
      sink: (event) => void world.events.push(event),
      load: async () => (this.declared ? [this.managed(pollIntervalSeconds)] : []),
    });
    return { controller, ended: controller.run(this.ending.signal) };
  }

  async stop(ended: Promise<void>): Promise<void> {
    this.ending.abort(new Interrupted());
    await ended;
  }

  operations = () => listOperations(this.world.store, 'shop');

  private managed(pollIntervalSeconds: number): ManagedApplication {
    const input = application([], this.policy);
    const spec = { ...input.spec, pollIntervalSeconds };
    return {
      name: 'shop',
      spec,
      version: contentHash(spec as unknown as Json),
      source: {
        fetch: async () => {
          this.fetches += 1;
          if (this.broken) throw this.broken;
          const documents = this.manifests.map(({ kind, metadata, spec: one }) => ({ kind, metadata, spec: one }));
          const revision = `r${this.revision}`;
          return {
            revision,
            commit: { revision },
            files: new Map(),
            treeHash: contentHash(documents as unknown as Json),
          };
        },
      },
      input: async ({ revision }) => ({ ...input, spec, revision, manifests: this.manifests }),
    };
  }
}

const minutes = (n: number): number => n * 60_000;

function seen(world: EngineWorld, code: string): readonly string[] {
  return world.events.filter((event) => event.code === code).map((event) => event.message);
}

describe('controller', () => {
  it('syncs what is declared, then each new commit, and nothing twice', async () => {
    const followed = new Followed();
    const { controller, ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    followed.commit(manifest('Thing/api', { version: 'v2' }));
    await followed.world.clock.sleep(minutes(5));
    const operations = await followed.operations();
    expect(operations.map(({ phase, revision, initiator }) => `${phase} ${revision} ${initiator.kind}`)).toEqual([
      'Succeeded r1 commit',
      'Succeeded r2 commit',
    ]);
    expect(controller.states()).toMatchObject([
      { name: 'shop', revision: 'r2', status: { sync: 'Synced', health: { status: 'Healthy' } }, syncing: false },
    ]);
    await followed.stop(ended);
  });

  it('polls at its interval with jitter, and at once when it is told to', async () => {
    const followed = new Followed();
    const { controller, ended } = followed.start();
    await followed.world.clock.sleep(minutes(10));
    const fetches = followed.fetches;
    await followed.world.clock.sleep(minutes(60));
    expect(followed.fetches - fetches).toBeGreaterThanOrEqual(40);
    expect(followed.fetches - fetches).toBeLessThanOrEqual(60);
    const before = followed.fetches;
    controller.refresh('shop');
    controller.refresh('nobody');
    await followed.world.clock.sleep(1);
    expect(followed.fetches).toBe(before + 1);
    await followed.stop(ended);
  });

  it('looks at AWS no more often than it polls when the tree is the same', async () => {
    const followed = new Followed();
    const { controller, ended } = followed.start(3600);
    await followed.world.clock.sleep(minutes(10));
    const looked = controller.states()[0]?.lookedAt;
    followed.revision += 1;
    controller.refresh('shop');
    await followed.world.clock.sleep(1);
    expect(controller.states()[0]?.lookedAt).toEqual(looked);
    await followed.stop(ended);
  });

  it('only reports when automation is off', async () => {
    const followed = new Followed();
    followed.policy = {};
    const { controller, ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    expect(await followed.operations()).toEqual([]);
    expect(controller.states()).toMatchObject([{ status: { sync: 'OutOfSync', health: { status: 'Missing' } } }]);
    await followed.stop(ended);
  });

  it('corrects drift with selfHeal as an operation of its own, and only then', async () => {
    const followed = new Followed();
    const { ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    const [thing] = [...followed.world.cloud.things.values()];
    if (thing) thing.note = 'by hand';
    await followed.world.clock.sleep(minutes(5));
    expect(thing?.note).toBe('by hand');
    expect(await followed.operations()).toHaveLength(1);
    followed.policy = { automated: { prune: true, selfHeal: true } };
    await followed.world.clock.sleep(minutes(5));
    expect(thing?.note).toBe('');
    expect((await followed.operations()).at(-1)).toMatchObject({
      phase: 'Succeeded',
      initiator: { kind: 'self-heal' },
    });
    await followed.stop(ended);
  });

  it('backs off from somebody who keeps changing things, and says so', async () => {
    const followed = new Followed();
    followed.policy = { automated: { selfHeal: true } };
    const { ended } = followed.start(1);
    await followed.world.clock.sleep(minutes(2));
    const [thing] = [...followed.world.cloud.things.values()];
    const before = (await followed.operations()).length;
    for (let second = 0; second < 300; second++) {
      if (thing) thing.note = `by hand ${second}`;
      await followed.world.clock.sleep(1_000);
    }
    const heals = (await followed.operations()).length - before;
    expect(heals).toBeGreaterThanOrEqual(3);
    expect(heals).toBeLessThan(8);
    expect(seen(followed.world, 'application.fight').length).toBeGreaterThan(0);
    await followed.stop(ended);
  });

  it('tries a failed sync again, on the newest commit, up to the limit', async () => {
    const followed = new Followed();
    followed.policy = {
      automated: { prune: true },
      timeoutSeconds: 5,
      retry: { limit: 3, backoff: { duration: '10s', factor: 2, maxDuration: '1m' } },
    };
    followed.world.cloud.rolloutMs = 1e9;
    const { ended } = followed.start(600);
    await followed.world.clock.sleep(minutes(9));
    const operations = await followed.operations();
    expect(operations.map((operation) => operation.phase)).toEqual(['Failed', 'Failed', 'Failed', 'Failed']);
    followed.world.cloud.rolloutMs = 1;
    followed.commit(manifest('Thing/api', { version: 'v3' }));
    await followed.world.clock.sleep(minutes(16));
    expect((await followed.operations()).at(-1)).toMatchObject({ phase: 'Succeeded', revision: 'r2' });
    await followed.stop(ended);
  });

  it('holds a version whose rollout failed until Git moves', async () => {
    const followed = new Followed();
    followed.policy = { automated: { prune: true, selfHeal: true } };
    const { controller, ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    followed.world.cloud.badVersions.add('v2');
    followed.commit(manifest('Thing/api', { version: 'v2' }));
    await followed.world.clock.sleep(minutes(30));
    expect((await followed.operations()).map((operation) => operation.phase)).toEqual(['Succeeded', 'Failed']);
    expect(controller.states()).toMatchObject([
      { status: { sync: 'OutOfSync', health: { status: 'Degraded', reason: 'Held' } } },
    ]);
    followed.commit(manifest('Thing/api', { version: 'v3' }));
    await followed.world.clock.sleep(minutes(5));
    expect((await followed.operations()).at(-1)).toMatchObject({ phase: 'Succeeded' });
    await followed.stop(ended);
  });

  it('waits for a person where one has to approve, without trying again', async () => {
    const followed = new Followed();
    followed.commit(manifest('Thing/a'), manifest('Thing/b'), manifest('Thing/c'));
    const { ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    followed.commit(manifest('Thing/a'));
    await followed.world.clock.sleep(minutes(30));
    const operations = await followed.operations();
    expect(operations.map((operation) => operation.phase)).toEqual(['Succeeded', 'Failed']);
    expect(followed.world.cloud.summary()).toHaveLength(3);
    await followed.stop(ended);
  });

  it('deletes nothing while the source cannot be read, and goes on when it can', async () => {
    const followed = new Followed();
    const { controller, ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    followed.broken = new Error('could not read from remote repository');
    await followed.world.clock.sleep(minutes(5));
    expect(controller.states()).toMatchObject([{ problem: 'could not read from remote repository' }]);
    expect(seen(followed.world, 'application.unknown')).toEqual(['could not read from remote repository']);
    expect(followed.world.cloud.summary()).toHaveLength(1);
    followed.broken = undefined;
    await followed.world.clock.sleep(minutes(5));
    expect(controller.states()[0]?.problem).toBeUndefined();
    await followed.stop(ended);
  });

  it('leaves AWS as it is when an Application is not declared any more', async () => {
    const followed = new Followed();
    const { controller, ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    followed.declared = false;
    await followed.world.clock.sleep(minutes(5));
    expect(controller.states()).toEqual([]);
    expect(followed.world.cloud.summary()).toHaveLength(1);
    await followed.stop(ended);
  });

  it('ends what runs as interrupted, and syncs it anew after the restart', async () => {
    const followed = new Followed();
    const first = followed.start();
    await followed.world.clock.sleep(5_000);
    await followed.stop(first.ended);
    expect(await followed.operations()).toMatchObject([{ phase: 'Error', message: 'interrupted' }]);
    const second = followed.start();
    await followed.world.clock.sleep(minutes(5));
    expect((await followed.operations()).map((operation) => operation.phase)).toEqual(['Error', 'Succeeded']);
    expect(followed.world.cloud.calls.filter((call) => call === 'create')).toHaveLength(1);
    await followed.stop(second.ended);
  });

  it('finds an operation that a killed process left running, and syncs it anew', async () => {
    const followed = new Followed();
    const process = followed.world.cloud.process();
    process.death = { at: 2, when: 'after' };
    const input = application(followed.manifests, followed.policy);
    void followed.world
      .restart(followed.world.store, process)
      .sync(input, { initiator: { kind: 'commit', name: 'r1' } }, new AbortController().signal);
    await process.died;
    expect(await followed.operations()).toMatchObject([{ phase: 'Running' }]);
    const { ended } = followed.start();
    await followed.world.clock.sleep(minutes(5));
    expect((await followed.operations()).map(({ phase, message }) => `${phase}: ${message}`)).toEqual([
      'Error: interrupted',
      'Succeeded: successfully synced',
    ]);
    await followed.stop(ended);
  });
});
