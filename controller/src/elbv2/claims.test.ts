import { expect, test } from 'vitest';
import type { Claim } from '../core/driver.ts';
import { underClaims } from './claims.ts';

const claim = (path: string, holds: Claim['holds']): Claim => ({
  on: 'LoadBalancer/public',
  path,
  by: 'Service/api',
  reason: '',
  holds,
});
const wanted = { default: { forward: { blue: { weight: 1 }, green: { weight: 0 } } }, other: 1 };
const live = { default: { forward: { blue: { weight: 0 }, green: { weight: 1 } } }, other: 2 };

test('a claimed field keeps its live value and nothing else does', () => {
  expect(underClaims(wanted, live, [claim('/default/forward', 'any')])).toEqual({ ...live, other: 1 });
  expect(underClaims(wanted, live, [claim('/default/forward/blue/weight', 'any')])).toEqual({
    default: { forward: { blue: { weight: 0 }, green: { weight: 0 } } },
    other: 1,
  });
});

test('an exact claim and a range hold', () => {
  expect(underClaims(wanted, live, [claim('/other', { exactly: 7 })]).other).toBe(7);
  expect(underClaims(wanted, live, [claim('/other', { between: [3, 5] })]).other).toBe(3);
  expect(underClaims(wanted, live, [claim('/other', { between: [0, 5] })]).other).toBe(2);
});

test('before there is anything live, Git decides', () => {
  expect(underClaims(wanted, undefined, [claim('/default/forward', 'any')])).toEqual(wanted);
});
