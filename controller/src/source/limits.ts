import { TerminalError } from '../core/errors.ts';

/** How much a source may hold. What is beyond is an error, never cut off. */
export interface SourceLimits {
  /** Manifests. */
  readonly maxFiles: number;
  /** Entries of the folder, manifests or not. */
  readonly maxEntries: number;
  /** Bytes of one manifest. */
  readonly maxFileBytes: number;
  /** Bytes of all manifests together. */
  readonly maxTotalBytes: number;
  /** Folders within folders. */
  readonly maxDepth: number;
}

const MEBIBYTE = 1024 * 1024;

/** Far above what people write, far below what hurts. */
export const defaultLimits: SourceLimits = {
  maxFiles: 5_000,
  maxEntries: 100_000,
  maxFileBytes: 4 * MEBIBYTE,
  maxTotalBytes: 64 * MEBIBYTE,
  maxDepth: 64,
};

/** Counts what is taken in and throws when it is too much. */
export class Intake {
  readonly #limits: SourceLimits;
  readonly #where: string;
  #files = 0;
  #bytes = 0;

  /** `where` names the source in errors. */
  constructor(limits: SourceLimits, where: string) {
    this.#limits = limits;
    this.#where = where;
  }

  /** Call with the number of entries of the folder that were seen up to now. */
  entries(found: number): void {
    const { maxEntries } = this.#limits;
    if (found > maxEntries)
      throw this.#tooMuch(`it has ${found} entries, and more than ${maxEntries} entries are not read`);
  }

  /** Call before reading a file. Throws a TerminalError beyond a limit. */
  admit(path: string, bytes: number): void {
    const { maxFiles, maxFileBytes, maxTotalBytes, maxDepth } = this.#limits;
    const depth = path.split('/').length - 1;
    if (depth > maxDepth) {
      throw this.#tooMuch(`${path.slice(0, 100)}... lies ${depth} folders deep, at most ${maxDepth} are read`);
    }
    if (bytes > maxFileBytes) {
      throw this.#tooMuch(`${path} has ${bytes} bytes, at most ${maxFileBytes} are read of one file`);
    }
    this.#files += 1;
    this.#bytes += bytes;
    if (this.#files > maxFiles) {
      throw this.#tooMuch(`${path} is number ${this.#files}, and more than ${maxFiles} manifests are not read`);
    }
    if (this.#bytes > maxTotalBytes) {
      throw this.#tooMuch(
        `with ${path} they are ${this.#bytes} bytes, and more than ${maxTotalBytes} bytes are not read`,
      );
    }
  }

  #tooMuch(what: string): TerminalError {
    return new TerminalError(
      'SourceTooLarge',
      `${this.#where}: ${what}; use path, directory.include or directory.exclude`,
    );
  }
}
