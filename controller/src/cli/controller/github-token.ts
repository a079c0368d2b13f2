import { TerminalError } from '../../core/errors.ts';
import type { Configuration } from './configuration.ts';

const DEFAULT_API = 'https://api.github.com';

/**
 * The token for a repository (`owner/name`) of the GitHub of the notifications: theirs, else that of the repository's own
 * credentials. @throws TerminalError `NoGitHubToken`
 */
export async function githubToken(configuration: Configuration, repository: string): Promise<string> {
  const { token, api } = configuration.spec.notifications?.github ?? {};
  if (token !== undefined) return await configuration.secret(token);
  const found = await repositoryToken(configuration, repository, api);
  if (found !== undefined) return found;
  throw new TerminalError(
    'NoGitHubToken',
    `there is no token for ${repository}: set notifications.github.token, or a token in repositories, in the controller's configuration`,
  );
}

/**
 * The token among the credentials of repositories whose prefix fits a repository (`owner/name`) of the GitHub at `api` best:
 * by its address for people, or by that in the API. Of another server none ever fits.
 */
export async function repositoryToken(
  configuration: Configuration,
  repository: string,
  api: string = DEFAULT_API,
): Promise<string | undefined> {
  const addresses = [`${originOf(api)}/${repository}`, `${api.replace(/\/+$/u, '')}/repos/${repository}`];
  const fitting = (configuration.spec.repositories ?? [])
    .filter(
      ({ urlPrefix, token }) => token !== undefined && addresses.some((address) => beginsWith(address, urlPrefix)),
    )
    .toSorted((a, b) => b.urlPrefix.length - a.urlPrefix.length);
  const password = fitting[0]?.token?.password;
  return password === undefined ? undefined : await configuration.secret(password);
}

/** Where people see what the API is about. */
function originOf(api: string): string {
  const { origin, hostname } = new URL(api);
  return hostname === 'api.github.com' ? 'https://github.com' : origin;
}

/** `https://a/b` begins with `https://a`, `https://a/` and `https://a/b`, not with `https://a/bc` or `https://a.evil`. */
function beginsWith(address: string, prefix: string): boolean {
  const bare = prefix.replace(/\/+$/u, '').replace(/\.git$/u, '');
  return address === bare || address.startsWith(`${bare}/`);
}
