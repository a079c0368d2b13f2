/** The commit that a fetch arrived at. For a plain directory: a digest of its content. */
export interface Commit {
  /** Full commit id, or `dir:<sha256>` for a directory. */
  readonly revision: string;
  readonly author?: string;
  readonly message?: string;
  readonly committedAt?: Date;
  /** Who signed what was verified: a principal of `allowedSigners` or the user id of an OpenPGP key. */
  readonly signedBy?: string;
}

/** What a source says of itself without its files. */
export interface Look {
  readonly revision: string;
  /** Equal to that of the last fetch when a new one would give the same files. */
  readonly treeHash: string;
}

/** What a source gave. Paths are relative to the Application's path, with forward slashes. */
export interface Fetched extends Look {
  readonly commit: Commit;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Digest of the files alone: equal when nothing under the path changed between two commits. */
  readonly treeHash: string;
}

/** How old an answer of the Git server may be. */
export interface Freshness {
  /**
   * A listing of the repository's branches and tags that began at most so many milliseconds ago is used again. Default
   * 0: only one that is under way is shared.
   */
  readonly maxAgeMs?: number;
}

/** Where manifests come from. */
export interface Source {
  /** Throws when the source cannot be read; never gives fewer files silently. */
  fetch(signal: AbortSignal, freshness?: Freshness): Promise<Fetched>;
  /** What a fetch would arrive at, as cheaply as possible: no file is read where an identifier is enough. */
  look?(signal: AbortSignal, freshness?: Freshness): Promise<Look>;
}
