import { expect, test } from 'vitest';
import { RestartBudget } from './budget.ts';

const MINUTE = 60_000;

test('lets so many restart at a time, those that were due first', () => {
  const budget = new RestartBudget(2);
  // Everybody is seen once before anybody's turn is known.
  for (const [key, dueAt] of [
    ['e', 1],
    ['f', 2],
  ] as const)
    expect(budget.allows(key, dueAt, 10)).toBe(true);
  expect([budget.allows('c', 5, 10), budget.allows('a', 4, 10), budget.allows('b', 3, 10)]).toEqual([
    false,
    false,
    false,
  ]);
  budget.rests('e', false, 20);
  expect([budget.allows('c', 5, 20), budget.allows('a', 4, 20), budget.allows('b', 3, 20)]).toEqual([
    false,
    false,
    true,
  ]);
  expect([budget.allows('a', 4, 20), budget.allows('b', 3, 20)]).toEqual([false, true]);
});

test('a service keeps its place while it restarts, however long that takes', () => {
  const budget = new RestartBudget(1);
  expect(budget.allows('a', 0, 0)).toBe(true);
  for (let at = 0; at < 60 * MINUTE; at += MINUTE) {
    budget.rests('a', true, at);
    expect(budget.allows('b', 0, at)).toBe(false);
  }
  budget.rests('a', false, 60 * MINUTE);
  expect(budget.allows('b', 0, 60 * MINUTE)).toBe(true);
});

test('a service that was let and does not begin makes room for others', () => {
  const budget = new RestartBudget(1);
  expect(budget.allows('manual', 0, 0)).toBe(true);
  expect(budget.allows('other', 1, 1)).toBe(false);
  expect(budget.allows('manual', 0, 9 * MINUTE)).toBe(true);
  expect(budget.allows('other', 1, 11 * MINUTE)).toBe(true);
});

test('a restart that is seen under way counts, also when a controller has just begun', () => {
  const budget = new RestartBudget(1);
  budget.rests('a', true, 0);
  expect(budget.allows('b', 0, 1)).toBe(false);
});

test('who is not seen any more waits for nothing', () => {
  const budget = new RestartBudget(1);
  budget.allows('a', 0, 0);
  budget.allows('deleted', 1, 0);
  budget.rests('a', false, 20 * MINUTE);
  expect(budget.allows('b', 2, 20 * MINUTE)).toBe(true);
});
