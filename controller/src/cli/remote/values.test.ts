import { describe, expect, it } from 'vitest';
import { secondsOf } from './values.ts';

describe('a duration', () => {
  it.each([
    ['90m', 5_400],
    ['12h', 43_200],
    ['30d', 2_592_000],
    ['1d12h', 129_600],
    ['1h30m', 5_400],
    ['45s', 45],
  ])('%s has %i seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each(['', '90', 'd', '1h2d', '1w', '-1h', '250ms'])('is not "%s"', (text) => {
    expect(() => secondsOf(text)).toThrow('expected a duration such as 90m, 12h or 30d.');
  });
});
