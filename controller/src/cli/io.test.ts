import { expect, it } from 'vitest';
import { wantsColour } from './io.ts';

it('colours a terminal', () => expect(wantsColour({}, true)).toBe(true));
it('does not colour a pipe', () => expect(wantsColour({}, false)).toBe(false));
it('does not colour a terminal that cannot', () => expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false));
it('obeys NO_COLOR', () => expect(wantsColour({ NO_COLOR: '1' }, true)).toBe(false));
it('ignores an empty NO_COLOR', () => expect(wantsColour({ NO_COLOR: '' }, true)).toBe(true));
it('obeys FORCE_COLOR', () => expect(wantsColour({ FORCE_COLOR: '1', NO_COLOR: '1' }, false)).toBe(true));
it('takes FORCE_COLOR=0 as no', () => expect(wantsColour({ FORCE_COLOR: '0' }, true)).toBe(false));
