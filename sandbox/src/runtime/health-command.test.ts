import { expect, test } from 'vitest';
import { healthCommand } from './health-command.ts';
import { longestPrefix } from './image-table.ts';

test.each<[string, string[], readonly string[] | undefined]>([
  [
    'CMD runs its arguments',
    ['CMD', 'curl', '-f', 'http://localhost:8080/health'],
    ['curl', '-f', 'http://127.0.0.1:4000/health'],
  ],
  [
    'CMD-SHELL runs a shell',
    ['CMD-SHELL', 'curl -f http://127.0.0.1:8080/ || exit 1'],
    ['/bin/sh', '-c', 'curl -f http://127.0.0.1:4000/ || exit 1'],
  ],
  ['a bare string is for the shell', ['exit 0'], ['/bin/sh', '-c', 'exit 0']],
  ['other ports stay', ['CMD-SHELL', 'nc localhost:9090'], ['/bin/sh', '-c', 'nc localhost:9090']],
  ['other hosts stay', ['CMD', 'x', 'http://example.com:8080'], ['x', 'http://example.com:8080']],
  ['NONE checks nothing', ['NONE'], undefined],
])('%s', (_what, command, expected) => {
  expect(healthCommand(command, [8080], 4000)).toEqual(expected);
});

test('the longest matching prefix of an image wins', () => {
  const table = { app: 1, 'app:2': 2, other: 3 };
  expect(['app:1', 'app:2', 'app:2.1', 'none'].map((image) => longestPrefix(table, image))).toEqual([
    1,
    2,
    2,
    undefined,
  ]);
});
