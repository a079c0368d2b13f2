import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { GitSources, type GitSourceOptions } from '../git.ts';
import { createRepository, temporaryFolder } from '../testing/gitfixture.ts';
import { makeKey } from '../testing/sshgit.ts';
import type { Verification } from './verification.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;
const now = new Date('2026-11-21T12:00:00Z');

async function setUp() {
  const root = await temporaryFolder();
  const repository = await createRepository(join(root.path, 'repository'));
  const keys = join(root.path, 'keys');
  await mkdir(keys);
  const ann = await makeKey(join(keys, 'ann'));
  const eve = await makeKey(join(keys, 'eve'));
  const sources = new GitSources({
    cacheFolder: join(root.path, 'cache'),
    allowFile: true,
    environment: { PATH: process.env['PATH'] },
    clock: { now: () => now },
  });
  const fetch = (verify: Verification, options: Partial<GitSourceOptions> = {}) =>
    sources.open({ repoURL: repository.folder, verify, ...options }).fetch(signal);
  const signing = (name: string) => ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${join(keys, name)}.pub`];
  const commitBy = async (name: string, message: string): Promise<string> => {
    await repository.git(...signing(name), 'commit', '--quiet', '--allow-empty', '-S', '--message', message);
    return repository.git('rev-parse', 'HEAD');
  };
  return {
    root,
    repository,
    keys,
    ann,
    eve,
    fetch,
    signing,
    commitBy,
    [Symbol.asyncDispose]: root[Symbol.asyncDispose],
  };
}

describe('point 19: SSH signatures', () => {
  test('a commit of an allowed signer is fetched, and the signer is told', async () => {
    await using it = await setUp();
    const commit = await it.commitBy('ann', 'signed');
    const fetched = await it.fetch({ allowedSigners: `# the team\nann@example.com ${it.ann.publicKey}\n` });
    expect(fetched).toMatchObject({ revision: commit, commit: { signedBy: 'ann@example.com' } });
  });

  test('an unsigned commit is refused, and gives no files', async () => {
    await using it = await setUp();
    const commit = await it.repository.commit('unsigned', { 'a.yaml': '1' });
    await expect(it.fetch({ allowedSigners: `ann@example.com ${it.ann.publicKey}` })).rejects.toMatchObject({
      code: 'SignatureRefused',
      message: `${it.repository.folder}: commit ${commit.slice(0, 12)} is not signed`,
    });
  });

  test('a commit of somebody else is refused with his key', async () => {
    await using it = await setUp();
    await it.commitBy('eve', 'signed by another');
    const shown = await run('ssh-keygen', ['-l', '-f', join(it.keys, 'eve.pub')]);
    const fingerprint = shown.stdout.split(' ')[1] ?? '';
    await expect(it.fetch({ allowedSigners: `ann@example.com ${it.ann.publicKey}` })).rejects.toThrow(
      `is signed with the ED25519 key ${fingerprint}, which no line of allowedSigners holds`,
    );
  });

  test('allowed signers in the repository count for nothing', async () => {
    await using it = await setUp();
    await it.repository.commit('keys', { 'keys/allowed_signers': `eve@example.com ${it.eve.publicKey}\n` });
    await it.repository.git('config', 'gpg.ssh.allowedSignersFile', 'keys/allowed_signers');
    await it.commitBy('eve', 'signed by another');
    await expect(it.fetch({ allowedSigners: `ann@example.com ${it.ann.publicKey}` })).rejects.toThrow(
      'which no line of allowedSigners holds',
    );
  });

  test('an expired key is refused, also for a commit that says it is older', async () => {
    await using it = await setUp();
    // The fixture's commits say January.
    await it.commitBy('ann', 'signed');
    const lines = (end: string) => `ann@example.com valid-before="${end}" ${it.ann.publicKey}`;
    await expect(it.fetch({ allowedSigners: lines('20261101Z') })).rejects.toThrow(
      /is signed by ann@example\.com with the ED25519 key \S+, which was valid only before 2026-11-01T00:00:00\.000Z/,
    );
    expect((await it.fetch({ allowedSigners: lines('20261201Z') })).commit.signedBy).toBe('ann@example.com');
  });

  test.each([
    ['namespaces="file"', 'a key whose line of allowedSigners has namespaces without "git"'],
    ['valid-after="20260601Z"', 'does not allow it at the time of the commit'],
  ])('a key that is allowed with %s only is refused', async (option, expected) => {
    await using it = await setUp();
    await it.commitBy('ann', 'signed');
    const allowedSigners = `ann@example.com ${option} ${it.ann.publicKey}`;
    await expect(it.fetch({ allowedSigners })).rejects.toThrow(expected);
  });

  test('a signature that was taken from another commit is refused', async () => {
    await using it = await setUp();
    await it.commitBy('ann', 'signed');
    const raw = await run('git', ['cat-file', 'commit', 'HEAD'], { cwd: it.repository.folder });
    const file = join(it.root.path, 'tampered');
    await writeFile(file, raw.stdout.replace('signed', 'tampered'));
    const tampered = await it.repository.git('hash-object', '-t', 'commit', '-w', file);
    await it.repository.git('update-ref', 'refs/heads/main', tampered);
    await expect(it.fetch({ allowedSigners: `ann@example.com ${it.ann.publicKey}` })).rejects.toThrow(
      `commit ${tampered.slice(0, 12)} carries a signature that does not fit it`,
    );
  });

  test('without any key nothing is fetched', async () => {
    await using it = await setUp();
    await it.commitBy('ann', 'signed');
    await expect(it.fetch({})).rejects.toThrow('verify holds no key');
    await expect(it.fetch({ gpgKeys: 'no keys at all' })).rejects.toThrow('gpgKeys cannot be read');
  });

  test('a look verifies as well', async () => {
    await using it = await setUp();
    await it.repository.commit('unsigned');
    const sources = new GitSources({
      cacheFolder: join(it.root.path, 'other'),
      allowFile: true,
      environment: { PATH: process.env['PATH'] },
    });
    const verify = { allowedSigners: `ann@example.com ${it.ann.publicKey}` };
    await expect(sources.open({ repoURL: it.repository.folder, verify }).look(signal)).rejects.toThrow('is not signed');
  });
});

