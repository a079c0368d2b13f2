import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SSHD = '/usr/sbin/sshd';

/** True where Debian's openssh-server is installed. */
export async function hasSshd(): Promise<boolean> {
  return await access(SSHD).then(
    () => true,
    () => false,
  );
}

/** A Git server over ssh: sshd of this user, which lets one key in. */
export interface SshGit extends AsyncDisposable {
  /** `ssh://user@127.0.0.1:port`. */
  readonly url: string;
  /** PEM of the key that is let in. */
  readonly privateKey: string;
  /** The server's line of a known_hosts file. */
  readonly knownHosts: string;
  /** How many connections there were. */
  connections(): number;
}

/** Starts sshd for each connection to a free port of the loopback interface, as inetd would. */
export async function startSshGit(folder: string): Promise<SshGit> {
  // sshd of root wants it, and Debian makes it when the service is started, which it is not here.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const [hostKey, userKey] = await Promise.all([makeKey(join(folder, 'host')), makeKey(join(folder, 'user'))]);
  const config = join(folder, 'sshd_config');
  await writeFile(join(folder, 'authorized_keys'), userKey.publicKey);
  const lines = [
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const sshd = spawn(SSHD, ['-i', '-f', config], { stdio: ['pipe', 'pipe', 'ignore'] });
    for (const stream of [socket, sshd.stdin]) stream.on('error', () => undefined);
    socket.pipe(sshd.stdin);
    sshd.stdout.pipe(socket);
    socket.on('close', () => sshd.kill());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    privateKey: userKey.privateKey,
    knownHosts: `[127.0.0.1]:${port} ${hostKey.publicKey}`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** A key pair without passphrase. */
export async function makeKey(file: string): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  return { privateKey: await readFile(file, 'utf8'), publicKey: (await readFile(`${file}.pub`, 'utf8')).trim() };
}
