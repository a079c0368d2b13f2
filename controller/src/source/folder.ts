import { posix } from 'node:path';
import { TerminalError } from '../core/errors.ts';
import { hasControlCharacter } from './characters.ts';
import type { Selection } from './selection.ts';

/** Which folder of a source holds the manifests, and which of its files are manifests. */
export interface FolderOptions {
  /** Relative to the root of the source. Default: the root. */
  readonly path?: string;
  readonly directory?: Selection;
}

/**
 * `spec.source.path` without `.` segments and slashes at the ends; `''` is the root. Throws a TerminalError when it
 * leaves the root, is absolute, or reaches into `.git`.
 */
export function normaliseFolder(path: string | undefined): string {
  const found = path ?? '.';
  const normal = posix.normalize(found).replace(/\/+$/, '');
  const segments = normal.split('/');
  const wrong =
    posix.isAbsolute(found) ||
    segments.includes('..') ||
    segments.some((segment) => segment.toLowerCase() === '.git') ||
    found.includes('\\') ||
    hasControlCharacter(found);
  if (wrong) {
    throw new TerminalError(
      'PathRefused',
      `path "${found}" is refused: expected a folder of the source, relative, with forward slashes, without ".."`,
    );
  }
  return normal === '.' ? '' : normal;
}

/** The path of a file of a source, as `normaliseFolder` does for folders. Throws a TerminalError for the root itself. */
export function normaliseFile(path: string): string {
  const normal = normaliseFolder(path);
  if (normal !== '' && !path.endsWith('/')) return normal;
  throw new TerminalError('PathRefused', `path "${path}" is refused: expected a file of the source`);
}
