import { expect, it } from 'vitest';
import { Seen } from './seen.ts';

it('knows what it has seen by any of its ids, and forgets the oldest first', () => {
  const seen = new Seen(3);
  seen.add(['a', 'b']);
  expect(seen.has(['x', 'b'])).toBe(true);
  expect(seen.has(['x'])).toBe(false);
  seen.add(['c']);
  seen.add(['d']);
  expect(seen.has(['a'])).toBe(false);
  expect(['b', 'c', 'd'].every((id) => seen.has([id]))).toBe(true);
});

it('stays within its bound whatever comes', () => {
  const seen = new Seen(100);
  for (let n = 0; n < 10_000; n += 1) seen.add([String(n), `${n}-again`]);
  expect(Array.from({ length: 10_000 }, (_, n) => [String(n)]).filter((ids) => seen.has(ids))).toHaveLength(50);
});