describe('signed tags', () => {
  const mode = 'Tag';

  test('a signed tag is enough, or the commit has to be signed as well', async () => {
    await using it = await setUp();
    await it.repository.commit('unsigned');
    await it.repository.git(...it.signing('ann'), 'tag', '--sign', '--message', 'one', 'v1.0.0');
    const allowedSigners = `ann@example.com ${it.ann.publicKey}`;
    const targetRevision = '>=1.0.0 <2';
    expect((await it.fetch({ mode, allowedSigners }, { targetRevision })).commit.signedBy).toBe('ann@example.com');
    await expect(it.fetch({ mode: 'TagAndHead', allowedSigners }, { targetRevision })).rejects.toThrow(
      /commit \S+ is not signed/,
    );
    await it.commitBy('ann', 'signed');
    await it.repository.git(...it.signing('ann'), 'tag', '--sign', '--message', 'two', 'v1.1.0');
    const both = await it.fetch({ mode: 'TagAndHead', allowedSigners }, { targetRevision });
    expect(both.commit).toMatchObject({ message: 'signed', signedBy: 'ann@example.com' });
  });

  test('a branch, a lightweight tag, an unsigned tag and another signer are refused', async () => {
    await using it = await setUp();
    await it.commitBy('ann', 'signed');
    await it.repository.git('tag', 'light');
    await it.repository.git('tag', '--annotate', '--message', 'x', 'annotated');
    await it.repository.git(...it.signing('eve'), 'tag', '--sign', '--message', 'x', 'of-eve');
    const allowedSigners = `ann@example.com ${it.ann.publicKey}`;
    const refusal = (targetRevision: string) => expect(it.fetch({ mode, allowedSigners }, { targetRevision })).rejects;
    await refusal('main').toThrow('verify.mode wants a signed tag, and targetRevision names a branch or commit');
    await refusal('light').toThrow('tag light is lightweight');
    await refusal('annotated').toThrow('tag annotated is not signed');
    await refusal('of-eve').toThrow(
      /tag of-eve is signed with the ED25519 key .*, which no line of allowedSigners holds/,
    );
  });

  test('a signed tag under another name is refused', async () => {
    await using it = await setUp();
    await it.repository.commit('first');
    await it.repository.git(...it.signing('ann'), 'tag', '--sign', '--message', 'old', 'v1.0.0');
    const object = await it.repository.git('rev-parse', 'v1.0.0');
    await it.repository.git('update-ref', 'refs/tags/v2.0.0', object);
    const verify = { mode, allowedSigners: `ann@example.com ${it.ann.publicKey}` } as const;
    await expect(it.fetch(verify, { targetRevision: 'v2.0.0' })).rejects.toThrow('tag v2.0.0 was signed as "v1.0.0"');
  });
});

