import { expect, it } from 'vitest';
import { subjectOf } from './subject.ts';

it.each([
  ['shop/api', 'Service', false, { application: 'shop', ref: 'Service/api' }],
  ['shop/Service/api', 'Job', false, { application: 'shop', ref: 'Service/api' }],
  ['shop/migrate', 'Job', false, { application: 'shop', ref: 'Job/migrate' }],
  ['api', 'Service', true, { ref: 'Service/api' }],
  ['Job/migrate', 'Service', true, { ref: 'Job/migrate' }],
] as const)('%s is read', (text, kind, hasPath, expected) => {
  expect(subjectOf(text, kind, hasPath)).toEqual(expected);
});

it.each([
  ['api', false, 'expected one such as shop/api or shop/Service/api'],
  ['', false, 'names no resource'],
  ['shop/service/api', false, 'names no resource'],
  ['shop/a/b/c', false, 'names no resource'],
  ['shop/api', true, 'expected one such as api or Service/api'],
  ['Shop/api', false, 'names no resource'],
])('%s (--path: %s) is refused with an example', (text, hasPath, message) => {
  expect(() => subjectOf(text, 'Service', hasPath)).toThrow(message);
});
