import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError } from '../../core/errors.ts';
import { privateFolder } from '../privatefolder.ts';
import type { Remote, RemoteHost } from '../remote.ts';
import { CredentialStore, type Credentials, type SshKeyLogin } from './credentials.ts';
import { GitHubApps } from './githubapp.ts';
import { HostGuard, type HostPolicy } from './hosts.ts';

/** What one Git command needs to speak to one server. Disposed when the command has ended. */
export interface Access extends AsyncDisposable {
  readonly protocol: Remote['protocol'];
  /** Git configuration, name and value. */
  readonly settings: readonly (readonly [string, string])[];
  readonly environment: Readonly<Record<string, string>>;
  /** What must not be seen in anything that Git or a server says. */
  readonly secrets: readonly string[];
}

/** Who may be spoken to, and how to log in. */
export interface AccessOptions {
  readonly credentials?: Credentials;
  readonly hosts?: HostPolicy;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

/** Opens accesses: checks the host and reads secrets anew each time, so that a changed one is taken up. */
export class AccessDesk {
  readonly #credentials: CredentialStore;
  readonly #hosts: HostGuard;
  readonly #apps: GitHubApps;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(options: AccessOptions) {
    this.#credentials = new CredentialStore(options.credentials ?? []);
    this.#hosts = new HostGuard(options.hosts);
    this.#apps = new GitHubApps(options.now);
    this.#environment = options.environment;
  }

  /** Throws a TerminalError for a host that is not allowed; asks nobody. */
  check(remote: Remote): void {
    if (remote.host !== undefined) this.#hosts.checkName(remote.host);
  }

  /** Throws a TerminalError when the host is not allowed or the credentials are unusable. */
  async open(remote: Remote, signal: AbortSignal): Promise<Access> {
    const { host, protocol } = remote;
    if (host === undefined) return { protocol, settings: [], environment: {}, secrets: [], ...nothingToDispose };
    return protocol === 'ssh' ? await this.#ssh(remote, host, signal) : await this.#https(remote, host, signal);
  }

  async #https(remote: Remote, host: RemoteHost, signal: AbortSignal): Promise<Access> {
    const { login, caFile } = this.#credentials.find(remote) ?? {};
    const settings: [string, string][] = [];
    const environment = caFile === undefined ? {} : { GIT_SSL_CAINFO: caFile };
    // A proxy resolves names itself, and may be the only one that can.
    const address = hasProxy(this.#environment)
      ? await this.#resolveWherePossible(host, signal)
      : await this.#hosts.resolve(host, signal);
    if (address !== undefined && address !== host.name) {
      const pinned = address.includes(':') ? `[${address}]` : address;
      settings.push(['http.curloptResolve', `${host.name}:${host.port}:${pinned}`]);
    }
    let { authorization } = remote;
    const secrets: string[] = [];
    if (authorization === undefined && login !== undefined && login.kind !== 'sshKey') {
      const [username, password] =
        login.kind === 'token'
          ? [login.username ?? 'x-access-token', await login.password()]
          : ['x-access-token', await this.#apps.token(login, signal)];
      secrets.push(password);
      authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    if (authorization !== undefined) {
      secrets.push(authorization, authorization.replace(/^Basic /, ''), passwordOf(authorization));
      // For this server only, and in the environment: every user of the machine can read a command line.
      const server = host.name.includes(':') ? `[${host.name}]` : host.name;
      settings.push([`http.https://${server}:${host.port}/.extraHeader`, `Authorization: ${authorization}`]);
    }
    return { protocol: 'https', settings, environment, secrets, ...nothingToDispose };
  }

  /** Undefined when this machine cannot resolve the name; a local address is refused all the same. */
  async #resolveWherePossible(host: RemoteHost, signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.#hosts.resolve(host, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TerminalError) throw error;
      return undefined;
    }
  }

  async #ssh(remote: Remote, host: RemoteHost, signal: AbortSignal): Promise<Access> {
    const login = this.#credentials.find(remote)?.login;
    if (login?.kind !== 'sshKey') {
      // The ssh of this user speaks, whose own configuration may know names that no resolver does.
      await this.#resolveWherePossible(host, signal);
      return { protocol: 'ssh', settings: [], environment: {}, secrets: [], ...nothingToDispose };
    }
    const address = await this.#hosts.resolve(host, signal);
    const { command, key, folder } = await sshCommand(login, host, address);
    return {
      protocol: 'ssh',
      settings: [],
      environment: { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' },
      secrets: [key, ...key.split('\n').filter((line) => line.length > LINE_OF_A_KEY)],
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  }
}

const nothingToDispose = { [Symbol.asyncDispose]: () => Promise.resolve() };
const LINE_OF_A_KEY = 32;
const SSH_PORT = 22;

/** ssh takes keys from files only. They lie in a folder of their own for as long as the command runs. */
async function sshCommand(
  login: SshKeyLogin,
  host: RemoteHost,
  address: string,
): Promise<{ readonly command: string; readonly key: string; readonly folder: AsyncDisposable }> {
  const knownHosts = await login.knownHosts();
  if (knownHosts.trim() === '') {
    throw new TerminalError(
      'KnownHostsMissing',
      `ssh key for host "${host.name}": knownHosts is empty, and a server that is not known is not trusted; write what "ssh-keyscan ${host.name}" says after comparing it with what the server's owner publishes`,
    );
  }
  const key = `${(await login.privateKey()).replaceAll('\r\n', '\n').trimEnd()}\n`;
  const folder = await privateFolder();
  try {
    const keyFile = join(folder.path, 'key');
    const hostsFile = join(folder.path, 'known_hosts');
    await writeFile(keyFile, key, { mode: 0o600 });
    await writeFile(hostsFile, knownHosts.endsWith('\n') ? knownHosts : `${knownHosts}\n`, { mode: 0o600 });
    const options = [
      'BatchMode=yes',
      'ClearAllForwardings=yes',
      'ConnectTimeout=15',
      'ControlPath=none',
      'GlobalKnownHostsFile=/dev/null',
      `HostKeyAlias=${host.port === SSH_PORT ? host.name : `[${host.name}]:${host.port}`}`,
      `HostName=${address}`,
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'PasswordAuthentication=no',
      'ServerAliveCountMax=3',
      'ServerAliveInterval=10',
      'StrictHostKeyChecking=yes',
      'UpdateHostKeys=no',
      `UserKnownHostsFile=${hostsFile}`,
    ];
    // Git gives this to a shell. Only what we wrote is in it, but for the host, whose letters are checked here.
    const words = ['ssh', '-F', '/dev/null', '-i', keyFile, ...options.map((option) => `-o${option}`)];
    return { command: words.map(quoted).join(' '), key, folder };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function hasProxy(environment: NodeJS.ProcessEnv): boolean {
  return ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => (environment[name] ?? '') !== '');
}

function passwordOf(authorization: string): string {
  const [, ...password] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':');
  return password.join(':');
}