describe('point 19: OpenPGP signatures', () => {
  /** Keys of two people, one of whom has an expired and a revoked key as well. */
  async function withGpg() {
    const it = await setUp();
    const home = join(it.root.path, 'gnupg');
    await mkdir(home, { mode: 0o700 });
    const env = { PATH: process.env['PATH'] ?? '', GNUPGHOME: home, HOME: it.root.path };
    const gpg = async (...args: string[]): Promise<string> =>
      (
        await run('gpg', ['--batch', '--quiet', '--no-tty', '--pinentry-mode=loopback', '--passphrase=', ...args], {
          env,
        })
      ).stdout;
    const generate = async (uid: string, ...args: string[]): Promise<string> => {
      await gpg(...args, '--quick-gen-key', uid, 'ed25519', 'sign', args.length === 0 ? 'never' : '30d');
      const listed = await gpg('--with-colons', '--list-keys', uid);
      return /^fpr:+(\w+):/m.exec(listed)?.[1] ?? '';
    };
    const commitWith = async (key: string, ...faked: string[]): Promise<string> => {
      const unsigned = await it.repository.commit('to be signed');
      const content = await run('git', ['cat-file', 'commit', unsigned], { cwd: it.repository.folder });
      const file = join(it.root.path, 'content');
      await writeFile(file, content.stdout);
      await gpg(...faked, '--yes', '--local-user', key, '--armor', '--detach-sign', '--output', `${file}.asc`, file);
      const signature = (await readFile(`${file}.asc`, 'utf8')).trimEnd().replaceAll('\n', '\n ');
      await writeFile(file, content.stdout.replace('\n\n', `\ngpgsig ${signature}\n\n`));
      const signed = await it.repository.git('hash-object', '-t', 'commit', '-w', file);
      await it.repository.git('update-ref', 'refs/heads/main', signed);
      return signed;
    };
    const exported = (key: string) => gpg('--armor', '--export', key);
    const dispose = async (): Promise<void> => {
      await run('gpgconf', ['--kill', 'all'], { env });
      await it[Symbol.asyncDispose]();
    };
    return { ...it, home, gpg, generate, commitWith, exported, [Symbol.asyncDispose]: dispose };
  }

  test('a commit of an allowed key is fetched, one of another is refused with its number', async () => {
    await using it = await withGpg();
    const ann = await it.generate('Ann <ann@example.com>');
    const eve = await it.generate('Eve <eve@example.com>');
    const gpgKeys = await it.exported(ann);
    const commit = await it.commitWith(ann);
    expect(await it.fetch({ gpgKeys })).toMatchObject({
      revision: commit,
      commit: { signedBy: 'Ann <ann@example.com>' },
    });
    await it.commitWith(eve);
    await expect(it.fetch({ gpgKeys })).rejects.toThrow(`OpenPGP key ${eve.slice(-16)}, which is not in gpgKeys`);
    await expect(it.fetch({ allowedSigners: `ann@example.com ${it.ann.publicKey}` })).rejects.toThrow(
      'has an OpenPGP signature, and verify.gpgKeys is empty',
    );
  });

  test('an expired key is refused', async () => {
    await using it = await withGpg();
    const faked = ['--faked-system-time=20200101T000000!'];
    const old = await it.generate('Old <old@example.com>', ...faked);
    await it.commitWith(old, ...faked);
    await expect(it.fetch({ gpgKeys: await it.exported(old) })).rejects.toThrow(
      /is signed by Old <old@example\.com> \(OpenPGP key \w+\), whose key has expired/,
    );
  });

  test('a revoked key is refused', async () => {
    await using it = await withGpg();
    const key = await it.generate('Lost <lost@example.com>');
    await it.commitWith(key);
    const file = join(it.home, 'openpgp-revocs.d', `${key}.rev`);
    await writeFile(file, (await readFile(file, 'utf8')).replace(':-----BEGIN', '-----BEGIN'));
    await it.gpg('--import', file);
    await expect(it.fetch({ gpgKeys: await it.exported(key) })).rejects.toThrow(
      /is signed by Lost <lost@example\.com> \(OpenPGP key \w+\), whose key was revoked/,
    );
  });

  test('a changed commit is refused', async () => {
    await using it = await withGpg();
    const ann = await it.generate('Ann <ann@example.com>');
    await it.commitWith(ann);
    const raw = await run('git', ['cat-file', 'commit', 'HEAD'], { cwd: it.repository.folder });
    const file = join(it.root.path, 'tampered');
    await writeFile(file, raw.stdout.replace('to be signed', 'tampered'));
    await it.repository.git(
      'update-ref',
      'refs/heads/main',
      await it.repository.git('hash-object', '-t', 'commit', '-w', file),
    );
    await expect(it.fetch({ gpgKeys: await it.exported(ann) })).rejects.toThrow(
      'carries a signature that does not fit it',
    );
  });
});
