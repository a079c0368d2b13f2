import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedName, type NameParts } from './names.ts';

const parts: NameParts = { application: 'shop', name: 'api', createOnly: { port: 80 }, maxLength: 32 };

describe('derived names', () => {
  it('are the same for the same parts, and say what they are of', () => {
    expect(derivedName(parts)).toBe(derivedName({ ...parts, createOnly: { port: 80 } }));
    expect(derivedName(parts)).toMatch(/^shop-api-[0-9a-z]{10}$/);
    expect(derivedName({ ...parts, createOnly: { b: 1, a: 2 } })).toBe(
      derivedName({ ...parts, createOnly: { a: 2, b: 1 } }),
    );
  });

  it('differ when a field differs that can only be set at creation', () => {
    expect(derivedName(parts)).not.toBe(derivedName({ ...parts, createOnly: { port: 81 } }));
  });

  it('differ where hyphens or truncation would make them one', () => {
    expect(derivedName({ ...parts, application: 'a-b', name: 'c' })).not.toBe(
      derivedName({ ...parts, application: 'a', name: 'b-c' }),
    );
    const long = 'x'.repeat(60);
    expect(derivedName({ ...parts, name: `${long}1` })).not.toBe(derivedName({ ...parts, name: `${long}2` }));
  });

  it('give way to an override', () => {
    expect(derivedName({ ...parts, override: 'My_Name' })).toBe('My_Name');
  });

  it('do not begin as AWS does not allow', () => {
    expect(derivedName({ ...parts, application: 'internal', reservedPrefixes: ['internal-'] })).toMatch(
      /^x-internal-api-/,
    );
  });

  it('always fit, and never begin or end with a hyphen', () => {
    const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    fc.assert(
      fc.property(label, label, fc.integer({ min: 12, max: 255 }), (application, name, maxLength) => {
        const derived = derivedName({ application, name, createOnly: {}, maxLength });
        expect(derived.length).toBeLessThanOrEqual(maxLength);
        expect(derived).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      }),
    );
  });
});
