import { TerminalError } from '../../core/errors.ts';
import type { Io } from '../io.ts';
import { type Client, createClient } from './client.ts';
import { type Login, loginsFile, readLogins, writeLogins } from './logins.ts';
import type { ServerOptions } from './server-options.ts';

/** Before it expires, so that a request that takes a while is still let through. */
const RENEW_MS = 30_000;

/** The controller that the options, the environment or the last login name. @throws TerminalError `NoServer` */
export async function openClient(options: ServerOptions, io: Io): Promise<Client> {
  const file = loginsFile(io.env);
  const logins = await readLogins(file);
  const named = options.server ?? nonEmpty(io.env['LONGSHORE_SERVER']) ?? logins.current;
  if (named === undefined) {
    throw new TerminalError(
      'NoServer',
      'no controller is named: log in with "longshore login URL", or set --server or LONGSHORE_SERVER',
    );
  }
  const server = serverAddress(named);
  const token = options.authToken ?? nonEmpty(io.env['LONGSHORE_TOKEN']);
  if (token !== undefined) return createClient(server, async () => token);
  let login = logins.servers[server];
  return createClient(server, async () => {
    if (
      login?.expiresAt !== undefined &&
      Date.parse(login.expiresAt) - RENEW_MS < Date.now() &&
      login.refreshToken !== undefined
    ) {
      login = await renewed(server, login, file);
    }
    return login?.token;
  });
}

/** The address without a slash at its end. @throws TerminalError `BadServer` */
export function serverAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/u.test(url.protocol) ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new TerminalError(
      'BadServer',
      `"${text.replace(/\/\/[^/@]*@/u, '//')}" is no address of a controller, expected one such as https://longshore.example.com`,
    );
  }
  return url.href.replace(/\/+$/u, '');
}

/** A new ID token; the old one stays where that fails: the controller then says to log in again. */
async function renewed(server: string, login: Login, file: string): Promise<Login> {
  const { renew } = await import('./oidc-login.ts');
  const fresh = await renew(
    createClient(server, async () => undefined),
    login,
  );
  if (fresh === undefined) return login;
  const logins = await readLogins(file);
  await writeLogins(file, { ...logins, servers: { ...logins.servers, [server]: fresh } });
  return fresh;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
