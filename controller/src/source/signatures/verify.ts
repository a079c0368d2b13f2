import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { TerminalError } from '../../core/errors.ts';
import { GitError } from '../gitcommand.ts';
import type { GitRepository } from '../gitrepository.ts';
import type { Resolved } from '../gitrevision.ts';
import { privateFolder } from '../privatefolder.ts';
import { findProgram } from '../programs.ts';
import { type AllowedSigner, readAllowedSigners } from './allowedsigners.ts';
import { reasonOf, type SignatureFormat, signerIn } from './verdict.ts';
import type { Verification } from './verification.ts';

/** A commit or tag whose signature is to be verified. */
interface Signed {
  readonly type: 'commit' | 'tag';
  readonly id: string;
  /** For messages: `commit 0123456789ab`. */
  readonly name: string;
}

/** What verification needs besides the object. */
interface Keys {
  readonly verification: Verification;
  readonly signers: readonly AllowedSigner[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: Date;
}

/**
 * Verifies what a revision resolved to, with Git's own verification and no key but the given ones. Gives who signed.
 * Throws a TerminalError `SignatureRefused` that says what was found.
 */
export async function verifySignature(
  repository: GitRepository,
  resolved: Resolved,
  verification: Verification,
  options: { readonly signal: AbortSignal; readonly environment: NodeJS.ProcessEnv; readonly now: Date },
): Promise<string> {
  const { allowedSigners = '', gpgKeys = '', mode = 'Head' } = verification;
  const signers = readAllowedSigners(allowedSigners);
  if (signers.length === 0 && gpgKeys.trim() === '') {
    throw refused(repository, 'verify holds no key: expected lines in allowedSigners, or keys in gpgKeys');
  }
  await using temporary = await privateFolder();
  const keys: Keys = { verification, signers, folder: temporary.path, ...options };
  await prepare(keys, options.signal, repository);
  let signedBy = '';
  if (mode !== 'Head') {
    signedBy = await verifyTag(repository, resolved, keys, options.signal);
  }
  if (mode !== 'Tag') {
    const { commit } = resolved;
    const signed = { type: 'commit', id: commit, name: `commit ${commit.slice(0, 12)}` } as const;
    signedBy = await verifyObject(repository, signed, keys, options.signal);
  }
  return signedBy;
}

/** The files that ssh-keygen and gpg read, in a folder that is removed afterwards. */
async function prepare(keys: Keys, signal: AbortSignal, repository: GitRepository): Promise<void> {
  const { folder, signers, now, verification, environment } = keys;
  // Git asks whether a key was valid when the commit says that it was made, which whoever holds an old key can choose.
  const valid = signers.filter(({ validBefore }) => validBefore === undefined || validBefore > now);
  await writeFile(join(folder, 'allowed_signers'), valid.map(({ line }) => `${line}\n`).join(''), { mode: 0o600 });
  const home = join(folder, 'gnupg');
  await mkdir(home, { mode: 0o700 });
  await writeFile(
    join(home, 'gpg.conf'),
    'trust-model always\nno-auto-key-retrieve\nno-auto-key-locate\nno-autostart\n',
  );
  if (verification.gpgKeys === undefined || verification.gpgKeys.trim() === '') return;
  const gpg = await findProgram('gpg', environment['PATH']);
  if (gpg === undefined) throw refused(repository, 'gpg is needed for gpgKeys and is not on PATH: install GnuPG');
  try {
    await execa(gpg, ['--batch', '--quiet', '--no-tty', '--import'], {
      env: { PATH: environment['PATH'] ?? '', GNUPGHOME: home, HOME: folder, LC_ALL: 'C' },
      extendEnv: false,
      input: verification.gpgKeys,
      cancelSignal: signal,
      timeout: repository.timeouts.localMs,
    });
  } catch {
    signal.throwIfAborted();
    throw refused(repository, 'gpgKeys cannot be read: expected armoured OpenPGP public keys');
  }
}

async function verifyTag(
  repository: GitRepository,
  { tag, commit }: Resolved,
  keys: Keys,
  signal: AbortSignal,
): Promise<string> {
  if (tag === undefined) {
    throw refused(repository, 'verify.mode wants a signed tag, and targetRevision names a branch or commit');
  }
  if (tag.object === undefined)
    throw refused(repository, `tag ${tag.name} is lightweight, and only annotated tags are signed`);
  const signed = { type: 'tag', id: tag.object, name: `tag ${tag.name}` } as const;
  const signedBy = await verifyObject(repository, signed, keys, signal);
  // A signed tag can be put under another name, or be a tag of a tag: what was signed has to be what was asked for.
  const header = (await repository.local(['cat-file', 'tag', tag.object], signal)).toString('utf8').split('\n\n', 1)[0];
  const lines = new Set((header ?? '').split('\n'));
  if (!lines.has(`tag ${tag.name}`) || !lines.has(`object ${commit}`)) {
    const found = [...lines].find((line) => line.startsWith('tag '))?.slice('tag '.length);
    throw refused(
      repository,
      `tag ${tag.name} was signed as "${found ?? ''}", or for another commit than ${commit.slice(0, 12)}`,
    );
  }
  return signedBy;
}

async function verifyObject(
  repository: GitRepository,
  signed: Signed,
  keys: Keys,
  signal: AbortSignal,
): Promise<string> {
  const format = await formatOf(repository, signed, signal);
  const has = { ssh: keys.signers.length > 0, gpg: (keys.verification.gpgKeys ?? '').trim() !== '' };
  if (!has[format]) {
    const [kind, list] = format === 'ssh' ? ['an SSH', 'allowedSigners'] : ['an OpenPGP', 'gpgKeys'];
    throw refused(repository, `${signed.name} has ${kind} signature, and verify.${list} is empty`);
  }
  try {
    const said = await repository.git([`verify-${signed.type}`, '--raw', signed.id], {
      signal,
      timeoutMs: repository.timeouts.localMs,
      together: true,
      settings: [
        ['gpg.ssh.allowedSignersFile', join(keys.folder, 'allowed_signers')],
        ['gpg.ssh.program', 'ssh-keygen'],
        ['gpg.program', 'gpg'],
        ['gpg.x509.program', '/bin/false'],
        ['gpg.minTrustLevel', 'fully'],
      ],
      environment: { GNUPGHOME: join(keys.folder, 'gnupg'), HOME: keys.folder },
    });
    return signerIn(said.toString('utf8'), format);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw refused(repository, `${signed.name} ${reasonOf(error.stderr, format, keys)}`);
  }
}

/** The kind of signature that an object carries. */
async function formatOf(repository: GitRepository, signed: Signed, signal: AbortSignal): Promise<SignatureFormat> {
  const text = (await repository.local(['cat-file', signed.type, signed.id], signal)).toString('utf8');
  const end = text.indexOf('\n\n');
  // A commit carries it in its header, a tag at the end of its message.
  const part = signed.type === 'commit' ? text.slice(0, end) : text.slice(end);
  const found = /^(?:gpgsig(?:-sha256)? )?-----BEGIN (SSH SIGNATURE|PGP SIGNATURE|PGP MESSAGE|[A-Z ]+)-----$/m.exec(
    part,
  );
  if (found === null) throw refused(repository, `${signed.name} is not signed`);
  if (found[1] === 'SSH SIGNATURE') return 'ssh';
  if (found[1]?.startsWith('PGP ') === true) return 'gpg';
  throw refused(repository, `${signed.name} has a signature of the kind "${found[1]}"; expected SSH or OpenPGP`);
}

function refused(repository: GitRepository, why: string): TerminalError {
  return new TerminalError('SignatureRefused', `${repository.name}: ${why}`);
}
