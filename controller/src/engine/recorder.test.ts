import { describe, expect, it } from 'vitest';
import { application, manifest } from '../../test/applications.ts';
import { engineWorld, never, personally as by, sync } from '../../test/engine-world.ts';
import { readManifests } from './manifests-record.ts';
import { listOperations } from './operations.ts';
import { failuresInWords } from './recorder.ts';
import type { StateStore } from './store.ts';

/** Many resources, each too large for the cloud to take. */
const many = (count: number) => application(Array.from({ length: count }, (_, n) => manifest(`Thing/t${n}`)));

describe('the message of an operation', () => {
  it('names the first failures and counts the rest', async () => {
    const world = engineWorld();
    world.cloud.badVersions.add('v1');
    const { phase, message } = await sync(world, many(40));
    expect(phase).toBe('Failed');
    expect(message).toBe(
      `${[0, 1, 10, 11, 12].map((n) => `Thing/t${n}: v1 did not come up`).join('; ')}; and 35 more (40 in all)`,
    );
  });

  it('stays short, however long what failed is', () => {
    const failures = Array.from({ length: 10_000 }, (_, n) => `${n}: ${'x'.repeat(5_000)}`);
    expect(failuresInWords(failures).length).toBeLessThan(6_000);
    expect(failuresInWords(['a', 'b'])).toBe('a; b');
  });
});

describe('the record of an operation', () => {
  it('tells what is done while it runs', async () => {
    const world = engineWorld();
    const slow = [manifest('Base/main'), manifest('Thing/api', { needs: ['Base/main'] })];
    const running = sync(world, application(slow));
    await world.clock.sleep(40_000);
    const [during] = await listOperations(world.store, 'shop');
    expect(during).toMatchObject({ phase: 'Running', results: [{ ref: 'Base/main', status: 'Synced' }] });
    await running;
  });

  it('keeps who asked, the run, the parameters and the manifests themselves', async () => {
    const world = engineWorld();
    const input = application([manifest('Base/main', { note: 'kept' }, { a: 'b' })]);
    const source = { ...input.spec.source, parameters: { image: 'web:1' } };
    const operation = await sync(world, { ...input, spec: { ...input.spec, source } }, { retryOf: '7' });
    expect(operation).toMatchObject({
      initiator: by,
      retryOf: '7',
      parameters: { image: 'web:1' },
      manifestsKept: true,
      revision: 'r1',
    });
    expect(operation.run).toMatch(/^[0-9a-f]{12}$/);
    const [kept] = (await readManifests(world.store, 'shop', operation.digest)) ?? [];
    expect(kept).toMatchObject({
      kind: 'Base',
      metadata: { name: 'main', annotations: { a: 'b' } },
      spec: { note: 'kept' },
    });
    expect(kept?.positionOf('/spec/note')).toEqual({ file: 'main.yaml', line: 1, column: 1 });
  });

  it('takes manifests out of the store with the last operation that has them', async () => {
    const world = engineWorld();
    const at = (note: string) => {
      const input = application([manifest('Base/main', { note })]);
      return { ...input, spec: { ...input.spec, revisionHistoryLimit: 2 } };
    };
    const first = await sync(world, at('1'));
    await sync(world, at('2'));
    expect(await readManifests(world.store, 'shop', first.digest)).toHaveLength(1);
    await sync(world, at('3'));
    expect(await readManifests(world.store, 'shop', first.digest)).toBeUndefined();
    expect(await world.store.list('manifests', 'shop/', 10)).toHaveLength(2);
  });
});

describe('a store that is away for a while', () => {
  it('does not end an operation', async () => {
    const world = engineWorld();
    let failing = 0;
    const flaky: StateStore = {
      ...world.store,
      put: async (...record) => {
        if (failing > 0) {
          failing -= 1;
          throw new Error('the store is locked by another process');
        }
        return world.store.put(...record);
      },
    };
    const engine = world.restart(flaky);
    failing = 4;
    const running = engine.sync(application([manifest('Base/main')]), { initiator: by }, never);
    await world.clock.sleep(20_000);
    failing = 3;
    expect(await running).toMatchObject({ phase: 'Succeeded' });
    expect(await listOperations(world.store, 'shop')).toMatchObject([{ phase: 'Succeeded' }]);
  });

  it('that wrote without saying so leaves one record', async () => {
    const world = engineWorld();
    let silent = true;
    const lossy: StateStore = {
      ...world.store,
      put: async (type, ...record) => {
        const version = await world.store.put(type, ...record);
        silent = !silent;
        if (type === 'operation' && !silent) throw new Error('connection reset');
        return version;
      },
    };
    const operation = await world.restart(lossy).sync(application([manifest('Base/main')]), { initiator: by }, never);
    expect(operation).toMatchObject({ phase: 'Succeeded' });
    expect(await listOperations(world.store, 'shop')).toEqual([operation]);
  });
});
