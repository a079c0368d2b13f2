import { expect, test } from 'vitest';
import { jobProperty } from './job.ts';
import { tryKind } from './property.ts';

test('what is declared comes true, and what is changed by hand is seen exactly and taken back', async () => {
  const { specifications, fields } = await tryKind(jobProperty, { runs: 25, seed: 20_260_101 });
  expect(specifications).toBe(25);
  expect(fields.size).toBeGreaterThan(1);
}, 120_000);
