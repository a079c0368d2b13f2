import { expect, test } from 'vitest';
import type { Analysis } from '../api/service.ts';
import type { Phase } from './condition.ts';
import { judge } from './judge.ts';

const analysis: Analysis = { name: 'errors', count: 4, failureLimit: 1, inconclusiveLimit: 2 };

const phases: Readonly<Record<string, Phase>> = { s: 'Successful', f: 'Failed', i: 'Inconclusive' };

/** Measurements in letters: `ssf`. */
function measured(letters: string) {
  const measurements = Array.from(letters, (letter) => ({ is: phases[letter] ?? 'Inconclusive', told: letter }));
  return { measurements, nextInMs: 7_000 };
}

test.each([
  ['', false, 'running'],
  ['sss', false, 'running'],
  ['ssss', false, 'passed'],
  ['sfss', false, 'passed'],
  ['sff', false, 'failed'],
  ['siis', false, 'running'],
  ['siisss', false, 'passed'],
  ['iii', false, 'failed'],
  ['iif', false, 'running'],
  // What the fourth has decided stays so.
  ['ssssff', false, 'passed'],
  // Nobody measured in the other intervals.
  ['ss', true, 'passed'],
])('%s, complete: %s, is %s', (letters, complete, is) => {
  expect(judge(analysis, { ...measured(letters), complete }, false).is).toBe(is);
});

test('says how many failed, and what the last of them was', () => {
  expect(judge(analysis, measured('sff'), false)).toEqual({
    is: 'failed',
    cause: 'analysis errors: 2 of 3 measurements failed (at most 1 may): f',
  });
});

test('without limits one failure is too many, and the fourth without data', () => {
  const plain: Analysis = { name: 'errors' };
  expect(judge(plain, measured('f'), false).is).toBe('failed');
  expect(judge(plain, measured('iii'), false).is).toBe('running');
  expect(judge(plain, measured('iiii'), false).is).toBe('failed');
});

test('that goes on for as long as the rollout never passes', () => {
  expect(judge(analysis, measured('ssssssss'), true)).toMatchObject({ is: 'running', pollAfterMs: 7_000 });
  expect(judge(analysis, measured('ssssssff'), true).is).toBe('failed');
});
