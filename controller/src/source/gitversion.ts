import { compareBuild, minVersion, parse, Range, type SemVer, satisfies, validRange } from 'semver';
import { TerminalError } from '../core/errors.ts';

/** A tag that is a version. */
interface VersionTag {
  readonly tag: string;
  readonly version: SemVer;
}

const SHOWN = 2;

/**
 * The highest tag, with or without `v` before it, in a range of versions (`>=1.2.0 <2`, `1.x`, `^1.2`); undefined when
 * `text` is no range. Prereleases count only when the range names one. The rules are those of npm:
 * https://github.com/npm/node-semver#ranges. Throws a TerminalError with the nearest tags when none is in the range.
 */
export function findVersion(tags: readonly string[], text: string, repository: string): string | undefined {
  if (!/[0-9*]/.test(text) || validRange(text) === null) return undefined;
  const range = new Range(text);
  const versions = tags
    .map((tag) => ({ tag, version: parse(tag.replace(/^v/, '')) }))
    .filter((item): item is VersionTag => item.version !== null)
    .toSorted((a, b) => compareBuild(a.version, b.version) || (a.tag < b.tag ? -1 : 1));
  const inRange = versions.filter(({ version }) => satisfies(version, range));
  const highest = inRange.at(-1);
  if (highest !== undefined) return highest.tag;
  throw new TerminalError(
    'RevisionNotFound',
    `${repository}: no tag is in the range "${text}"; ${hint(versions, range)}`,
  );
}

function hint(versions: readonly VersionTag[], range: Range): string {
  if (versions.length === 0) return 'no tag is a version, such as 1.2.3 or v1.2.3';
  const prerelease = versions.findLast(({ version }) => satisfies(version, range, { includePrerelease: true }));
  if (prerelease !== undefined) {
    return `${prerelease.tag} is a prerelease, and those count only when the range names one, such as ">=${prerelease.version.version}"`;
  }
  const lowest = minVersion(range);
  const split = lowest === null ? versions.length : versions.findIndex(({ version }) => version.compare(lowest) > 0);
  const at = split === -1 ? versions.length : split;
  const nearest = versions.slice(Math.max(0, at - SHOWN), at + SHOWN).map(({ tag }) => tag);
  return `of ${versions.length} versions the nearest ${nearest.length === 1 ? 'is' : 'are'} ${nearest.join(', ')}`;
}
