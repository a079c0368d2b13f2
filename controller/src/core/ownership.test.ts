import { describe, expect, it } from 'vitest';
import { managedTags, ownerInWords, ownershipOf, ownershipTags, tagChanges, wantedTags } from './ownership.ts';

const owner = { application: 'shop', ref: 'Service/api', instance: 'prod' } as const;
const tags = ownershipTags(owner);

describe('who owns a part', () => {
  it.each([
    ['ours', tags, 'ours'],
    [
      'of another resource of the Application',
      { ...tags, 'longshore.dev/resource': 'Service/web' },
      'otherApplication',
    ],
    ['of another Application', { ...tags, 'longshore.dev/application': 'blog' }, 'otherApplication'],
    ['of another installation', { ...tags, 'longshore.dev/instance': 'test' }, 'foreign'],
    ['of nobody', { Team: 'a' }, 'unowned'],
    ['of nobody, with half of the tags', { 'longshore.dev/application': 'shop' }, 'unowned'],
    ['of its parent', 'untaggable', 'parent'],
  ] as const)('%s', (_name, partTags, expected) => {
    expect(ownershipOf({ type: 't', id: 'i', tags: partTags }, owner)).toBe(expected);
  });

  it('is said in words', () => {
    expect(ownerInWords({ type: 't', id: 'i', tags })).toBe('Service/api of Application shop (instance prod)');
    expect(ownerInWords({ type: 't', id: 'i', tags: {} })).toContain('no ownership tags');
  });
});

describe('tags', () => {
  it('are those of the spec and of ownership, which win', () => {
    expect(wantedTags({ Team: 'a', 'longshore.dev/application': 'x' }, tags)).toEqual({ Team: 'a', ...tags });
  });

  it('are ours to remove only where we set them before', () => {
    const live = { ...tags, Team: 'a', Old: '1', Theirs: '2' };
    const wanted = { ...tags, Team: 'b' };
    expect(tagChanges(live, wanted, ['Team', 'Old'])).toEqual({ set: { Team: 'b' }, remove: ['Old'] });
    expect(tagChanges(live, wanted)).toEqual({ set: { Team: 'b' }, remove: [] });
    expect(managedTags(live, wanted, ['Old'])).toEqual({ ...tags, Team: 'a', Old: '1' });
  });
});
