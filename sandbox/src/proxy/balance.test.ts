import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Balance } from './balance.ts';

test('weights are kept exactly over each round, and no one comes in a burst', () => {
  const balance = new Balance();
  const choices = [
    { key: 'a', weight: 5 },
    { key: 'b', weight: 1 },
    { key: 'c', weight: 1 },
  ];
  const round = Array.from({ length: 7 }, () => balance.next('rule', choices)).join('');
  expect(round).toBe('aabacaa');
});

test('every round gives each its weight, whatever the weights', () => {
  assert(
    property(array(integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }), (weights) => {
      const balance = new Balance();
      const choices = weights.map((weight, index) => ({ key: String(index), weight }));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const counts = weights.map(() => 0);
      for (let i = 0; i < total; i++) {
        const index = Number(balance.next('rule', choices));
        counts[index] = (counts[index] ?? 0) + 1;
      }
      expect(counts).toEqual(weights);
      if (total === 0) expect(balance.next('rule', choices)).toBeUndefined();
    }),
  );
});

test('new weights hold at once, whatever the scale of the ones before', () => {
  const balance = new Balance();
  const split = (a: number, b: number, requests: number) => {
    const choices = [
      { key: 'a', weight: a },
      { key: 'b', weight: b },
    ];
    return Array.from({ length: requests }, () => balance.next('rule', choices)).filter((key) => key === 'b').length;
  };
  split(500, 500, 777);
  split(950, 50, 333);
  expect(split(1, 1, 100)).toBeGreaterThanOrEqual(49);
  expect(split(1, 1, 100)).toBeLessThanOrEqual(51);
  expect(split(900, 100, 100)).toBeGreaterThanOrEqual(9);
  expect(split(0, 100, 10)).toBe(10);
  expect(split(100, 0, 10)).toBe(0);
});

test('the target with the fewest requests under way is next', () => {
  const balance = new Balance();
  const end = balance.begin('group', 'a');
  balance.begin('group', 'b');
  balance.begin('group', 'b');
  expect(balance.leastOutstanding('group', ['a', 'b', 'c'])).toBe('c');
  expect(balance.leastOutstanding('group', ['a', 'b'])).toBe('a');
  end();
  end();
  expect(balance.leastOutstanding('group', ['a', 'c'])).toBeDefined();
});
