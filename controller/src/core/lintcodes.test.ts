import { expect, test } from 'vitest';
import { lintRules } from './lintcodes.ts';

test('every code is LS and four digits, in order, with a title and an explanation', () => {
  const codes = [...lintRules.keys()];
  expect(codes).toEqual(codes.toSorted());
  for (const { code, title, explanation } of lintRules.values()) {
    expect(code).toMatch(/^LS[0-9]{4}$/);
    expect(title, code).toMatch(/[^.]$/);
    expect(explanation, code).toMatch(/\.$/);
  }
});
