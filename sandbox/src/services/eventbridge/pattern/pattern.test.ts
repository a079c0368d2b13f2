import { describe, expect, test } from 'vitest';
import { matches } from './match.ts';
import { parsePattern } from './parse.ts';

/** Whether a pattern for the field `x` of the detail fits each of these values of it. */
function fits(matchers: unknown, ...values: unknown[]): boolean[] {
  const pattern = parsePattern(JSON.stringify({ detail: { x: matchers } }));
  return values.map((x) => matches(pattern, { detail: { x } }));
}

describe('event patterns', () => {
  test('exact: one of the values, of the same type', () => {
    expect(fits(['a', 5, true, null, ''], 'a', 'A', 5, '5', true, 'true', null, '', undefined)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  test('prefix and suffix, also without regard to case', () => {
    expect(fits([{ prefix: 'us-' }], 'us-east-1', 'eu-us-', 5)).toEqual([true, false, false]);
    expect(fits([{ suffix: '.png' }], 'a.png', 'a.PNG')).toEqual([true, false]);
    expect(fits([{ prefix: { 'equals-ignore-case': 'EventB' } }], 'eventbridge', 'event')).toEqual([true, false]);
    expect(fits([{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', 'a.gif')).toEqual([true, false]);
  });

  test('anything-but: the field is there and is none of these', () => {
    expect(fits([{ 'anything-but': 'a' }], 'a', 'b', 5, undefined)).toEqual([false, true, true, false]);
    expect(fits([{ 'anything-but': [1, 2] }], 1, 3)).toEqual([false, true]);
    expect(fits([{ 'anything-but': { prefix: 'us-' } }], 'us-1', 'eu-1')).toEqual([false, true]);
    expect(fits([{ 'anything-but': { suffix: ['.png', '.gif'] } }], 'a.gif', 'a.txt')).toEqual([false, true]);
    expect(fits([{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], 'b', 'c')).toEqual([false, true]);
    expect(fits([{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', 'a/b')).toEqual([false, true]);
  });

  test('numeric: comparisons and ranges', () => {
    expect(fits([{ numeric: ['=', 3.5] }], 3.5, '3.5', 3)).toEqual([true, false, false]);
    expect(fits([{ numeric: ['>', 0, '<=', 5] }], 0, 0.1, 5, 5.1)).toEqual([false, true, true, false]);
    expect(fits([{ numeric: ['<', 10] }], -6e9)).toEqual([false]);
  });

  test('exists: for leaves, not for what is inside', () => {
    expect(fits([{ exists: true }], 'a', null, undefined, { y: 1 }, [])).toEqual([true, true, false, false, false]);
    expect(fits([{ exists: false }], 'a', undefined, { y: 1 })).toEqual([false, true, true]);
  });

  test('equals-ignore-case, wildcard and cidr', () => {
    expect(fits([{ 'equals-ignore-case': 'Alice' }], 'ALICE', 'Alic')).toEqual([true, false]);
    expect(fits([{ wildcard: 'dir/*.png' }], 'dir/a/b.png', 'dir/.png', 'dir/a.pngx')).toEqual([true, true, false]);
    expect(fits([{ wildcard: String.raw`a\*b\\*` }], String.raw`a*b\c`, 'axb')).toEqual([true, false]);
    expect(fits([{ cidr: '10.0.0.0/24' }], '10.0.0.255', '10.0.1.0', 'x')).toEqual([true, false, false]);
    expect(fits([{ cidr: '2001:db8::/32' }], '2001:db8::1', '2001:db9::1')).toEqual([true, false]);
  });

  test('several fields all have to fit, of $or one', () => {
    const pattern = parsePattern(
      JSON.stringify({ source: ['aws.ecs'], $or: [{ detail: { a: [1] } }, { detail: { b: [{ prefix: 'x' }] } }] }),
    );
    expect(matches(pattern, { source: 'aws.ecs', detail: { a: 1 } })).toBe(true);
    expect(matches(pattern, { source: 'aws.ecs', detail: { a: 2, b: 'xy' } })).toBe(true);
    expect(matches(pattern, { source: 'aws.ecs', detail: { a: 2, b: 'y' } })).toBe(false);
    expect(matches(pattern, { source: 'aws.sqs', detail: { a: 1 } })).toBe(false);
  });

  test('arrays: one element fits, and of objects one fits whole', () => {
    expect(fits(['a'], ['b', 'a'], ['b'], [])).toEqual([true, false, false]);
    const pattern = parsePattern(JSON.stringify({ list: { k: ['a'], v: [1] } }));
    expect(matches(pattern, { list: [{ k: 'a', v: 1 }] })).toBe(true);
    expect(
      matches(pattern, {
        list: [
          { k: 'a', v: 2 },
          { k: 'b', v: 1 },
        ],
      }),
    ).toBe(false);
  });

  test.each([
    ['{', 'Filter is not an object'],
    ['[]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"source": "aws.ecs"}', '"source" must be an object or an array'],
    ['{"source": []}', 'Empty arrays are not allowed at source'],
    ['{"detail": {"x": [{"fits": 1}]}}', 'Unrecognized match type fits at detail.x'],
    ['{"x": [{"prefix": "a", "suffix": "b"}]}', 'Only one key allowed in match expression at x'],
    ['{"x": [{"numeric": [">", "a"]}]}', 'Value of > must be numeric'],
    ['{"x": [{"anything-but": ["a", 1]}]}', 'mixed type is not supported'],
    ['{"x": [{"cidr": "10.0.0.0/33"}]}', 'Malformed CIDR at x'],
    ['{"x": [{"wildcard": "a**b"}]}', 'Consecutive wildcard characters at pos 1'],
    ['{"x": [{"exists": "yes"}]}', 'exists match pattern must be either true or false'],
  ])('a pattern that is none is refused: %s', (text, reason) => {
    expect(() => parsePattern(text)).toThrow(reason);
    expect(() => parsePattern(text)).toThrow('Event pattern is not valid. Reason: ');
  });
});
