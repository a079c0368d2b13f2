import { expect, test } from 'vitest';
import { MAX_TAG_VALUE, tagValueOf } from './tags.ts';

test.each([
  [
    'analysis errors: 1 of 2 measurements failed (at most 0 may): result 8, fails at result > 5',
    'analysis errors: 1 of 2 measurements failed - at most 0 may: result 8 - fails at result above 5',
  ],
  ['result 0.5, expected result <= 0.3', 'result 0.5 - expected result at most 0.3'],
  ['CPU at 97%; "exit 137" in container api', 'CPU at 97 percent - exit 137 in container api'],
])('a sentence keeps its meaning as the value of a tag: %s', (text, value) => {
  expect(tagValueOf(text)).toBe(value);
});

test('a long text is cut at what a tag holds, and does not end with a blank', () => {
  expect(tagValueOf('x'.repeat(300))).toHaveLength(MAX_TAG_VALUE);
  expect(tagValueOf(`${'x'.repeat(255)} y`)).toBe('x'.repeat(255));
});
