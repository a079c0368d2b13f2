import { describe, expect, test } from 'vitest';
import { gitEnvironment } from './gitcommand.ts';
import { parseRemote, redacted, repositoryIdentity } from './remote.ts';

const untrusted = { allowFile: false };

describe('addresses', () => {
  test.each([
    ['https://git.example.com/team/deploy.git', 'https'],
    ['ssh://git@git.example.com:2222/team/deploy.git', 'ssh'],
    ['git@git.example.com:team/deploy.git', 'ssh'],
  ])('%s is taken as it is', (repoURL, protocol) => {
    expect(parseRemote(repoURL, untrusted)).toMatchObject({ url: repoURL, protocol });
  });

  test.each(['file:///srv/deploy.git', '/srv/deploy.git', './deploy'])('%s only where it is allowed', (repoURL) => {
    expect(() => parseRemote(repoURL, untrusted)).toThrow(/local file system are switched off/);
    expect(parseRemote(repoURL, { allowFile: true }).protocol).toBe('file');
  });

  test.each([
    'ext::sh -c touch% pwned',
    'fd::17',
    'http://git.example.com/x.git',
    'git://git.example.com/x.git',
    'git+ssh://git.example.com/x.git',
    '--upload-pack=touch pwned',
    'ssh://-oProxyCommand=touch/x',
    '-oProxyCommand=x@host:path',
    'git@host:-path',
    'https://exa mple.com/x',
    'https://git.example.com/x\nurl = y',
    'file://server/share',
    '',
  ])('%j is refused', (repoURL) => {
    expect(() => parseRemote(repoURL, { allowFile: true })).toThrow(/repository ".*" is refused: /s);
  });

  test('credentials are taken out of the address and never shown', () => {
    const remote = parseRemote('https://bot:s3cr%40t@git.example.com/x.git', untrusted);
    expect(remote.url).toBe('https://git.example.com/x.git');
    expect(remote.authorization).toBe(`Basic ${Buffer.from('bot:s3cr@t').toString('base64')}`);
    expect(redacted('https://bot:s3cret@git.example.com/x.git')).toBe('https://git.example.com/x.git');
    expect(() => parseRemote('ftp://bot:s3cret@host/x', untrusted)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });
});

describe('the same repository', () => {
  test.each([
    'https://git.example.com/Team/deploy.git',
    'https://bot:secret@GIT.example.com/team/deploy',
    'https://git.example.com:8443/scm/team/deploy.git/',
    'ssh://git@git.example.com:7999/team/deploy.git',
    'git@git.example.com:team/deploy.git',
    'http://git.example.com/team/deploy',
  ])('%s', (repoURL) => {
    expect(repositoryIdentity(repoURL)).toBe('git.example.com/team/deploy');
  });

  test('another path, another host and a folder are not', () => {
    expect(repositoryIdentity('https://git.example.com/team/deploy2')).toBe('git.example.com/team/deploy2');
    expect(repositoryIdentity('https://evil.org/git.example.com/team/deploy')).toBe(
      'evil.org/git.example.com/team/deploy',
    );
    expect(repositoryIdentity('/srv/deploy')).toBeUndefined();
    expect(repositoryIdentity('file:///srv/deploy')).toBeUndefined();
  });
});

describe('environment of Git', () => {
  test('nothing of the controller reaches Git but what is listed', () => {
    const environment = {
      PATH: '/bin',
      AWS_SECRET_ACCESS_KEY: 'x',
      GIT_PROXY_COMMAND: 'x',
      HOME: '/root',
      SSH_AUTH_SOCK: '/s',
    };
    const given = gitEnvironment(environment);
    expect(given).toMatchObject({ PATH: '/bin', SSH_AUTH_SOCK: '/s', GIT_ALLOW_PROTOCOL: 'none' });
    expect(Object.keys(given)).not.toEqual(expect.arrayContaining(['AWS_SECRET_ACCESS_KEY']));
    expect(given).not.toHaveProperty('HOME');
    expect(given).not.toHaveProperty('GIT_PROXY_COMMAND');
  });

  test('Git speaks the protocol of its server and no other, and follows nobody elsewhere', () => {
    const access = {
      protocol: 'https',
      settings: [['http.sslCAInfo', '/ca.pem']],
      environment: {},
      secrets: [],
    } as const;
    const given = gitEnvironment({}, { access: { ...access, [Symbol.asyncDispose]: () => Promise.resolve() } });
    expect(given['GIT_ALLOW_PROTOCOL']).toBe('https');
    const settings = Object.entries(given).flatMap(([name, value]) =>
      name.startsWith('GIT_CONFIG_KEY_') ? [[value, given[name.replace('KEY', 'VALUE')]]] : [],
    );
    expect(Object.fromEntries(settings)).toMatchObject({
      'core.hooksPath': '/dev/null',
      'http.followRedirects': 'false',
      'http.sslCAInfo': '/ca.pem',
    });
    expect(given['GIT_CONFIG_COUNT']).toBe(String(settings.length));
  });
});
