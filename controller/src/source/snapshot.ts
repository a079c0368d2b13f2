import type { Selector } from './selection.ts';

/** The folders of a source at one moment. All paths are relative to the source's root and normalised. */
export interface Snapshot {
  /** What stands before a path in messages. */
  readonly name: string;
  /** Names of what lies directly in a folder. Throws a TerminalError when there is no such folder. */
  names(path: string, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Files of a folder, by path relative to it. Throws a TerminalError when there is no such folder, or it is refused. */
  read(path: string, selector: Selector, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** A snapshot that knows what a folder holds without reading it. */
export interface HashedSnapshot extends Snapshot {
  /** Digest of a folder's content; undefined when there is no such folder. */
  hash(path: string, signal: AbortSignal): Promise<string | undefined>;
  /** Digest of a file's content; undefined when there is no such file. */
  hashFile(path: string, signal: AbortSignal): Promise<string | undefined>;
}
