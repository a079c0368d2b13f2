import { resolve } from 'node:path';
import { TerminalError } from '../core/errors.ts';
import { hasControlCharacter } from './characters.ts';

/** Where on the network a repository is. */
export interface RemoteHost {
  /** In lower case, IPv6 without brackets. */
  readonly name: string;
  readonly port: number;
  /** The path on the server, without slash at either end. */
  readonly path: string;
}

/** A Git repository to fetch from, checked and without credentials in its address. */
export interface Remote {
  /** What Git is given. Holds no password or token. */
  readonly url: string;
  /** Value for GIT_ALLOW_PROTOCOL: whatever the server or the repository says, Git speaks nothing else. */
  readonly protocol: 'https' | 'ssh' | 'file';
  /** Absent for the local file system. */
  readonly host?: RemoteHost;
  /** `Authorization` header for https, from the user name and password of the address. */
  readonly authorization?: string;
}

const HTTPS_PORT = 443;
const SSH_PORT = 22;

/**
 * Reads an address as Git does: `https://`, `ssh://`, `user@host:path`, `file://` or a path. Everything else is refused:
 * `ext::` runs commands, `http://` and `git://` are not encrypted. Throws a TerminalError that names the address
 * without its credentials.
 */
export function parseRemote(repoURL: string, options: { readonly allowFile: boolean }): Remote {
  if (repoURL === '' || repoURL.startsWith('-') || hasControlCharacter(repoURL)) {
    throw refused(repoURL, 'it is empty, begins with "-" or holds a control character');
  }
  if (/^[A-Za-z0-9+.-]+::/.test(repoURL)) throw refused(repoURL, 'remote helpers can run commands');
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(repoURL)) return parseUrl(repoURL, options.allowFile);
  const scp = /^(?:[^@/:]+@)?([^/:]+):(.+)$/.exec(repoURL);
  if (scp !== null) {
    const [, host = '', path = ''] = scp;
    refuseOptionLike(repoURL, host, path, repoURL);
    return { url: repoURL, protocol: 'ssh', host: hostOf(repoURL, host, '', path, SSH_PORT) };
  }
  return local(repoURL, resolve(repoURL), options.allowFile);
}

/** The address without user name and password, for messages. */
export function redacted(repoURL: string): string {
  return repoURL.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1');
}

/**
 * Host and path of a repository, equal for all of its addresses (https or ssh, with or without user, port and `.git`).
 * For finding the Applications that a webhook speaks of: never for permissions. Undefined for a path of this machine.
 */
export function repositoryIdentity(repoURL: string): string | undefined {
  const parts =
    /^[a-z+]+:\/\/(?:[^/@]*@)?([^/:]+|\[[^\]]*\])(?::\d+)?\/(.*)$/i.exec(repoURL) ??
    /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.+)$/.exec(repoURL);
  if (parts === null) return undefined;
  const [, host = '', path = ''] = parts;
  // Data Center has a prefix for http that its ssh addresses lack.
  const plain = path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .replace(/^scm\//, '');
  return `${host}/${plain}`.toLowerCase();
}

function parseUrl(repoURL: string, allowFile: boolean): Remote {
  if (!URL.canParse(repoURL)) throw refused(repoURL, 'it is not a valid address');
  const url = new URL(repoURL);
  refuseOptionLike(repoURL, url.hostname, url.username);
  switch (url.protocol) {
    case 'https:': {
      const { username, password } = url;
      url.username = '';
      url.password = '';
      const host = hostOf(repoURL, url.hostname, url.port, url.pathname, HTTPS_PORT);
      if (username === '' && password === '') return { url: url.href, protocol: 'https', host };
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      return { url: url.href, protocol: 'https', host, authorization };
    }
    case 'ssh:': {
      if (url.password !== '') throw refused(repoURL, 'ssh takes keys, not passwords');
      const host = hostOf(repoURL, url.hostname, url.port, url.pathname, SSH_PORT);
      return { url: url.href, protocol: 'ssh', host };
    }
    case 'file:':
      if (url.hostname !== '') throw refused(repoURL, 'a file address has no host: write file:///path');
      return local(repoURL, url.href, allowFile);
    default:
      throw refused(repoURL, `${url.protocol}// is not supported`);
  }
}

/** Credentials go by the beginning of the path, so nothing in it may mean another place to the server than to us. */
function hostOf(repoURL: string, hostname: string, port: string, path: string, defaultPort: number): RemoteHost {
  if (/%2f|%5c|%2e|\\/i.test(path) || path.split('/').includes('..')) {
    throw refused(repoURL, 'the path holds "..", "\\" or an encoded "/" or "."');
  }
  const name = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (!/^[\w.:-]+$/.test(name)) throw refused(repoURL, `"${name}" is not the name of a host`);
  return { name, port: port === '' ? defaultPort : Number(port), path: path.replace(/^\/+|\/+$/g, '') };
}

function local(repoURL: string, url: string, allowFile: boolean): Remote {
  if (allowFile) return { url, protocol: 'file' };
  throw refused(repoURL, 'repositories of the local file system are switched off');
}

function refuseOptionLike(repoURL: string, ...names: readonly string[]): void {
  if (names.some((name) => name.startsWith('-'))) throw refused(repoURL, 'a host, user or path begins with "-"');
}

function refused(repoURL: string, why: string): TerminalError {
  const found = redacted(repoURL);
  return new TerminalError(
    'RepositoryRefused',
    `repository "${found}" is refused: ${why}; expected https://, ssh://, user@host:path, or file:// where allowed`,
  );
}
