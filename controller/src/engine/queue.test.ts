import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { virtualClock, type VirtualClock } from '../../test/virtual-clock.ts';
import { TerminalError, WaitError } from '../core/errors.ts';
import { type QueueOptions, startQueue, type WorkQueue } from './queue.ts';

const over = new Error('over');

interface Trial {
  readonly clock: VirtualClock;
  readonly queue: WorkQueue<string>;
  readonly begun: string[];
  readonly errors: (readonly [string, number | undefined])[];
}

function trial(
  reconcile: (key: string, clock: VirtualClock, signal: AbortSignal) => Promise<{ requeueAfterMs?: number }>,
  options: Partial<QueueOptions<string>> = {},
): Trial {
  const clock = virtualClock(0);
  const begun: string[] = [];
  const errors: (readonly [string, number | undefined])[] = [];
  const queue = startQueue<string>({
    clock,
    workers: 2,
    onError: (key, _error, retryAfterMs) => errors.push([key, retryAfterMs]),
    ...options,
    reconcile: async (key, signal) => {
      begun.push(`${key}@${clock.now().getTime()}`);
      return reconcile(key, clock, signal);
    },
  });
  return { clock, queue, begun, errors };
}

const slow = async (_key: string, clock: VirtualClock) => {
  await clock.sleep(100);
  return {};
};

describe('work queue', () => {
  it('makes one of a key that is added again while it waits', async () => {
    const { queue, clock, begun } = trial(slow, { workers: 1 });
    for (const key of ['a', 'b', 'b', 'a', 'b']) queue.add(key);
    await clock.sleep(1_000);
    // The second `a` came when the first was being worked on already.
    expect(begun).toEqual(['a@0', 'b@100', 'a@200']);
  });

  it('works once more on a key that was added while it was worked on', async () => {
    const { queue, clock, begun } = trial(slow);
    queue.add('a');
    await clock.sleep(50);
    queue.add('a');
    queue.add('a');
    await clock.sleep(1_000);
    expect(begun).toEqual(['a@0', 'a@100']);
  });

  it('works on as many keys at once as there are workers', async () => {
    const { queue, clock, begun } = trial(slow);
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key);
    await clock.sleep(1_000);
    expect(begun).toEqual(['a@0', 'b@0', 'c@100', 'd@100', 'e@200']);
  });

  it('comes back when the work asks for it, and the earliest wish stands', async () => {
    let left = 2;
    const { queue, clock, begun } = trial(async () => (left-- > 0 ? { requeueAfterMs: 500 } : {}));
    queue.addAfter('a', 300);
    queue.addAfter('a', 100);
    queue.addAfter('a', 200);
    await clock.sleep(5_000);
    expect(begun).toEqual(['a@100', 'a@600', 'a@1100']);
  });

  it('backs off from a key that fails, further each time, until it succeeds', async () => {
    let left = 4;
    const { queue, clock, errors, begun } = trial(async () => {
      if (left-- > 0) throw new Error('no');
      return {};
    });
    queue.add('a');
    await clock.sleep(60_000);
    const waits = errors.map(([, wait]) => wait ?? 0);
    expect(waits).toHaveLength(4);
    waits.forEach((wait, n) => {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** n);
      expect(wait).toBeLessThanOrEqual(1_000 * 2 ** n);
    });
    expect(begun).toHaveLength(5);
  });

  it('comes back when a WaitError says, and not after a TerminalError', async () => {
    let first = true;
    const { queue, clock, begun, errors } = trial(async () => {
      if (!first) throw new TerminalError('No', 'never');
      first = false;
      throw new WaitError('later', 700);
    });
    queue.add('a');
    await clock.sleep(60_000);
    expect(begun).toEqual(['a@0', 'a@700']);
    expect(errors).toEqual([
      ['a', 700],
      ['a', undefined],
    ]);
  });

  it('forgets a key that is dropped', async () => {
    const { queue, clock, begun } = trial(slow, { workers: 1 });
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 50);
    queue.drop('b');
    queue.drop('c');
    await clock.sleep(1_000);
    expect(begun).toEqual(['a@0']);
  });

  it('stops cleanly: tells what runs, waits for it, and begins nothing more', async () => {
    let ended = 0;
    const { queue, clock, begun } = trial(async (_key, time, signal) => {
      try {
        await time.sleep(1e9, signal);
      } finally {
        ended += 1;
      }
      return {};
    });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    queue.addAfter('d', 10);
    await clock.sleep(5);
    await queue.stop(over);
    expect(ended).toBe(2);
    queue.add('e');
    await clock.sleep(1_000);
    expect(begun).toEqual(['a@0', 'b@0']);
  });

  it('never works on a key twice at once, and sees every change, whatever comes in which order', async () => {
    const keys = ['a', 'b', 'c'] as const;
    const events = fc.array(
      fc.record({ key: fc.constantFrom(...keys), waitMs: fc.nat(50), delayMs: fc.option(fc.nat(100)) }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.integer({ min: 1, max: 3 }),
        fc.infiniteStream(fc.nat(3)),
        async (sequence, workers, outcomes) => {
          const clock = virtualClock(0);
          const wanted = new Map<string, number>();
          const actual = new Map<string, number>();
          const running = new Set<string>();
          const violations: string[] = [];
          const queue = startQueue<string>({
            clock,
            workers,
            onError: () => undefined,
            backoff: { baseMs: 10, factor: 2, maxMs: 100 },
            reconcile: async (key) => {
              if (running.has(key)) violations.push(`${key} twice at once`);
              if (running.size >= workers) violations.push(`more than ${workers} at once`);
              running.add(key);
              try {
                const seen = wanted.get(key) ?? 0;
                await clock.sleep(7);
                if (outcomes.next().value === 0) throw new Error('fails now and then');
                actual.set(key, seen);
                return {};
              } finally {
                running.delete(key);
              }
            },
          });
          for (const { key, waitMs, delayMs } of sequence) {
            wanted.set(key, (wanted.get(key) ?? 0) + 1);
            if (delayMs === null) queue.add(key);
            else queue.addAfter(key, delayMs);
            await clock.sleep(waitMs);
          }
          await clock.sleep(10_000);
          expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(wanted));
          expect(violations).toEqual([]);
          await queue.stop(over);
        },
      ),
      { numRuns: 100 },
    );
  });
});
