import type { AllowedSigner } from './allowedsigners.ts';

/** The kinds of signatures that are verified. */
export type SignatureFormat = 'ssh' | 'gpg';

/** What a verdict is read against. */
interface Known {
  readonly signers: readonly AllowedSigner[];
  readonly now: Date;
}

const CHANGED =
  'carries a signature that does not fit it: it was changed after it was signed, or the signature is of another one';

/** Status lines of GnuPG: https://github.com/gpg/gnupg/blob/master/doc/DETAILS */
const GPG_REASONS: readonly (readonly [string, string])[] = [
  ['EXPKEYSIG', 'whose key has expired'],
  ['REVKEYSIG', 'whose key was revoked'],
  ['EXPSIG', 'but the signature has expired'],
];

/** Who signed, from what `git verify-commit --raw` said when it succeeded. */
export function signerIn(said: string, format: SignatureFormat): string {
  const found =
    format === 'ssh'
      ? /^Good "git" signature for (.+) with \S+ key (\S+)/m.exec(said)
      : /^\[GNUPG:\] GOODSIG \S+ (.+)$/m.exec(said);
  return found?.[1] ?? 'an allowed key';
}

/** Why a signature is not accepted, from what `git verify-commit --raw` said. Goes behind the name of the object. */
export function reasonOf(said: string, format: SignatureFormat, known: Known): string {
  return format === 'ssh' ? sshReason(said, known) : gpgReason(said);
}

function sshReason(said: string, { signers, now }: Known): string {
  if (/cannot run ssh-keygen/i.test(said))
    return 'cannot be verified: ssh-keygen is not on PATH; install the OpenSSH client';
  if (said.includes('not permitted for use in signature namespace')) {
    return 'is signed with a key whose line of allowedSigners has namespaces without "git"';
  }
  const [, type, fingerprint] = /signature with (\S+) key (\S+)/.exec(said) ?? [];
  if (fingerprint === undefined) return CHANGED;
  const signer = signers.find((one) => one.fingerprint === fingerprint);
  if (signer === undefined) {
    return `is signed with the ${type} key ${fingerprint}, which no line of allowedSigners holds`;
  }
  const who = `is signed by ${signer.principals} with the ${type} key ${fingerprint}`;
  return signer.validBefore !== undefined && signer.validBefore <= now
    ? `${who}, which was valid only before ${signer.validBefore.toISOString()}`
    : `${who}, whose line of allowedSigners does not allow it at the time of the commit: look at valid-after and valid-before`;
}

function gpgReason(said: string): string {
  if (/cannot run gpg/i.test(said)) return 'cannot be verified: gpg is not on PATH; install GnuPG';
  for (const [status, reason] of GPG_REASONS) {
    const found = new RegExp(`^\\[GNUPG:\\] ${status} (\\S+) (.+)$`, 'm').exec(said);
    if (found !== null) return `is signed by ${found[2]} (OpenPGP key ${found[1]}), ${reason}`;
  }
  if (said.includes('[GNUPG:] BADSIG')) return CHANGED;
  const unknown = /^\[GNUPG:\] NO_PUBKEY (\S+)$/m.exec(said)?.[1];
  if (unknown !== undefined) return `is signed with the OpenPGP key ${unknown}, which is not in gpgKeys`;
  return 'carries an OpenPGP signature that GnuPG cannot read';
}
