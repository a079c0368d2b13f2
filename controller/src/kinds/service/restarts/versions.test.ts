import { expect, test } from 'vitest';
import { secretVersion } from './versions.ts';

const now = new Date('2026-03-02T10:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const current = { id: 'shop/db', stage: 'AWSCURRENT' };

test('a secret is told by its name and the beginning of the id of its version', () => {
  const secret = {
    Name: 'shop/db',
    LastChangedDate: ago(3),
    VersionIdsToStages: { '3f2a9c1b-7d4e-4000-8000-000000000000': ['AWSCURRENT'], old: ['AWSPREVIOUS'] },
  };
  expect(secretVersion(secret, current, now)).toEqual({
    told: 'shop/db@3f2a9c1b-7d4',
    changedAt: ago(3),
    rotating: false,
  });
  expect(secretVersion(secret, { ...current, stage: 'AWSPREVIOUS' }, now).told).toBe('shop/db@old');
});

test.each([
  ['on another version is a rotation', { a: ['AWSCURRENT'], b: ['AWSPENDING'] }, 3, true],
  ['on the version in use is the end of one', { a: ['AWSCURRENT', 'AWSPENDING'] }, 3, false],
  ['that has stood for an hour is a rotation that failed', { a: ['AWSCURRENT'], b: ['AWSPENDING'] }, 61, false],
])('AWSPENDING %s', (_what, VersionIdsToStages, minutes, rotating) => {
  const secret = { Name: 'db', VersionIdsToStages, LastChangedDate: ago(minutes) };
  expect(secretVersion(secret, current, now).rotating).toBe(rotating);
});

test('a secret that is not there is a version too: tasks start when it is made', () => {
  expect(secretVersion(undefined, current, now)).toEqual({ told: 'shop/db@none', rotating: false });
});
