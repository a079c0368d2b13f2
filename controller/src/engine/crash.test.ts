import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { application, manifest } from '../../test/applications.ts';
import { engineWorld } from '../../test/engine-world.ts';
import type { Death } from '../../test/fake-cloud.ts';
import type { Manifest } from '../core/manifest.ts';
import { isEmpty } from '../core/plan.ts';
import type { ApplicationInput } from './engine.ts';
import { memoryStore } from './stores/memory.ts';

const never = new AbortController().signal;
const options = { initiator: { kind: 'person', name: 'test' }, approved: true } as const;
const policy = { automated: { prune: true, allowEmpty: true } };

/** Two commits: everything that can happen to a resource happens between them. */
const before = application(
  [
    manifest('Base/main', { tags: { a: '1', b: '2' } }),
    manifest('Base/shaped', { shape: 'round' }),
    manifest('Thing/api', { needs: ['Base/main'], note: '${Base/shaped:id}' }),
    manifest('Thing/old', { needs: ['Base/main'] }),
    manifest('Scaler/old', { scales: { on: 'Thing/old', min: 1, max: 3 } }),
  ],
  policy,
);
const after = application(
  [
    manifest('Base/main', { tags: { a: '1' } }),
    manifest('Base/shaped', { shape: 'square' }),
    manifest('Thing/api', { needs: ['Base/main'], note: '${Base/shaped:id}', version: 'v2' }),
    manifest('Thing/new', { needs: ['Thing/api'] }),
    manifest('Scaler/api', { scales: { on: 'Thing/api', min: 2, max: 4 } }),
  ],
  policy,
  'r2',
);

/** What is there, without the ids that differ from run to run. */
function shapeOf(summary: readonly string[]): readonly string[] {
  return summary.map((line) => line.replaceAll(/id-\d+/g, 'id'));
}

async function referenceRun(): Promise<{ readonly calls: number; readonly result: readonly string[] }> {
  const world = engineWorld();
  await world.engine.sync(before, options, never);
  const calls = world.cloud.calls.length;
  expect(await world.engine.sync(after, options, never)).toMatchObject({ phase: 'Succeeded' });
  return { calls: world.cloud.calls.length - calls, result: shapeOf(world.cloud.summary()) };
}

async function crashAndGoOn(death: Death, diskIsLost: boolean, next: ApplicationInput): Promise<readonly string[]> {
  const world = engineWorld();
  await world.engine.sync(before, options, never);
  const process = world.cloud.process();
  process.death = death;
  await Promise.race([world.restart(world.store, process).sync(after, options, never), process.died]);
  const engine = world.restart(diskIsLost ? memoryStore() : world.store);
  expect(await engine.sync(next, options, never)).toMatchObject({ phase: 'Succeeded' });
  // Leftovers of a create that was interrupted are found one sync later at the latest.
  await engine.sync(next, options, never);
  expect(isEmpty(await engine.plan(next, {}, never))).toBe(true);
  const mirrored = [...world.cloud.parameters.keys()].toSorted();
  expect(mirrored).toEqual(
    next.manifests.map((one: Manifest) => `/longshore/test/shop/${one.kind}/${one.metadata.name}`).toSorted(),
  );
  return shapeOf(world.cloud.summary());
}

describe('a crash at any call', () => {
  it.each([false, true])(
    'converges to the same without a duplicate or an orphan (disk lost: %s)',
    async (diskIsLost) => {
      const reference = await referenceRun();
      expect(reference.calls).toBeGreaterThan(15);
      for (let at = 1; at <= reference.calls; at++) {
        for (const when of ['before', 'after'] as const) {
          const result = await crashAndGoOn({ at, when }, diskIsLost, after);
          expect(result, `died ${when} call ${at}`).toEqual(reference.result);
        }
      }
    },
  );

  it.each([false, true])(
    'leaves nothing behind when Git has moved on meanwhile (disk lost: %s)',
    async (diskIsLost) => {
      const { calls } = await referenceRun();
      const gone = application(
        [manifest('Base/main', { tags: { a: '1' } }), manifest('Base/shaped', { shape: 'flat' })],
        policy,
        'r3',
      );
      for (let at = 1; at <= calls; at++) {
        for (const when of ['before', 'after'] as const) {
          const result = await crashAndGoOn({ at, when }, diskIsLost, gone);
          expect(result, `died ${when} call ${at}`).toHaveLength(2);
        }
      }
    },
  );
});

const names = ['a', 'b', 'c', 'd'] as const;

/** Applications of four Things at most; each may need those before it. */
const applications = fc
  .array(
    fc.record({
      present: fc.boolean(),
      size: fc.integer({ min: 1, max: 3 }),
      shape: fc.constantFrom('round', 'square'),
      version: fc.constantFrom('v1', 'v2'),
      needs: fc.nat(15),
      tags: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')),
    }),
    { minLength: names.length, maxLength: names.length },
  )
  .map((things) =>
    application(
      things.flatMap(({ present, needs, ...spec }, index) => {
        if (!present) return [];
        const needed = names.filter(
          (_name, other) => other < index && things[other]?.present === true && (needs & (1 << other)) !== 0,
        );
        return [
          manifest(`Thing/${names[index] as string}`, {
            ...spec,
            needs: needed.map((name) => `Thing/${name}`),
            note: needed.map((name) => `\${Thing/${name}:id}`).join(),
          }),
        ];
      }),
      policy,
    ),
  );

describe('any sequence of commits', () => {
  it('is synced one after the other, each with an empty plan after it, and nothing left behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(applications, { minLength: 1, maxLength: 4 }), async (commits) => {
        const world = engineWorld();
        for (const commit of commits) {
          expect(await world.engine.sync(commit, options, never)).toMatchObject({ phase: 'Succeeded' });
          expect(isEmpty(await world.engine.plan(commit, {}, never))).toBe(true);
          expect(world.cloud.summary()).toHaveLength(commit.manifests.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same as the last commit alone', async () => {
    await fc.assert(
      fc.asyncProperty(applications, applications, async (first, last) => {
        const world = engineWorld();
        await world.engine.sync(first, options, never);
        await world.engine.sync(last, options, never);
        const direct = engineWorld();
        await direct.engine.sync(last, options, never);
        expect(shapeOf(world.cloud.summary())).toEqual(shapeOf(direct.cloud.summary()));
      }),
      { numRuns: 60 },
    );
  });
});
