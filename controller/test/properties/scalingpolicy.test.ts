import { expect, test } from 'vitest';
import { tryKind } from './property.ts';
import { scalingPolicyProperty } from './scalingpolicy.ts';

test('what is declared comes true, and what is changed by hand is seen exactly and taken back', async () => {
  const { specifications, fields } = await tryKind(scalingPolicyProperty, { runs: 25, seed: 20_260_101 });
  expect(specifications).toBe(25);
  expect(fields.size).toBeGreaterThan(5);
}, 120_000);
