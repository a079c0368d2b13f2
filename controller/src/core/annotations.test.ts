import { expect, test } from 'vitest';
import { silenced } from './annotations.ts';

const withAnnotation = (value: string) => ({
  metadata: { name: 'main', annotations: { 'longshore.dev/ignore-LS1001': value } },
});

test('a reason silences one rule and no other', () => {
  expect(silenced(withAnnotation('the port is opened by the sidecar'), 'LS1001')).toBe(true);
  expect(silenced(withAnnotation('the port is opened by the sidecar'), 'LS1002')).toBe(false);
});

test('without a reason nothing is silenced', () => {
  expect(silenced(withAnnotation(' '), 'LS1001')).toBe(false);
  expect(silenced({ metadata: { name: 'main' } }, 'LS1001')).toBe(false);
});
