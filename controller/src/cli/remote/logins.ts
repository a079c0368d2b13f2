import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { parse, stringify } from 'yaml';
import { TerminalError } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';

/** How somebody is logged in to one controller. */
export interface Login {
  /** A token of the controller, or an ID token of its identity provider. */
  readonly token: string;
  /** Gets a new ID token when the old one has expired. */
  readonly refreshToken?: string;
  /** Of an ID token, in ISO 8601. */
  readonly expiresAt?: string;
}

/** Logins of this user, by the address of the controller. */
export interface Logins {
  /** The one that is used when no `--server` is given. */
  readonly current?: string;
  readonly servers: Readonly<Record<string, Login>>;
}

/** The file of logins. https://specifications.freedesktop.org/basedir-spec/latest/ */
export function loginsFile(env: Readonly<Record<string, string | undefined>>): string {
  const config = env['XDG_CONFIG_HOME'];
  return join(config !== undefined && config !== '' ? config : join(homedir(), '.config'), 'longshore', 'logins.yaml');
}

/** @throws TerminalError `BadLogins` for a file that was edited into something else. */
export async function readLogins(file: string): Promise<Logins> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { servers: {} };
    throw error;
  }
  const value: unknown = parse(text, { logLevel: 'error' });
  if (!isObject(value) || !isObject(value['servers'])) {
    throw new TerminalError('BadLogins', `${file} is no file of logins: delete it and log in again`);
  }
  return value as unknown as Logins;
}

/** Writes for the user alone, and whole or not at all. */
export async function writeLogins(file: string, logins: Logins): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(stringify(logins));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file).catch(async (error: unknown) => {
    await rm(temporary, { force: true });
    throw error;
  });
}
