/** Whose signature a commit or tag has to carry. Keys never come from the repository that they are to vouch for. */
export interface Verification {
  /**
   * What is verified, as in Flux (https://fluxcd.io/flux/components/source/gitrepositories/#verification): the commit,
   * the tag that `targetRevision` names, or both. Default: `Head`.
   */
  readonly mode?: 'Head' | 'Tag' | 'TagAndHead';
  /** Lines of OpenSSH's allowed_signers file: https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS */
  readonly allowedSigners?: string;
  /** Armoured OpenPGP public keys. */
  readonly gpgKeys?: string;
}
