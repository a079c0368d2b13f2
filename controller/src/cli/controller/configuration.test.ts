import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordingIo } from '../testing/recording-io.ts';
import { credentialsOf, readConfiguration } from './configuration.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longshore-config-'));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

async function read(spec: string, env: Readonly<Record<string, string>> = {}) {
  const file = join(root, 'config.yaml');
  const head = 'apiVersion: longshore.dev/v1alpha1\nkind: ControllerConfiguration\nmetadata: {name: main}\n';
  await writeFile(file, `${head}spec:\n${spec}`);
  return await readConfiguration(file, 'config.yaml', recordingIo({ env }));
}

it('reads secrets when they are used: from the environment, or a file beside it, each time anew', async () => {
  const configuration = await read(
    '  repositories:\n    - {urlPrefix: "https://git.example.com/team", token: {password: {file: token.txt}}}\n',
    { WEBHOOK: 'shared' },
  );
  expect(await configuration.secret({ env: 'WEBHOOK' })).toBe('shared');
  const [credentials] = credentialsOf(configuration);
  if (credentials?.login?.kind !== 'token') throw new Error('expected a token');
  await expect(Promise.resolve(credentials.login.password())).rejects.toThrow(/token\.txt cannot be read/u);
  await writeFile(join(root, 'token.txt'), 'first\n');
  expect(await credentials.login.password()).toBe('first');
  await writeFile(join(root, 'token.txt'), 'second\r\n');
  expect(await credentials.login.password()).toBe('second');
});

it('says which secret is missing, and nothing of the others', async () => {
  const configuration = await read('  url: https://longshore.example.com\n', { OTHER: 'hidden' });
  const missing = configuration.secret({ env: 'TOKEN' });
  await expect(missing).rejects.toMatchObject({
    code: 'NoSecret',
    message: 'a secret of the ControllerConfiguration is missing: the environment variable TOKEN is not set',
  });
});

it('is refused with the place of what is wrong', async () => {
  await expect(read('  urll: x\n')).rejects.toThrow(/^config\.yaml:5:3: \/spec\/urll: .*did you mean "url"/u);
  const file = join(root, 'other.yaml');
  await writeFile(file, 'apiVersion: longshore.dev/v1alpha1\nkind: Project\nmetadata: {name: team}\nspec: {}\n');
  await expect(readConfiguration(file, 'other.yaml', recordingIo())).rejects.toThrow(
    'other.yaml: found Project, expected one ControllerConfiguration',
  );
});
