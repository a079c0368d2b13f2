import { describe, expect, it } from 'vitest';
import type { ApplicationSetSpec } from '../../src/api/applicationset.ts';
import type { GeneratorSources } from '../../src/engine/applicationset/generators.ts';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

const URL = 'https://git.example.com/shop.git';

function setOf(
  more: Partial<ApplicationSetSpec> = {},
  deletionPolicy: 'Delete' | 'Retain' = 'Delete',
): ApplicationSetSpec {
  return {
    generators: [{ gitDirectories: { repoURL: URL, directories: [{ path: 'apps/*' }] } }],
    template: {
      metadata: { name: 'shop-{{path.basename}}', labels: { stage: '{{path.basename}}' } },
      spec: {
        source: { repoURL: URL, path: '{{path}}' },
        syncPolicy: { automated: { prune: true } },
        pollIntervalSeconds: 60,
        deletionPolicy,
      },
    },
    ...more,
  };
}

/** A controller with one set over the folders of a repository that a test changes. */
class SetWorld extends ControllerWorld {
  folders: readonly string[] = ['apps/a', 'apps/b', 'apps/c'];
  failing: Error | undefined;

  constructor(set: ApplicationSetSpec = setOf()) {
    super();
    const sources: GeneratorSources = {
      tree: async () => {
        if (this.failing !== undefined) throw this.failing;
        return { revision: 'r1', files: new Map(this.folders.map((path) => [`${path}/x.yaml`, new Uint8Array()])) };
      },
      pullRequests: async () => [],
    };
    this.deps = { generators: sources };
    this.sets.set('shops', set);
    this.commitAll('v1');
  }

  commitAll(version: string): void {
    this.repository().commit(
      Object.fromEntries(this.folders.map((path) => [path, [manifest(`Thing/${path.slice(5)}`, { version })]])),
    );
  }
}

describe('an ApplicationSet', () => {
  it('makes an Application for each set of parameters, and takes away what is listed no more', async () => {
    const world = new SetWorld();
    world.start();
    await world.pass(minutes(5));
    expect(world.controller.names()).toEqual(['shop-a', 'shop-b', 'shop-c']);
    expect(world.controller.state('shop-a')).toMatchObject({
      origin: { kind: 'ApplicationSet', name: 'shops' },
      labels: { stage: 'a' },
    });
    expect(world.world.cloud.summary()).toHaveLength(3);
    world.folders = ['apps/a', 'apps/c'];
    await world.pass(minutes(10));
    expect(world.controller.names()).toEqual(['shop-a', 'shop-c']);
    expect(world.world.cloud.summary()).toHaveLength(2);
    await world.stop();
  });

  it('deletes nothing while a generator fails, or lists nothing; also after a restart', async () => {
    const world = new SetWorld();
    world.start();
    await world.pass(minutes(5));
    world.failing = new Error('repository not found');
    await world.pass(minutes(10));
    expect(world.controller.applicationSets()[0]?.problem).toBe('repository not found');
    await world.stop();
    world.start();
    await world.pass(minutes(10));
    expect(world.controller.names()).toHaveLength(3);
    expect(world.stateOf('shop-a')).toBe('Synced, Healthy');
    world.failing = undefined;
    world.folders = [];
    await world.pass(minutes(10));
    expect(world.controller.names()).toHaveLength(3);
    expect(world.controller.applicationSets()[0]?.problem).toContain(
      'the generators list nothing: 3 Applications stay',
    );
    expect(world.world.cloud.summary()).toHaveLength(3);
    await world.controller.delete('shop-b', { cascade: true, by: 'ada' });
    await world.pass(minutes(5));
    expect(world.world.cloud.summary()).toHaveLength(2);
    await world.stop();
  });

  it.each([
    ['create-only', 60, ['shop-a', 'shop-b', 'shop-c']],
    ['create-update', 30, ['shop-a', 'shop-b', 'shop-c']],
    ['sync', 30, ['shop-a', 'shop-b']],
  ] as const)('with the policy %s changes and deletes what that says', async (applicationsSync, seconds, left) => {
    const world = new SetWorld(setOf({ syncPolicy: { applicationsSync } }));
    world.start();
    await world.pass(minutes(5));
    world.folders = ['apps/a', 'apps/b'];
    const changed = setOf({ syncPolicy: { applicationsSync } });
    changed.template.spec.pollIntervalSeconds = 30;
    world.sets.set('shops', changed);
    await world.pass(minutes(10));
    expect(world.controller.names()).toEqual(left);
    expect(world.controller.state('shop-a')?.spec.pollIntervalSeconds).toBe(seconds);
    await world.stop();
  });

  it('refuses two Applications of one name, and the name of another', async () => {
    const world = new SetWorld();
    world.declare('shop-b');
    world.start();
    await world.pass(minutes(3));
    expect(world.controller.applicationSets()[0]?.problem).toBe(
      'names are taken: shop-b belongs to the folder of Applications',
    );
    expect(world.controller.state('shop-b')?.origin).toEqual({ kind: 'folder' });
    const same = setOf();
    same.template.metadata.name = 'same';
    world.sets.set('shops', same);
    await world.pass(minutes(3));
    expect(world.controller.applicationSets()[0]?.problem).toContain('two sets of parameters give the name "same"');
    expect(world.controller.names()).toEqual(['shop-a', 'shop-b', 'shop-c']);
    await world.stop();
  });
});

const steps = ['a', 'b', 'c'].map((stage) => ({
  matchExpressions: [{ key: 'stage', operator: 'In' as const, values: [stage] }],
}));

describe('a progressive strategy', () => {
  it('reaches the Applications step by step, also across a restart', async () => {
    const world = new SetWorld(setOf({ strategy: { steps } }));
    world.start();
    await world.pass(minutes(10));
    expect(['a', 'b', 'c'].map((name) => world.stateOf(`shop-${name}`))).toEqual(
      Array.from({ length: 3 }, () => 'Synced, Healthy'),
    );
    world.world.cloud.rolloutMs = minutes(2);
    world.commitAll('v2');
    world.controller.webhook({ repoURLs: [URL] });
    await world.pass(minutes(1));
    const versions = () =>
      [...world.world.cloud.things.values()].map(({ name, target }) => `${name.slice(0, 6)} ${target}`);
    expect(versions()).toEqual(['shop-a v2', 'shop-b v1', 'shop-c v1']);
    expect(world.conditionsOf('shop-b')).toContain('ProgressiveSync');
    await world.stop();
    world.start();
    await world.pass(minutes(2));
    expect(versions()).toEqual(['shop-a v2', 'shop-b v2', 'shop-c v1']);
    await world.pass(minutes(10));
    expect(versions()).toEqual(['shop-a v2', 'shop-b v2', 'shop-c v2']);
    await world.stop();
  });

  it('stops at the first that degrades', async () => {
    const world = new SetWorld(setOf({ strategy: { steps } }));
    world.start();
    await world.pass(minutes(10));
    world.world.cloud.badVersions.add('v2');
    world.commitAll('v2');
    await world.pass(minutes(20));
    const targets = () => [...world.world.cloud.things.values()].map(({ target }) => target);
    expect(targets()).toEqual(['v2', 'v1', 'v1']);
    const waits = world.controller.state('shop-c')?.conditions.find(({ type }) => type === 'ProgressiveSync');
    expect(waits?.message).toBe('ApplicationSet shops: step 3 waits: shop-a of step 1 has failed');
    world.commitAll('v3');
    await world.pass(minutes(20));
    expect(targets()).toEqual(['v3', 'v3', 'v3']);
    await world.stop();
  });
});
