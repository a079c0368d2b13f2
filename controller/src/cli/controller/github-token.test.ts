import { expect, it } from 'vitest';
import type { ControllerConfigurationSpec } from '../../api/controllerconfiguration.ts';
import type { Configuration } from './configuration.ts';
import { githubToken, repositoryToken } from './github-token.ts';

/** Secrets are named after their variables. */
function configuration(prefixes: readonly string[], more: ControllerConfigurationSpec = {}): Configuration {
  const repositories = prefixes.map((urlPrefix) => ({ urlPrefix, token: { password: { env: urlPrefix } } }));
  return { spec: { repositories, ...more }, secret: async ({ env = '' }) => env, path: (file) => file };
}

it.each([
  [['https://github.com'], 'https://github.com'],
  [['https://github.com', 'https://github.com/o'], 'https://github.com/o'],
  [['https://github.com/o/deploy.git'], 'https://github.com/o/deploy.git'],
  [['https://api.github.com/repos/o'], 'https://api.github.com/repos/o'],
  [
    [
      'https://gitlab.example.com/o',
      'https://github.com.evil.example/o',
      'https://github.com/other',
      'https://github.com/o/dep',
    ],
    undefined,
  ],
])('of %j the token of %s is sent to GitHub, and never that of another server', async (prefixes, token) => {
  expect(await repositoryToken(configuration(prefixes), 'o/deploy')).toBe(token);
});

it('knows an Enterprise Server by its API', async () => {
  const known = configuration(['https://github.com/o', 'https://ghe.example.com/o']);
  expect(await repositoryToken(known, 'o/deploy', 'https://ghe.example.com/api/v3')).toBe('https://ghe.example.com/o');
});

it('takes the token of the notifications first, and says what to set where there is none', async () => {
  const own = configuration(['https://github.com'], { notifications: { github: { token: { env: 'OWN' } } } });
  expect(await githubToken(own, 'o/deploy')).toBe('OWN');
  await expect(githubToken(configuration([]), 'o/deploy')).rejects.toThrow(/set notifications\.github\.token/u);
});
