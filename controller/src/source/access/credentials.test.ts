import { describe, expect, test } from 'vitest';
import { parseRemote } from '../remote.ts';
import { type Credentials, CredentialStore } from './credentials.ts';

const password = () => 'secret';
const key = { privateKey: () => 'key', knownHosts: () => 'hosts' };
const credentials: Credentials = [
  { urlPrefix: 'https://git.example.com', login: { kind: 'token', username: 'host', password } },
  { urlPrefix: 'https://git.example.com/team/', login: { kind: 'token', username: 'team', password } },
  { urlPrefix: 'https://git.example.com/team/deploy.git', login: { kind: 'token', username: 'deploy', password } },
  { urlPrefix: 'git@git.example.com:', login: { kind: 'sshKey', ...key }, caFile: 'of scp' },
  { urlPrefix: 'ssh://git@git.example.com/team', login: { kind: 'sshKey', ...key }, caFile: 'of team' },
];
const store = new CredentialStore(credentials);

function found(repoURL: string): string | undefined {
  const item = store.find(parseRemote(repoURL, { allowFile: true }));
  return item?.login?.kind === 'token' ? item.login.username : item?.caFile;
}

describe('which credentials a repository gets', () => {
  test.each([
    ['https://git.example.com/other/x', 'host'],
    ['https://git.example.com/team/x.git', 'team'],
    ['https://git.example.com/team/deploy', 'deploy'],
    ['https://git.example.com/team/deploy.git', 'deploy'],
    ['https://GIT.example.com/team/deploy.git/', 'deploy'],
    ['git@git.example.com:team/deploy.git', 'of team'],
    ['ssh://somebody@git.example.com/other/x', 'of scp'],
  ])('%s: %s', (repoURL, expected) => {
    expect(found(repoURL)).toBe(expected);
  });

  test('a prefix ends at a slash', () => {
    expect(found('https://git.example.com/team-evil/x')).toBe('host');
    expect(found('https://git.example.com/team/deploy-evil')).toBe('team');
  });

  test.each([
    'https://git.example.com.evil.org/team/deploy',
    'https://evil.org/git.example.com/team/deploy',
    'https://git.example.com:8443/team/deploy',
    'ssh://git@git.example.com:2222/team/deploy',
    '/git.example.com/team/deploy',
  ])('%s is another server and gets none', (repoURL) => {
    expect(found(repoURL)).toBeUndefined();
  });

  test.each([
    'https://git.example.com/team/..%2fother/x',
    'https://git.example.com/%2e%2e/x',
    'git@git.example.com:team/../x',
  ])('%s could be another path to the server and is refused', (repoURL) => {
    // What URL parsing resolves itself is another path from then on.
    const read = () => parseRemote(repoURL, { allowFile: false }).host?.path;
    if (repoURL.includes('%2e')) expect(read()).toBe('x');
    else expect(read).toThrow(/the path holds/);
  });

  test('prefixes with a password, of an unknown kind or for the wrong protocol are refused', () => {
    const make = (item: Credentials[number]) => () => new CredentialStore([item]);
    expect(make({ urlPrefix: 'https://a:b@git.example.com/' })).toThrow(/holds a user name or password itself/);
    expect(make({ urlPrefix: 'ssh://git.example.com/x', login: { kind: 'token', password } })).toThrow(
      /kind token is not used over ssh/,
    );
    expect(make({ urlPrefix: 'https://git.example.com/x', login: { kind: 'sshKey', ...key } })).toThrow(
      /kind sshKey is not used over https/,
    );
    expect(make({ urlPrefix: 'git.example.com' })).toThrow(/is refused/);
  });
});
