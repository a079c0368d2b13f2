import { expect, test } from 'vitest';
import { withoutSecrets } from './secrets.ts';

test.each([
  ['password=hunter2 and more', 'password=(hidden) and more'],
  ['{"apiKey": "abc def", "user": "x"}', '{"apiKey": (hidden), "user": "x"}'],
  ["DB_PASSWORD: 's3cret'", 'DB_PASSWORD: (hidden)'],
  ['Authorization: Bearer abc.def', 'Authorization: (hidden)'],
  ['sent Bearer abcdefghijkl to api', 'sent Bearer (hidden) to api'],
  ['postgres://app:hunter2@db:5432/app', 'postgres://app:(hidden)@db:5432/app'],
  ['key AKIAIOSFODNN7EXAMPLE used', 'key (hidden) used'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc seen', 'jwt (hidden) seen'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END', '(hidden)'],
  ['migrated 12 tables in 3 s', 'migrated 12 tables in 3 s'],
])('%s', (line, shown) => {
  expect(withoutSecrets(line)).toBe(shown);
});
