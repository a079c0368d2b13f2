/** How much input is read before it is refused: repositories are untrusted. */
export interface Limits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes of all files together. */
  readonly totalBytes: number;
  /** Documents and list items of all files together. */
  readonly documents: number;
  /** Values of one document once its aliases are expanded: a few aliases of aliases make billions. */
  readonly values: number;
  /** Mappings and lists inside each other. */
  readonly depth: number;
}

/** What is far beyond any real repository, and still cheap to read. */
export const DEFAULT_LIMITS: Limits = {
  fileBytes: 2 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  documents: 20_000,
  values: 100_000,
  depth: 64,
};
