import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintRules } from '../core/lintcodes.ts';

const source = join(import.meta.dirname, '..');

test('every code that a kind gives is explained', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('core'),
  );
  const given = new Set(
    files.flatMap((name) =>
      [...readFileSync(join(source, name), 'utf8').matchAll(/'(LS[0-9]{4})'/g)].map(([, code]) => code),
    ),
  );
  expect(given.size).toBeGreaterThan(20);
  expect([...given].filter((code) => !lintRules.has(code ?? ''))).toEqual([]);
});
