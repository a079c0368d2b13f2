import { TerminalError } from '../../core/errors.ts';
import { parseRemote, type Remote } from '../remote.ts';

/** Gives a secret when it is needed, so that one that was exchanged is taken up without a restart. */
export type Secret = () => string | Promise<string>;

/** Basic authentication over https. */
export interface TokenLogin {
  readonly kind: 'token';
  /** Default: `x-access-token`, which GitHub and most others take. */
  readonly username?: string;
  readonly password: Secret;
}

/** A key for ssh. */
export interface SshKeyLogin {
  readonly kind: 'sshKey';
  /** In OpenSSH's or PEM format, without passphrase. */
  readonly privateKey: Secret;
  /** Lines of a known_hosts file. A server that is not in it is refused. */
  readonly knownHosts: Secret;
}

/**
 * Installation of a GitHub App:
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
 */
export interface GitHubAppLogin {
  readonly kind: 'githubApp';
  readonly appId: string;
  readonly installationId: string;
  /** PEM of the App's key. */
  readonly privateKey: Secret;
  /** Default: `https://api.github.com`. */
  readonly api?: string;
}

/** How to log in to a repository, or to all below an address. */
export interface RepositoryCredentials {
  /** Address of a repository, or the beginning of several up to a slash. */
  readonly urlPrefix: string;
  /** Absent: only the certificate authority is set. */
  readonly login?: TokenLogin | SshKeyLogin | GitHubAppLogin;
  /** PEM file of the certificate authorities of the server, where they are not public ones. */
  readonly caFile?: string;
}

/** Every login that the operator gave. */
export type Credentials = readonly RepositoryCredentials[];

/** A prefix, read. */
interface Entry {
  readonly remote: Remote;
  readonly segments: readonly string[];
  readonly credentials: RepositoryCredentials;
}

/** Finds the credentials of a repository. */
export class CredentialStore {
  readonly #entries: readonly Entry[];

  /** Throws a TerminalError for a prefix that is no address, holds a password, or fits no login of its kind. */
  constructor(credentials: Credentials) {
    this.#entries = credentials.map((item) => entryOf(item)).toSorted((a, b) => b.segments.length - a.segments.length);
  }

  /**
   * Those with the longest prefix that ends at a slash of the address. Protocol, host and port have to be equal: what
   * is meant for one server is never sent to another.
   */
  find(remote: Remote): RepositoryCredentials | undefined {
    const { host, protocol } = remote;
    if (host === undefined) return undefined;
    const segments = segmentsOf(host.path);
    const found = this.#entries.find(
      (entry) =>
        entry.remote.protocol === protocol &&
        entry.remote.host?.name === host.name &&
        entry.remote.host.port === host.port &&
        entry.segments.every((segment, index) => segment === segments[index]),
    );
    return found?.credentials;
  }
}

function entryOf(credentials: RepositoryCredentials): Entry {
  const { urlPrefix, login } = credentials;
  const remote = parseRemote(withPath(urlPrefix), { allowFile: false });
  if (remote.authorization !== undefined) {
    throw refused(remote.url, 'it holds a user name or password itself');
  }
  if (login !== undefined && (login.kind === 'sshKey') !== (remote.protocol === 'ssh')) {
    throw refused(remote.url, `a login of the kind ${login.kind} is not used over ${remote.protocol}`);
  }
  return { remote, segments: segmentsOf(remote.host?.path ?? ''), credentials };
}

/** `git@host:` is a prefix, but no address of a repository. */
function withPath(urlPrefix: string): string {
  return /^[^/]*:$/.test(urlPrefix) ? `${urlPrefix}/` : urlPrefix;
}

/** `deploy` and `deploy.git` are one repository. */
function segmentsOf(path: string): readonly string[] {
  return path
    .replace(/\.git$/, '')
    .split('/')
    .filter((segment) => segment !== '');
}

function refused(urlPrefix: string, why: string): TerminalError {
  return new TerminalError('CredentialsRefused', `credentials for "${urlPrefix}" are refused: ${why}`);
}
