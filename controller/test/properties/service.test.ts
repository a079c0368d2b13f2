import { expect, test } from 'vitest';
import { tryKind } from './property.ts';
import { serviceProperty } from './service.ts';

test('what is declared comes true, and what is changed by hand is seen exactly and taken back', async () => {
  const { specifications, fields } = await tryKind(serviceProperty, { runs: 20, seed: 20_260_101 });
  expect(specifications).toBe(20);
  expect(fields.size).toBeGreaterThan(5);
}, 120_000);
