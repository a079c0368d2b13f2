import { describe, expect, test } from 'vitest';
import { findRevision, parseRefs } from './gitrevision.ts';
import { findVersion } from './gitversion.ts';

const tags = ['v0.9.0', '1.0.0', 'v1.2.0', 'v1.2.10', '1.9.3', 'v2.0.0-rc.1', 'v2.0.0-rc.2', 'nightly', 'v3', 'V1.5.0'];

describe('ranges of versions', () => {
  test.each([
    ['>=1.2.0 <2', '1.9.3'],
    ['1.x', '1.9.3'],
    ['^1.0', '1.9.3'],
    ['~1.2', 'v1.2.10'],
    ['1.2.0', 'v1.2.0'],
    ['<1', 'v0.9.0'],
    ['*', '1.9.3'],
    ['0.x || 1.0.x', '1.0.0'],
    ['>=2.0.0-rc.1', 'v2.0.0-rc.2'],
    ['2.0.0-rc.1', 'v2.0.0-rc.1'],
  ])('%s means %s', (range, expected) => {
    expect(findVersion(tags, range, 'repository')).toBe(expected);
  });

  test.each(['main', 'nightly', 'release/x', 'x', 'v'])('%s is no range', (text) => {
    expect(findVersion(tags, text, 'repository')).toBeUndefined();
  });

  test.each([
    ['1.5.x', 'no tag is in the range "1.5.x"; of 7 versions the nearest are v1.2.0, v1.2.10, 1.9.3, v2.0.0-rc.1'],
    ['>=4', 'of 7 versions the nearest are v2.0.0-rc.1, v2.0.0-rc.2'],
  ])('%s is in none: it is said what there is', (range, expected) => {
    expect(() => findVersion(tags, range, 'repository')).toThrow(expected);
  });

  test('that only a prerelease is in the range is said', () => {
    expect(() => findVersion(['1.0.0', 'v2.1.0-beta.1'], '^2', 'repository')).toThrow(
      'v2.1.0-beta.1 is a prerelease, and those count only when the range names one, such as ">=2.1.0-beta.1"',
    );
  });

  test('without versions among the tags it is said what one looks like', () => {
    expect(() => findVersion(['nightly'], '1.x', 'repository')).toThrow('no tag is a version, such as 1.2.3 or v1.2.3');
  });
});

describe('what a revision is', () => {
  const id = (digit: string): string => digit.repeat(40);
  const refs = parseRefs(
    [
      `${id('1')}\tHEAD`,
      `${id('1')}\trefs/heads/main`,
      `${id('2')}\trefs/heads/1.x`,
      `${id('3')}\trefs/tags/v1.4.0`,
      `${id('4')}\trefs/tags/v1.4.0^{}`,
      `${id('5')}\trefs/tags/v1.5.0`,
      `${id('6')}\trefs/tags/--upload-pack=x`,
      `not an id\trefs/heads/odd`,
    ].join('\n'),
  );

  test('a branch of exactly that name wins over a range', () => {
    expect(findRevision(refs, '1.x', 'repository')).toEqual({ commit: id('2') });
  });

  test('the tag of a range is told, with its object where it has one', () => {
    expect(findRevision(refs, '~1.4', 'repository')).toEqual({
      commit: id('4'),
      tag: { name: 'v1.4.0', object: id('3') },
    });
    expect(findRevision(refs, '^1', 'repository')).toEqual({ commit: id('5'), tag: { name: 'v1.5.0' } });
  });

  test('what is not an id is not a commit', () => {
    expect(() => findRevision(refs, 'odd', 'repository')).toThrow('no branch, tag or commit "odd"');
  });

  test('digits and letters of a commit stay a commit', () => {
    expect(findRevision(refs, '1234567', 'repository')).toEqual({ prefix: '1234567' });
  });
});
