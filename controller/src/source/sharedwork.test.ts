import { describe, expect, test } from 'vitest';
import { CachedWork } from './cachedwork.ts';
import { Turns } from './render/turns.ts';

const signal = new AbortController().signal;

describe('work that is cached', () => {
  test('is done once for all who ask at the same time and later, and anew for the key that was used longest ago', async () => {
    const cache = new CachedWork<string>(2);
    const done: string[] = [];
    const get = (key: string) =>
      cache.get(key, signal, async () => {
        done.push(key);
        return await Promise.resolve(key.toUpperCase());
      });
    expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual(['A', 'A', 'B']);
    await get('a');
    await get('c');
    await get('a');
    expect(done).toEqual(['a', 'b', 'c']);
    await get('b');
    expect(done).toEqual(['a', 'b', 'c', 'b']);
  });

  test('goes on for the others when one leaves, and is aborted when all have left', async () => {
    const cache = new CachedWork<string>(2);
    const seen: AbortSignal[] = [];
    const pending = Promise.withResolvers<string>();
    const [one, two] = [new AbortController(), new AbortController()];
    const get = (from: AbortController) =>
      cache.get('a', from.signal, async (own) => {
        seen.push(own);
        return await pending.promise;
      });
    const [first, second] = [get(one), get(two)];
    one.abort(new Error('one leaves'));
    await expect(first).rejects.toThrow('one leaves');
    expect(seen.map((own) => own.aborted)).toEqual([false]);
    two.abort(new Error('two leaves'));
    await expect(second).rejects.toThrow('two leaves');
    expect(seen.map((own) => own.aborted)).toEqual([true]);
    const third = get(new AbortController());
    pending.resolve('result');
    expect(await third).toBe('result');
    expect(seen).toHaveLength(2);
  });

  test('that fails is done again', async () => {
    const cache = new CachedWork<string>(2);
    await expect(cache.get('a', signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.get('a', signal, () => Promise.resolve('yes'))).toBe('yes');
  });
});

describe('turns', () => {
  test('are taken in order, a few at a time, also after failures and by those who stay', async () => {
    const turns = new Turns(1);
    const order: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const first = turns.take(signal, async () => {
      await gate.promise;
      order.push('first');
      throw new Error('no');
    });
    const leaving = new AbortController();
    const second = turns.take(leaving.signal, () => Promise.resolve(order.push('second')));
    const third = turns.take(signal, () => Promise.resolve(order.push('third')));
    const fourth = turns.take(signal, () => Promise.resolve(order.push('fourth')));
    leaving.abort(new Error('leaving'));
    gate.resolve(undefined);
    await expect(first).rejects.toThrow('no');
    await expect(second).rejects.toThrow('leaving');
    await Promise.all([third, fourth]);
    expect(order).toEqual(['first', 'third', 'fourth']);
    expect(await turns.take(signal, () => Promise.resolve('free again'))).toBe('free again');
  });
});
