import { expect, it } from 'vitest';
import { redacted, redactText } from './redaction.ts';

it.each([
  ['https://bot:hunter2@git.example.com/x.git', 'https://git.example.com/x.git'],
  ['https://ghp_hunter2@git.example.com/x', 'https://git.example.com/x'],
  ['see postgres://app:hunter2@db/shop and redis://:hunter2@cache', 'see postgres://db/shop and redis://cache'],
  ['Authorization: Bearer abcdef.hunter2', 'Authorization: Bearer ***'],
  ['authorization: basic aHVudGVyMjo=', 'authorization: basic ***'],
  ['lsp_hunter2hunter2 is refused', 'lsp_*** is refused'],
  ['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.hunter2', 'token ***'],
  ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', '***'],
])('%s is redacted', (text, clean) => {
  expect(redactText(text)).toBe(clean);
});

it.each([
  'ssh://git@git.example.com/x.git',
  'git@git.example.com:x.git',
  'https://git.example.com/x.git?at=@v1',
  'https://example.com/a@b',
  'arn:aws:ecs:eu-west-1:111111111111:service/main/web',
  'the bearer of the news',
])('%s stays as it is', (text) => {
  expect(redactText(text)).toBe(text);
});

it('goes through everything, and leaves what is no text', () => {
  const at = new Date(0);
  const address = 'https://u:p@x/';
  expect(redacted({ at, n: 1, no: null, list: [address, { deep: address }] })).toEqual({
    at,
    n: 1,
    no: null,
    list: ['https://x/', { deep: 'https://x/' }],
  });
});

it('takes linear time on purpose-made text', () => {
  const nasty = ['a://', 'https://x', '-eyJaaaaa', '-eyJaaaaa.aaaaa', 'Bearer ', 'lsp_', '://u:']
    .map((part) => part.repeat(30_000))
    .join(' ');
  const start = performance.now();
  redactText(nasty);
  expect(performance.now() - start).toBeLessThan(2_000);
});
