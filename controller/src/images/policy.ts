import { runInNewContext } from 'node:vm';
import semver from 'semver';
import type { ImagePolicy } from '../api/application.ts';
import { TerminalError } from '../core/errors.ts';

/** An image of a repository: one digest and the tags that point at it. */
export interface RepositoryImage {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date;
}

/** What a policy chose. */
export interface ChosenImage {
  readonly digest: string;
  /** Undefined where the policy pins the digest alone. */
  readonly tag?: string;
}

/** A pattern that runs away is cut off: it comes from a manifest. */
const PATTERN_MS = 500;

/**
 * The image that a policy wants, of those that a repository has; undefined when none fits.
 * @throws TerminalError `BadImagePolicy` for a range or a pattern that is none.
 */
export function chooseImage(policy: ImagePolicy, images: readonly RepositoryImage[]): ChosenImage | undefined {
  const tagged = images.flatMap((image) => image.tags.map((tag) => ({ tag, digest: image.digest, image })));
  if (policy.digest !== undefined) {
    const { tag } = policy.digest;
    const found = tagged.find((each) => each.tag === tag);
    return found === undefined ? undefined : { digest: found.digest };
  }
  if (policy.semver !== undefined) {
    const range = policy.semver;
    if (semver.validRange(range) === null) {
      throw new TerminalError(
        'BadImagePolicy',
        `"${range}" is no range of semantic versions, expected one such as "^1.4" or ">=1.2.0 <2"`,
      );
    }
    const best = tagged
      .filter(({ tag }) => semver.valid(tag) !== null && semver.satisfies(tag, range))
      .toSorted((a, b) => semver.rcompare(a.tag, b.tag) || pushedLast(a.image, b.image))[0];
    return best && { tag: best.tag, digest: best.digest };
  }
  const filter = policy.alphabetical ?? policy.newest;
  const fitting = new Set(
    matching(
      filter?.tags,
      tagged.map(({ tag }) => tag),
    ),
  );
  const candidates = tagged.filter(({ tag }) => fitting.has(tag));
  const order = policy.alphabetical?.order ?? 'asc';
  const best =
    policy.alphabetical === undefined
      ? candidates.toSorted((a, b) => pushedLast(a.image, b.image) || byCharacters(b.tag, a.tag))[0]
      : candidates.toSorted((a, b) => (order === 'asc' ? byCharacters(b.tag, a.tag) : byCharacters(a.tag, b.tag)))[0];
  return best && { tag: best.tag, digest: best.digest };
}

function pushedLast(a: RepositoryImage, b: RepositoryImage): number {
  return b.pushedAt.getTime() - a.pushedAt.getTime();
}

/** The same on every machine, whatever its language. */
function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tags that a pattern matches as a whole. */
function matching(pattern: string | undefined, tags: readonly string[]): readonly string[] {
  if (pattern === undefined) return tags;
  if (/\\[1-9]|\(\?<?[=!]/u.test(pattern)) {
    throw new TerminalError(
      'BadImagePolicy',
      `"${pattern}" has a backreference or looks around, which tag patterns cannot`,
    );
  }
  try {
    const expression = new RegExp(`^(?:${pattern})$`, 'u');
    const found: unknown = runInNewContext(
      'JSON.stringify(JSON.parse(tags).filter((tag) => expression.test(tag)))',
      { tags: JSON.stringify(tags), expression },
      { timeout: PATTERN_MS },
    );
    return JSON.parse(String(found)) as string[];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TerminalError('BadImagePolicy', `"${pattern}" cannot choose tags: ${why}`, { cause: error });
  }
}
