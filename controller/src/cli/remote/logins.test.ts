import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordingIo } from '../testing/recording-io.ts';
import { loginsFile, readLogins, writeLogins } from './logins.ts';
import { openClient, serverAddress } from './session.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-logins-'));
});
afterEach(async () => rm(home, { recursive: true, force: true }));

const env = () => ({ XDG_CONFIG_HOME: home });

it('keeps logins for the user alone, and leaves nothing half-written behind', async () => {
  const file = loginsFile(env());
  expect(await readLogins(file)).toEqual({ servers: {} });
  const logins = { current: 'https://a', servers: { 'https://a': { token: 't' } } };
  await writeLogins(file, logins);
  await writeLogins(file, logins);
  expect(await readLogins(file)).toEqual(logins);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(dirname(file))).toEqual(['logins.yaml']);
});

it('says what to do with a file that is none', async () => {
  const file = loginsFile(env());
  await writeLogins(file, { servers: {} });
  await writeFile(file, 'nonsense');
  await expect(readLogins(file)).rejects.toThrow(/is no file of logins: delete it/u);
});

it('speaks with the controller of the option, else of the environment, else of the last login', async () => {
  const io = (more: Record<string, string> = {}) => recordingIo({ env: { ...env(), ...more } });
  await expect(openClient({}, io())).rejects.toThrow(/no controller is named: log in/u);
  await writeLogins(loginsFile(env()), { current: 'https://last', servers: {} });
  expect((await openClient({}, io())).server).toBe('https://last');
  expect((await openClient({}, io({ LONGSHORE_SERVER: 'https://env/' }))).server).toBe('https://env');
  expect((await openClient({ server: 'https://option/base/' }, io({ LONGSHORE_SERVER: 'https://env' }))).server).toBe(
    'https://option/base',
  );
});

it.each(['longshore.example.com', 'ftp://a', 'https://user:secret@a', 'https://a?x=1'])(
  'refuses %s as an address',
  (text) => {
    expect(() => serverAddress(text)).toThrow(/is no address of a controller, expected one such as https/u);
  },
);
