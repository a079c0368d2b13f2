import { expect, test } from 'vitest';
import { tryKind } from './property.ts';
import { clusterProperty } from './cluster.ts';

test('what is declared comes true, and what is changed by hand is seen exactly and taken back', async () => {
  const { specifications, fields } = await tryKind(clusterProperty, { runs: 25, seed: 20_260_101 });
  expect(specifications).toBe(25);
  expect(fields.size).toBeGreaterThan(5);
}, 120_000);
