import { describe, expect, test } from 'vitest';
import { parseRemote, type RemoteHost } from '../remote.ts';
import { HostGuard, type HostPolicy } from './hosts.ts';

const signal = new AbortController().signal;

function hostOf(repoURL: string): RemoteHost {
  const { host } = parseRemote(repoURL, { allowFile: false });
  if (host === undefined) throw new Error(`${repoURL} has no host`);
  return host;
}

function check(repoURL: string, policy?: HostPolicy) {
  return () => new HostGuard(policy).checkName(hostOf(repoURL));
}

describe('without a list', () => {
  test.each([
    'https://127.0.0.1/x',
    'https://127.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://0/x',
    'https://localhost/x',
    'https://LOCALHOST./x',
    'https://a.localhost/x',
    'https://[::1]/x',
    'https://[::]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:a9fe:a9fe]/x',
    'https://[64:ff9b::a9fe:a9fe]/x',
    'https://169.254.169.254/latest/meta-data',
    'https://169.254.170.2/v2/credentials',
    'https://[fd00:ec2::254]/x',
    'https://[fe80::1]/x',
    'git@127.0.0.1:x',
    'ssh://git@169.254.169.254/x',
  ])('%s is refused', (repoURL) => {
    expect(check(repoURL)).toThrow(/is refused: it is of this machine, its link or a metadata service/);
  });

  test.each(['https://github.com/x', 'https://10.1.2.3/x', 'git@192.168.1.5:x', 'https://[2606:50c0::1]/x'])(
    '%s is allowed',
    (repoURL) => {
      expect(check(repoURL)).not.toThrow();
    },
  );

  test.each(['127.0.0.1', '169.254.169.254', '::1', 'fd00:ec2::254', '::ffff:169.254.169.254'])(
    'a name with the address %s is refused',
    async (address) => {
      const lookup = () => Promise.resolve([{ address: '93.184.215.14' }, { address }]);
      const resolving = new HostGuard({ lookup }).resolve(hostOf('https://rebind.example.com/x'), signal);
      await expect(resolving).rejects.toThrow(`has the address ${address}`);
    },
  );

  test('a name that cannot be resolved is told', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    const resolving = new HostGuard({ lookup }).resolve(hostOf('https://git.example.com/x'), signal);
    await expect(resolving).rejects.toThrow('host "git.example.com" cannot be resolved: ENOTFOUND');
  });

  test('a resolver that does not answer is left at the abort', async () => {
    const leaving = new AbortController();
    const lookup = () => Promise.withResolvers<never>().promise;
    const resolving = new HostGuard({ lookup }).resolve(hostOf('https://git.example.com/x'), leaving.signal);
    leaving.abort(new Error('leaving'));
    await expect(resolving).rejects.toThrow('leaving');
  });
});

describe('with a list', () => {
  const policy = { allowed: ['github.com', '*.example.com', '127.0.0.1'] };

  test('what is on it is allowed, also this machine when it is named', () => {
    for (const repoURL of ['https://GitHub.com/x', 'git@git.example.com:x', 'https://127.0.0.1/x']) {
      expect(check(repoURL, policy)).not.toThrow();
    }
  });

  test('what is not on it is refused, with the list', () => {
    for (const repoURL of ['https://github.com.evil.org/x', 'https://evilexample.com/x', 'https://gitlab.com/x']) {
      expect(check(repoURL, policy)).toThrow(/allowed are github\.com, \*\.example\.com, 127\.0\.0\.1/);
    }
    expect(check('https://github.com/x', { allowed: [] })).toThrow(/none is allowed/);
  });

  test('a wildcard does not open this machine', async () => {
    const lookup = () => Promise.resolve([{ address: '127.0.0.1' }]);
    const resolving = new HostGuard({ ...policy, lookup }).resolve(hostOf('https://a.example.com/x'), signal);
    await expect(resolving).rejects.toThrow('has the address 127.0.0.1');
    expect(check('https://localhost/x', { allowed: ['*'] })).toThrow(/of this machine/);
  });
});
