import type { Command } from 'commander';
import { TerminalError } from '../../core/errors.ts';
import type { Io } from '../io.ts';
import type { Login } from '../remote/logins.ts';

interface LoginCommandOptions {
  readonly tokenStdin?: true;
  readonly device: boolean;
}

/** `longshore login URL` */
export function register(program: Command, io: Io): void {
  program
    .command('login')
    .description('Logs in to a controller, through its identity provider or with a token.')
    .argument('<url>', 'the controller, such as https://longshore.example.com')
    .option('--token-stdin', 'read a token from standard input')
    .option('--device', 'with a code to type in on another machine, where there is no browser here', false)
    .action(async (url: string, options: LoginCommandOptions) => {
      const [{ createClient, RemoteError }, { loginsFile, readLogins, writeLogins }, { serverAddress }] =
        await Promise.all([
          import('../remote/client.ts'),
          import('../remote/logins.ts'),
          import('../remote/session.ts'),
        ]);
      const server = serverAddress(url);
      const interruption = io.interruption();
      const { signal } = interruption;
      try {
        const login =
          options.tokenStdin === true
            ? await tokenFrom(io, signal)
            : await byProvider(server, options.device, io, signal);
        const client = createClient(server, async () => login?.token);
        const who = await client.call('GET /api/v1/session/userinfo', { signal }).catch((error: unknown) => {
          if (!(error instanceof RemoteError) || error.status !== 401) throw error;
          throw new TerminalError('LoginFailed', `${server} does not accept this login: ${error.detail}`);
        });
        const file = loginsFile(io.env);
        const { servers } = await readLogins(file);
        const others = Object.fromEntries(Object.entries(servers).filter(([address]) => address !== server));
        await writeLogins(file, { current: server, servers: { ...others, ...(login && { [server]: login }) } });
        io.stdout(
          login === undefined
            ? `${server} asks nobody who they are: it is used from now on\n`
            : `logged in to ${server} as ${who.name}\n`,
        );
      } finally {
        interruption.dispose();
      }
    });
}

/** Undefined: the controller was started without authentication. */
async function byProvider(server: string, device: boolean, io: Io, signal: AbortSignal): Promise<Login | undefined> {
  const [{ createClient }, { logIn }] = await Promise.all([
    import('../remote/client.ts'),
    import('../remote/oidc-login.ts'),
  ]);
  const client = createClient(server, async () => undefined);
  const settings = await client.call('GET /api/v1/settings', { signal });
  return settings.authentication ? await logIn(client, { device, signal }, io) : undefined;
}

async function tokenFrom(io: Io, signal: AbortSignal): Promise<Login> {
  const token = (await io.readStdin(signal)).trim();
  if (token === '') throw new TerminalError('NoToken', 'standard input held no token');
  return { token };
}
