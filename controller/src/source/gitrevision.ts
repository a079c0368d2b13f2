import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import { findVersion } from './gitversion.ts';

/** References of a repository, as `git ls-remote` lists them. */
export interface GitRefs {
  /** Full name to the commit that it stands for. */
  readonly commits: ReadonlyMap<string, string>;
  /** Full name of each annotated tag to the id of its tag object. */
  readonly tagObjects: ReadonlyMap<string, string>;
}

/** A commit, and by which tag it was named. */
export interface Resolved {
  readonly commit: string;
  /** Absent when a branch or commit was named. */
  readonly tag?: {
    /** Without `refs/tags/`. */
    readonly name: string;
    /** Id of the tag object; absent for a lightweight tag, which is a name and nothing more. */
    readonly object?: string;
  };
}

/** What a revision means in a repository: a commit, or the beginning of the id of one. */
export type Target = Resolved | { readonly prefix: string };

const FULL_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const SHORT_ID = /^[0-9a-f]{7,63}$/;
const TAG = 'refs/tags/';

/** True for a complete commit id, SHA-1 or SHA-256. It means a commit whatever branches are called. */
export function isFullId(revision: string): boolean {
  return FULL_ID.test(revision);
}

/** Reads the output of `git ls-remote`. A tag object (`v1`) is given with the commit that it points to (`v1^{}`). */
export function parseRefs(output: string): GitRefs {
  const commits = new Map<string, string>();
  const tagObjects = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [id, name] = line.split('\t');
    if (id === undefined || name === undefined || !FULL_ID.test(id)) continue;
    // The peeled entry follows the entry of the tag and takes its place.
    const ref = name.replace(/\^\{\}$/, '');
    const object = commits.get(ref);
    if (ref !== name && object !== undefined) tagObjects.set(ref, object);
    commits.set(ref, id);
  }
  return { commits, tagObjects };
}

/**
 * What a revision stands for: HEAD when it is absent, else a full reference name, a branch, a tag, a commit id, or a
 * range of versions, which means the highest tag in it. Throws a TerminalError that names the nearest branch or tag.
 */
export function findRevision(refs: GitRefs, revision: string | undefined, repository: string): Target {
  const { commits } = refs;
  const name = revision ?? 'HEAD';
  if (name === '' || name.startsWith('-')) {
    throw new TerminalError('RevisionRefused', `${repository}: revision "${name}" is empty or begins with "-"`);
  }
  if (commits.size === 0) throw new TerminalError('RevisionNotFound', `${repository}: the repository has no commits`);
  if (name === 'HEAD' || name.startsWith('refs/')) {
    const exact = resolved(refs, name);
    if (exact !== undefined) return exact;
  }
  const branch = resolved(refs, `refs/heads/${name}`);
  const tag = resolved(refs, `${TAG}${name}`);
  if (branch !== undefined && tag !== undefined && branch.commit !== tag.commit) {
    throw new TerminalError(
      'RevisionAmbiguous',
      `${repository}: "${name}" is a branch and a tag; write refs/heads/${name} or refs/tags/${name}`,
    );
  }
  // The tag, when both are the same commit: it says more.
  const named = tag ?? branch;
  if (named !== undefined) return named;
  if (SHORT_ID.test(name)) return { prefix: name };
  const tags = [...commits.keys()].filter((ref) => ref.startsWith(TAG)).map((ref) => ref.slice(TAG.length));
  const version = findVersion(tags, name, repository);
  const highest = version === undefined ? undefined : resolved(refs, `${TAG}${version}`);
  if (highest !== undefined) return highest;
  const names = [...commits.keys()].map((ref) => ref.replace(/^refs\/(heads|tags)\//, ''));
  throw new TerminalError(
    'RevisionNotFound',
    `${repository}: no branch, tag or commit "${name}"${didYouMean(name, names)}`,
  );
}

function resolved({ commits, tagObjects }: GitRefs, ref: string): Resolved | undefined {
  const commit = commits.get(ref);
  if (commit === undefined) return undefined;
  if (!ref.startsWith(TAG)) return { commit };
  const object = tagObjects.get(ref);
  return { commit, tag: { name: ref.slice(TAG.length), ...(object !== undefined && { object }) } };
}
