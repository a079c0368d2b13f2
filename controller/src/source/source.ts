/** The commit that a fetch arrived at. For a plain directory: a digest of its content. */
export interface Commit {
  /** Full commit id, or `dir:<sha256>` for a directory. */
  readonly revision: string;
  readonly author?: string;
  readonly message?: string;
  readonly committedAt?: Date;
}

/** What a source gave. Paths are relative to the Application's path, with forward slashes. */
export interface Fetched {
  readonly revision: string;
  readonly commit: Commit;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Digest of the files alone: equal when nothing under the path changed between two commits. */
  readonly treeHash: string;
}

/** Where manifests come from. */
export interface Source {
  /** Throws when the source cannot be read; never gives fewer files silently. */
  fetch(signal: AbortSignal): Promise<Fetched>;
}
