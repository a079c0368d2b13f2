import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPlugin, pluginArguments, startSession } from './session-manager.ts';

const SESSION = {
  kind: 'ExecSession',
  task: 'abc',
  container: 'web',
  target: 'ecs:main_abc_abc-1',
  region: 'eu-west-1',
  sessionId: 'ecs-execute-command-1',
  streamUrl: 'wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/ecs-execute-command-1',
  token: 'AAEAAX',
} as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-plugin-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A plugin that writes down what it was started with. */
async function plugin(exitCode: number): Promise<string> {
  const file = join(folder, 'session-manager-plugin');
  await writeFile(
    file,
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word"; done > '${folder}/given'\nexit ${exitCode}\n`,
  );
  await chmod(file, 0o755);
  return file;
}

it('the plugin is started as the AWS CLI starts it, and its exit code is that of the session', async () => {
  const file = await plugin(3);
  expect(await findPlugin({ env: { PATH: `/nowhere:${folder}` } })).toBe(file);
  expect(await startSession(file, SESSION)).toBe(3);
  const [session = '', region, action, profile, request = '', endpoint] = (
    await readFile(join(folder, 'given'), 'utf8')
  ).split('\n');
  const { sessionId, streamUrl, token: tokenValue } = SESSION;
  expect(JSON.parse(session)).toEqual({ sessionId, streamUrl, tokenValue });
  expect([region, action, profile]).toEqual(['eu-west-1', 'StartSession', '']);
  expect(JSON.parse(request)).toEqual({ Target: 'ecs:main_abc_abc-1' });
  expect(endpoint).toBe('https://ecs.eu-west-1.amazonaws.com');
});

it('in China the endpoint is one of China', () => {
  expect(pluginArguments({ ...SESSION, region: 'cn-north-1' }).at(-1)).toBe('https://ecs.cn-north-1.amazonaws.com.cn');
});

it('a file that is not there, or is no program, is no plugin', async () => {
  await writeFile(join(folder, 'session-manager-plugin'), 'text');
  await expect(findPlugin({ env: { PATH: folder } })).rejects.toMatchObject({ code: 'NoPlugin' });
  await expect(findPlugin({ env: {} })).rejects.toThrow('says how to get it');
});
