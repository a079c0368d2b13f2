import { posix } from 'node:path';

/** Which files of a folder are manifests. */
export interface Selection {
  /** Sub-folders as well. */
  readonly recurse?: boolean;
  /** Glob of the files to take, in place of every `.yaml`, `.yml` and `.json` file. */
  readonly include?: string;
  /** Glob of the files to leave out. */
  readonly exclude?: string;
}

const MANIFEST = /\.(ya?ml|json)$/;

/** What a selection says of a path below the Application's folder. */
export interface Selector {
  /** True when the file is a manifest. */
  readonly takes: (path: string) => boolean;
  /** True when a path is looked at at all: not hidden, not excluded, deep enough. */
  readonly sees: (path: string) => boolean;
  /** True when sub-folders count. */
  readonly deep: boolean;
  /** What can be done about a file that is refused. */
  readonly advice: string;
}

/** Every file of a folder, hidden ones as well: what a renderer is given. */
export const everything: Selector = {
  takes: () => true,
  sees: () => true,
  deep: true,
  advice: 'move it out of the folder',
};

/**
 * Paths have forward slashes and are relative to the Application's folder. A glob without a slash is matched with the
 * last segment (`*.test.yaml`), one with a slash with the whole path (`overlays/**`). Names that begin with a dot are
 * never seen.
 */
export function selector(selection: Selection = {}): Selector {
  const sees = (path: string): boolean => {
    const segments = path.split('/');
    if (segments.some((segment) => segment.startsWith('.'))) return false;
    if (segments.length > 1 && selection.recurse !== true) return false;
    return selection.exclude === undefined || !matchesGlob(path, selection.exclude);
  };
  const takes = (path: string): boolean =>
    sees(path) && (selection.include === undefined ? MANIFEST.test(path) : matchesGlob(path, selection.include));
  const advice = 'move the files or leave it out with directory.exclude';
  return { takes, sees, deep: selection.recurse === true, advice };
}

function matchesGlob(path: string, glob: string): boolean {
  return posix.matchesGlob(glob.includes('/') ? path : posix.basename(path), glob);
}
