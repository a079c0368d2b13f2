import type { Command } from 'commander';
import type { Io } from '../io.ts';

/** `longshore logout [URL]` */
export function register(program: Command, io: Io): void {
  program
    .command('logout')
    .description('Forgets how you are logged in to a controller.')
    .argument('[url]', 'the controller (default: that of the last login)')
    .action(async (url: string | undefined) => {
      const { loginsFile, readLogins, writeLogins } = await import('../remote/logins.ts');
      const { serverAddress } = await import('../remote/session.ts');
      const file = loginsFile(io.env);
      const { current, servers } = await readLogins(file);
      const server = url === undefined ? current : serverAddress(url);
      if (server === undefined || (servers[server] === undefined && server !== current)) {
        io.stdout('nobody was logged in\n');
        return;
      }
      const left = Object.fromEntries(Object.entries(servers).filter(([address]) => address !== server));
      await writeLogins(file, { ...(current !== undefined && current !== server && { current }), servers: left });
      io.stdout(`logged out of ${server}\n`);
    });
}
