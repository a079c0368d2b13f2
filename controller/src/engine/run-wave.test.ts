import { expect, it } from 'vitest';
import type { Graph } from '../core/graph.ts';
import type { Ref } from '../core/manifest.ts';
import type { StepResult } from './engine.ts';
import type { OperationClock } from './retry.ts';
import { runInOrder } from './run-wave.ts';

const REFS: readonly Ref[] = ['A/slow', 'B/base', 'C/on-base', 'D/on-both'];
const GRAPH: Graph = new Map<Ref, ReadonlySet<Ref>>([
  ['A/slow', new Set()],
  ['B/base', new Set(['X/earlier'])],
  ['C/on-base', new Set(['B/base'])],
  ['D/on-both', new Set(['A/slow', 'C/on-base'])],
]);

function result(ref: Ref, status: StepResult['status'] = 'Synced'): StepResult {
  return { ref, status, message: '', startedAt: '', finishedAt: '' };
}

/** Runs that end when the test says so. */
function controlled() {
  const begun: Ref[] = [];
  const ends = new Map(REFS.map((ref) => [ref, Promise.withResolvers<StepResult>()]));
  const ending = new AbortController();
  const clock = { signal: ending.signal } as OperationClock;
  const over = runInOrder({ clock }, REFS, GRAPH, (ref) => () => {
    begun.push(ref);
    return ends.get(ref)?.promise ?? Promise.reject(new Error(ref));
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    over,
    ending,
    settle,
    end: async (ref: Ref, status: StepResult['status'] = 'Synced') => {
      ends.get(ref)?.resolve(result(ref, status));
      await settle();
    },
    reject: async (ref: Ref, error: Error) => {
      ends.get(ref)?.reject(error);
      await settle();
    },
  };
}

it('begins each as soon as what it waits for is done, whoever else still runs', async () => {
  const { begun, end, settle, over } = controlled();
  await settle();
  expect(begun).toEqual(['A/slow', 'B/base']);
  await end('B/base');
  expect(begun).toEqual(['A/slow', 'B/base', 'C/on-base']);
  await end('C/on-base');
  expect(begun).not.toContain('D/on-both');
  await end('A/slow');
  expect(begun).toContain('D/on-both');
  await end('D/on-both');
  expect(await over).toBe(true);
});

it('begins nothing more once something has failed, and waits for what runs', async () => {
  const { begun, end, over } = controlled();
  await end('A/slow', 'SyncFailed');
  await end('B/base');
  expect(await over).toBe(false);
  expect(begun).toEqual(['A/slow', 'B/base']);
});

it('ends with the error of a step that was ended, after the others came to rest', async () => {
  const { begun, end, reject, settle, over } = controlled();
  let done = false;
  const ended = over.finally(() => {
    done = true;
  });
  ended.catch(() => undefined);
  await reject('B/base', new Error('terminated'));
  await settle();
  expect(done).toBe(false);
  await end('A/slow');
  await expect(ended).rejects.toThrow('terminated');
  expect(begun).toEqual(['A/slow', 'B/base']);
});

it('begins nothing after the operation was ended', async () => {
  const { begun, ending, end, settle, over } = controlled();
  over.catch(() => undefined);
  await settle();
  ending.abort(new Error('timeout'));
  await end('B/base');
  await end('A/slow');
  await expect(over).rejects.toThrow('timeout');
  expect(begun).toEqual(['A/slow', 'B/base']);
});
