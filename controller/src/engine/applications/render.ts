import type { Destination } from '../../kinds/kind.ts';
import { sameDestination } from '../destination.ts';
import type { ApplicationInput } from '../engine.ts';
import type { Entry } from './entry.ts';
import type { Keeping } from './keeping.ts';

/** After a poll has listed a repository, the Applications in it take that listing, in milliseconds. */
export const LISTING_AGE_MS = 30_000;

/**
 * What Git says: read and rendered only where the source, the declaration or the destination is another than last time.
 * @throws InvalidInputError, or what the source says
 */
export async function render(
  keeping: Keeping,
  entry: Entry,
  destination: Destination,
  signal: AbortSignal,
): Promise<ApplicationInput> {
  const { input } = entry;
  const { changes } = entry;
  if (input !== undefined && entry.rendered === changes && sameDestination(input.destination, destination))
    return input;
  if (entry.rendered === changes) entry.changes += 1;
  const fetched = entry.fetched ?? (await entry.access.source.fetch(signal, { maxAgeMs: LISTING_AGE_MS }));
  delete entry.fetched;
  // Known before it is rendered: what cannot be rendered is not tried again before it is another.
  const before = entry.treeHash;
  entry.treeHash = fetched.treeHash;
  const rendered = await entry.access.input(fetched, destination);
  entry.input = rendered;
  entry.rendered = changes;
  delete entry.sourceProblem;
  if (before !== fetched.treeHash) {
    const { revision, commit } = fetched;
    keeping.emit(entry.declared.name)('application.refreshed', 'info', `${entry.declared.name} is at ${revision}`, {
      revision,
      ...(commit.signedBy !== undefined && { signedBy: commit.signedBy }),
    });
  }
  return rendered;
}
