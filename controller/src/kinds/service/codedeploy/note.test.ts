import { expect, test } from 'vitest';
import { describe as describeNote, type Note, noteIn } from './note.ts';

test.each<Note>([
  {},
  { to: 'a1b2c3d4e5f6', key: '0123456789ab' },
  { to: 'a1b2c3d4e5f6', key: '0123456789ab', ready: { then: 'Continue', minutes: 2880 }, back: 'd-ABCDEFGHI' },
  { ready: { then: 'Manual', minutes: 5 } },
])('%j is read back from the description that says it', (note) => {
  expect(noteIn(describeNote(note))).toEqual(note);
});

test('a description has room for all of it', () => {
  const note = {
    to: 'a'.repeat(12),
    key: 'b'.repeat(12),
    ready: { then: 'Continue', minutes: 2880 },
    back: 'd-ABCDEFGHI',
  };
  expect(describeNote(note as Note).length).toBeLessThanOrEqual(100);
});

test.each([undefined, '', 'deployed by hand', 'to=a1b2c3d4e5f6'])('%s is not a description of ours', (description) => {
  expect(noteIn(description)).toBeUndefined();
});
