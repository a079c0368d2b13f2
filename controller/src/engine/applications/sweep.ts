import type { Destination } from '../../kinds/kind.ts';
import { type Entry, isStale, problemOf, projectOf } from './entry.ts';
import { type Keeping, pollMsOf } from './keeping.ts';
import { reportProblem, settle } from './settle.ts';
import { isQuiet, note } from './turn.ts';

/** So many Applications are compared at once: enough to fill AWS's batches, few enough for their answers to fit in memory. */
const TOGETHER = 500;
/** Those that are due within this share of their interval go along: then the next sweep finds them together. */
const ALONG = 0.25;

/**
 * Compares everything in one place with AWS, in reads that all its Applications share. Syncs go
 * first: reads of a sweep have the lower priority in every token bucket.
 */
export async function sweepPlace(
  keeping: Keeping,
  place: string,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs?: number }> {
  const members = keeping.registry.inPlace(place);
  const now = keeping.deps.clock.now().getTime();
  const due = members.filter((entry) => isIdle(entry) && dueAt(entry) - ALONG * pollMsOf(entry) <= now);
  for (let from = 0; from < due.length; from += TOGETHER) {
    await compare(keeping, due.slice(from, from + TOGETHER), signal);
    signal.throwIfAborted();
  }
  if (members.length === 0) return {};
  const next = Math.min(...members.map(dueAt));
  // Whoever could not be compared now is asked again soon, not at once.
  const soonest = Math.min(...members.map(pollMsOf)) / 4;
  return { requeueAfterMs: Math.max(next - keeping.deps.clock.now().getTime(), soonest) };
}

function dueAt(entry: Entry): number {
  return (entry.lookedAt?.getTime() ?? 0) + pollMsOf(entry);
}

/** Nothing else is about to look at it. */
function isIdle(entry: Entry): boolean {
  return (
    entry.admitted &&
    entry.running === undefined &&
    entry.deletion === undefined &&
    entry.input !== undefined &&
    !isStale(entry) &&
    !entry.lookDue
  );
}

async function compare(keeping: Keeping, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  const [first] = entries;
  if (first?.input === undefined) return;
  const began = keeping.deps.clock.now();
  const workplace = await keeping.projects.workplace(projectOf(first.declared));
  const destination: Destination = first.input.destination;
  const pass = await workplace.pass(destination, began, signal);
  await Promise.all(
    entries.map(async (entry) => {
      const { epoch, input, changes } = entry;
      if (input === undefined) return;
      const before = problemOf(entry) === undefined ? entry.looked?.status : undefined;
      try {
        const { engine } = await keeping.projects.workplace(projectOf(entry.declared));
        const found = await engine.status(input, signal, { pass });
        // A sync or a commit that came meanwhile knows better.
        if (entry.epoch !== epoch || entry.running !== undefined || entry.changes !== changes) return;
        note(keeping, entry, found, 'sweep', began);
        if (!isQuiet(entry, before)) keeping.queue.add(entry.declared.name);
      } catch (error) {
        if (signal.aborted || entry.epoch !== epoch) return;
        reportProblem(keeping, entry, error);
        settle(keeping, entry);
      }
    }),
  );
}
