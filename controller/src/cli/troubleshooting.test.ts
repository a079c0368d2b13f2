import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const messages = [...page.matchAll(/^### `(.+)`$/gmu)].map(([, message = '']) => message);
const sources = globSync('controller/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] });
const code = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');

test('the page has the 25 most likely messages and more', () => {
  expect(messages.length).toBeGreaterThanOrEqual(25);
  expect(new Set(messages).size).toBe(messages.length);
});

test.each(messages)('the program has the message %s', (message) => {
  expect(message.split('…').filter((piece) => !code.includes(piece))).toEqual([]);
});
