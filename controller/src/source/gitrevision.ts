import { TerminalError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';

/** References of a repository, as `git ls-remote` lists them: full name to the commit that it stands for. */
export type GitRefs = ReadonlyMap<string, string>;

/** What a revision means in a repository: a commit, or the beginning of the id of one. */
export type Target = { readonly commit: string } | { readonly prefix: string };

const FULL_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const SHORT_ID = /^[0-9a-f]{7,63}$/;

/** True for a complete commit id, SHA-1 or SHA-256. It means a commit whatever branches are called. */
export function isFullId(revision: string): boolean {
  return FULL_ID.test(revision);
}

/** Reads the output of `git ls-remote`. A tag object (`v1`) is given with the commit that it points to (`v1^{}`). */
export function parseRefs(output: string): GitRefs {
  const refs = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [id, name] = line.split('\t');
    if (id === undefined || name === undefined) continue;
    // The peeled entry follows the entry of the tag and takes its place.
    refs.set(name.replace(/\^\{\}$/, ''), id);
  }
  return refs;
}

/**
 * What a revision stands for: HEAD when it is absent, else a full reference name, a branch, a tag or a commit id.
 * Throws a TerminalError that names the nearest branch or tag.
 */
export function findRevision(refs: GitRefs, revision: string | undefined, repository: string): Target {
  const name = revision ?? 'HEAD';
  if (name === '' || name.startsWith('-')) {
    throw new TerminalError('RevisionRefused', `${repository}: revision "${name}" is empty or begins with "-"`);
  }
  if (refs.size === 0) throw new TerminalError('RevisionNotFound', `${repository}: the repository has no commits`);
  const exact = name === 'HEAD' || name.startsWith('refs/') ? refs.get(name) : undefined;
  if (exact !== undefined) return { commit: exact };
  const branch = refs.get(`refs/heads/${name}`);
  const tag = refs.get(`refs/tags/${name}`);
  if (branch !== undefined && tag !== undefined && branch !== tag) {
    throw new TerminalError(
      'RevisionAmbiguous',
      `${repository}: "${name}" is a branch and a tag; write refs/heads/${name} or refs/tags/${name}`,
    );
  }
  const commit = branch ?? tag;
  if (commit !== undefined) return { commit };
  if (SHORT_ID.test(name)) return { prefix: name };
  const names = [...refs.keys()].map((ref) => ref.replace(/^refs\/(heads|tags)\//, ''));
  throw new TerminalError(
    'RevisionNotFound',
    `${repository}: no branch, tag or commit "${name}"${didYouMean(name, names)}`,
  );
}
