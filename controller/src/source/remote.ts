import { resolve } from 'node:path';
import { TerminalError } from '../core/errors.ts';
import { hasControlCharacter } from './characters.ts';

/** A Git repository to fetch from, checked and without credentials in its address. */
export interface Remote {
  /** What Git is given. Holds no password or token. */
  readonly url: string;
  /** Value for GIT_ALLOW_PROTOCOL: whatever the server or the repository says, Git speaks nothing else. */
  readonly protocol: 'https' | 'ssh' | 'file';
  /** `Authorization` header for https, from the user name and password of the address. */
  readonly authorization?: string;
}

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
    refuseOptionLike(repoURL, scp[1] ?? '', scp[2] ?? '');
    return { url: repoURL, protocol: 'ssh' };
  }
  return local(repoURL, resolve(repoURL), options.allowFile);
}

/** The address without user name and password, for messages. */
export function redacted(repoURL: string): string {
  return repoURL.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1');
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
      if (username === '' && password === '') return { url: url.href, protocol: 'https' };
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      return { url: url.href, protocol: 'https', authorization };
    }
    case 'ssh:':
      if (url.password !== '') throw refused(repoURL, 'ssh takes keys, not passwords');
      return { url: url.href, protocol: 'ssh' };
    case 'file:':
      if (url.hostname !== '') throw refused(repoURL, 'a file address has no host: write file:///path');
      return local(repoURL, url.href, allowFile);
    default:
      throw refused(repoURL, `${url.protocol}// is not supported`);
  }
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
