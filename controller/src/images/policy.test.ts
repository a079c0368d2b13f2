import { describe, expect, it } from 'vitest';
import { chooseImage, type RepositoryImage } from './policy.ts';

const digest = (character: string): string => `sha256:${character.repeat(64)}`;
const image = (character: string, day: number, ...tags: string[]): RepositoryImage => ({
  digest: digest(character),
  tags,
  pushedAt: new Date(Date.UTC(2026, 0, day)),
});

const IMAGES = [
  image('a', 1, '1.4.0', 'v1.4.0'),
  image('b', 2, '1.5.0-rc.1'),
  image('c', 3, '1.10.2', 'stable'),
  image('d', 4, '2.0.0'),
  image('e', 5, 'main-20260105'),
  image('f', 6, 'feature-x', 'latest'),
];

describe('semver', () => {
  it('takes the highest version in the range, by numbers and not by characters', () => {
    expect(chooseImage({ semver: '^1.4' }, IMAGES)).toEqual({ tag: '1.10.2', digest: digest('c') });
  });
  it('takes a prerelease only where the range names one', () => {
    expect(chooseImage({ semver: '>=1.5.0-rc.0 <1.6' }, IMAGES)?.tag).toBe('1.5.0-rc.1');
    expect(chooseImage({ semver: '~1.5' }, IMAGES)).toBeUndefined();
  });
  it('refuses what is no range', () => {
    expect(() => chooseImage({ semver: 'newest please' }, IMAGES)).toThrow(/"newest please" is no range/u);
  });
});

describe('newest', () => {
  it('takes what was pushed last', () => {
    expect(chooseImage({ newest: {} }, IMAGES)?.digest).toBe(digest('f'));
  });
  it('of the tags that match as a whole', () => {
    expect(chooseImage({ newest: { tags: 'main-\\d{8}' } }, IMAGES)?.tag).toBe('main-20260105');
    expect(chooseImage({ newest: { tags: 'main' } }, IMAGES)).toBeUndefined();
  });
  it('cuts off a pattern that runs away', () => {
    const long = [image('a', 1, `${'a'.repeat(60)}!`.replace('!', '_'))];
    expect(() => chooseImage({ newest: { tags: '(a+)+' } }, long)).toThrow(/cannot choose tags/u);
  });
  it('refuses backreferences and patterns that are none', () => {
    expect(() => chooseImage({ newest: { tags: '(a)\\1' } }, IMAGES)).toThrow(/backreference/u);
    expect(() => chooseImage({ newest: { tags: '(' } }, IMAGES)).toThrow(/cannot choose tags/u);
  });
});

it('alphabetical takes the last tag, or the first', () => {
  const tags = { tags: '\\d+\\.\\d+\\.\\d+' };
  expect(chooseImage({ alphabetical: tags }, IMAGES)?.tag).toBe('2.0.0');
  expect(chooseImage({ alphabetical: { ...tags, order: 'desc' } }, IMAGES)?.tag).toBe('1.10.2');
});

it('digest pins what a moving tag points at', () => {
  expect(chooseImage({ digest: { tag: 'stable' } }, IMAGES)).toEqual({ digest: digest('c') });
  expect(chooseImage({ digest: { tag: 'gone' } }, IMAGES)).toBeUndefined();
});
