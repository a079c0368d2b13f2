import { expect, test } from 'vitest';
import { didYouMean, nearest } from './suggest.ts';

const fields = ['cluster', 'clusterArn', 'desiredCount', 'containers', 'cpu'];

test.each([
  ['clutser', 'cluster'],
  ['Cluster', 'cluster'],
  ['desiredcount', 'desiredCount'],
  ['contaners', 'containers'],
  ['cpus', 'cpu'],
])('%s suggests %s', (word, expected) => {
  expect(nearest(word, fields)).toBe(expected);
});

test('a word that is near to nothing suggests nothing', () => {
  expect(nearest('volumes', fields)).toBeUndefined();
  expect(nearest('', fields)).toBeUndefined();
  expect(didYouMean('volumes', fields)).toBe('');
});

test('the first of equally near words wins', () => {
  expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
});

test('didYouMean quotes the word and does not suggest what was said', () => {
  expect(didYouMean('clutser', fields)).toBe(' (did you mean "cluster"?)');
  expect(didYouMean('cpu', fields)).toBe('');
});
