import type { Fetched, Freshness, Look } from '../../source/source.ts';
import { spread } from '../retry.ts';
import type { Entry } from './entry.ts';
import { type Keeping, pollMsOf } from './keeping.ts';
import { LISTING_AGE_MS } from './render.ts';
import { reportProblem, settle } from './settle.ts';

const MAX_JITTER_MS = 60_000;

/**
 * Asks one repository once, for all Applications in it. Those whose files are others are marked before any of them is looked
 * at: who waits for another must not take its old state for that of the new commit.
 */
export async function pollRepository(
  keeping: Keeping,
  repository: string,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs?: number }> {
  const entries = keeping.registry.inRepository(repository).filter(isPolled);
  if (entries.length === 0) return {};
  const answers = await lookAtAll(entries, signal);
  signal.throwIfAborted();
  const found: Entry[] = [];
  for (const [index, answer] of answers.entries()) {
    const entry = entries[index] as Entry;
    if (answer.status === 'rejected') {
      reportProblem(keeping, entry, answer.reason, 'source');
      settle(keeping, entry);
      continue;
    }
    if (answer.value.treeHash !== entry.treeHash) {
      entry.changes += 1;
      found.push(entry);
    } else if (entry.sourceProblem !== undefined && entry.rendered === entry.changes) {
      // It could not be read before, and nothing has changed meanwhile.
      found.push(entry);
    }
    // What was read and cannot be rendered stays a problem until it is another.
    if (entry.rendered === entry.changes || answer.value.treeHash !== entry.treeHash) delete entry.sourceProblem;
  }
  for (const entry of found) keeping.queue.add(entry.declared.name);
  const pollMs = Math.min(...entries.map(pollMsOf));
  return { requeueAfterMs: pollMs + jitter(keeping, repository, pollMs) };
}

/** What is refused, or is being deleted, is not asked for. */
function isPolled(entry: Entry): boolean {
  return entry.admitted && entry.deletion === undefined;
}

/**
 * One of each revision first: it has the repository listed and the commit fetched. The others find both there, and ask no
 * process for it.
 */
async function lookAtAll(
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<readonly PromiseSettledResult<Look>[]> {
  const first = new Map<string, Promise<PromiseSettledResult<Look>>>();
  return await Promise.all(
    entries.map(async (entry) => {
      const revision = entry.declared.spec.source.targetRevision ?? 'HEAD';
      const pioneer = first.get(revision);
      if (pioneer === undefined) {
        const going = settled(lookAt(entry, {}, signal));
        first.set(revision, going);
        return await going;
      }
      await pioneer;
      return await settled(lookAt(entry, { maxAgeMs: LISTING_AGE_MS }, signal));
    }),
  );
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}

/** What is there now. A source that gives its files or nothing is read, and what was read is kept for the turn. */
async function lookAt(entry: Entry, freshness: Freshness, signal: AbortSignal): Promise<Look> {
  const { source } = entry.access;
  if (source.look !== undefined) return await source.look(signal, freshness);
  const fetched: Fetched = await source.fetch(signal, freshness);
  if (fetched.treeHash !== entry.treeHash) entry.fetched = fetched;
  return fetched;
}

/** Up to half of the interval, at most a minute, so that repositories are not asked in step. */
function jitter(keeping: Keeping, repository: string, pollMs: number): number {
  const now = keeping.deps.clock.now().getTime();
  return Math.round(spread(`${repository}\n${now}`) * Math.min(MAX_JITTER_MS, pollMs / 2));
}
