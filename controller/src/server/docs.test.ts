import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REQUIRED_ACCESS } from './auth/permissions.ts';
import { routeKeys } from './openapi/schemas.ts';
import { STATUS_OF_CODE } from './problem.ts';

const root = join(import.meta.dirname, '../../..');
const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');

it('docs/access.md has the table of roles that the server goes by', () => {
  const rows = [...page('access.md').matchAll(/^\| `(?<action>\w+\.\w+)` \| (?<role>\w+) \|$/gmu)];
  expect(Object.fromEntries(rows.map(({ groups }) => [groups?.['action'], groups?.['role']]))).toEqual(REQUIRED_ACCESS);
});

it('docs/api.md has every route, and the status of every code', () => {
  const text = page('api.md');
  for (const route of routeKeys()) expect(text).toContain(`\`${route}\``);
  const rows = [...text.matchAll(/^\| (?<status>\d{3}) \| (?<codes>.*) \|$/gmu)];
  const documented = rows.flatMap(({ groups }) =>
    [...(groups?.['codes'] ?? '').matchAll(/`(?<code>[A-Z]\w+)`/gu)]
      .map((code) => [code.groups?.['code'] ?? '', Number(groups?.['status'])] as const)
      .filter(([code]) => !code.startsWith('Retry')),
  );
  expect(Object.fromEntries(documented)).toEqual(STATUS_OF_CODE);
});

it('docs/access.md names tests that are there', () => {
  const files = [...page('access.md').matchAll(/`(?<file>controller\/[^`]+\.test\.ts)`/gu)];
  expect(files.length).toBeGreaterThan(10);
  for (const { groups } of files)
    expect([groups?.['file'], existsSync(join(root, groups?.['file'] ?? ''))]).toEqual([groups?.['file'], true]);
});
