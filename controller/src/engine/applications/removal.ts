import { TerminalError } from '../../core/errors.ts';
import type { Destination } from '../../kinds/kind.ts';
import type { ApplicationInput, ForgottenApplication } from '../engine.ts';
import { backoffMs } from '../retry.ts';
import { type Entry, projectOf } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { startRemoval } from './operate.ts';
import { endOf, interruptedIn, pastOf } from './past.ts';
import { listOperations } from '../operations.ts';
import { lastRecordedInput } from './recorded.ts';
import { dropRecord } from './records.ts';
import { reportProblem } from './settle.ts';

/** Between tries of a deletion that failed. */
const RETRY = { baseMs: 10_000, factor: 2, maxMs: 600_000 };

/**
 * One turn of the deletion of an Application with all that it owns. Level-based, from the record of the deletion and the
 * history: a restart in the middle goes on where it stood.
 */
export async function removeApplication(
  keeping: Keeping,
  entry: Entry,
  signal: AbortSignal,
): Promise<{ readonly ms?: number; readonly stalled?: string }> {
  const { deletion } = entry;
  const { name } = entry.declared;
  // What runs comes to rest first: a sync would make anew what is deleted.
  if (deletion === undefined || entry.running !== undefined) {
    if (entry.running !== undefined && !isRemoval(entry)) entry.engine?.terminate(name);
    return {};
  }
  const { store, clock } = keeping.deps;
  const history = await listOperations(store, name);
  const past = pastOf(history);
  entry.past = past;
  const tries = history.filter(
    (operation) =>
      operation.removal === true && operation.startedAt >= deletion.since && operation.phase !== 'Succeeded',
  );
  const last = history.at(-1);
  const done = last?.removal === true && last.phase === 'Succeeded' && last.startedAt >= deletion.since;
  if (done) {
    await forget(keeping, entry);
    return {};
  }
  const cut = interruptedIn(past);
  const failed = cut === undefined ? tries.at(-1) : undefined;
  if (failed !== undefined && !needsAnotherTry(entry, failed.id)) {
    const ms = endOf(failed) + backoffMs(RETRY, Math.min(tries.length, 10), name) - clock.now().getTime();
    reportProblem(keeping, entry, new TerminalError('DeletionFailed', `its deletion failed: ${failed.message}`));
    if (ms > 0) return { ms, stalled: failed.message };
  }
  delete entry.problem;
  delete entry.approvedAfter;
  const target = await targetOf(keeping, entry, signal);
  await startRemoval(keeping, entry, target, {
    initiator: { kind: deletion.personally === true ? 'person' : 'commit', name: deletion.by },
    ...(deletion.approved === true && { approveDeletions: true }),
    ...(cut?.removal === true && { resumes: cut.id }),
    ...(failed !== undefined && { retryOf: failed.id }),
  });
  return {};
}

/** A person said yes after this try had failed. */
function needsAnotherTry(entry: Entry, failed: string): boolean {
  return entry.approvedAfter !== undefined && entry.approvedAfter === failed;
}

function isRemoval({ running }: Entry): boolean {
  return running !== undefined && running !== 'starting' && running.removal === true;
}

/**
 * What is removed, with its hooks: as Git has it; where Git cannot be read, as it was synced last; where nothing is known of
 * that either, by what is on record alone.
 */
async function targetOf(
  keeping: Keeping,
  entry: Entry,
  signal: AbortSignal,
): Promise<ApplicationInput | ForgottenApplication> {
  const workplace = await keeping.projects.workplace(projectOf(entry.declared));
  const destination: Destination = await workplace.resolve(entry.declared.spec.destination ?? {});
  try {
    const fetched = await entry.access.source.fetch(signal);
    return await entry.access.input(fetched, destination);
  } catch (error) {
    if (signal.aborted) throw error;
    const recorded = await lastRecordedInput(keeping.deps.store, entry);
    const message = error instanceof Error ? error.message : String(error);
    const how = recorded === undefined ? 'by what is on record, without hooks' : `as it was at ${recorded.revision}`;
    keeping.emit(entry.declared.name)('application.unknown', 'warn', `is deleted ${how}: ${message}`, {});
    return recorded ?? { name: entry.declared.name, destinations: [destination] };
  }
}

/** The end of an Application that is deleted. */
async function forget(keeping: Keeping, entry: Entry): Promise<void> {
  const { name } = entry.declared;
  await dropRecord(keeping.deps.store, 'Application', name);
  await keeping.decisions.setHold(name, undefined);
  await keeping.decisions.setApproval(name, undefined);
  leave(keeping, entry);
  keeping.emit(name)('application.deleted', 'info', `${name} is deleted with everything that it owned`, {
    by: entry.deletion?.by ?? '',
  });
}

/** Takes an Application out of everything that the controller remembers. */
export function leave(keeping: Keeping, entry: Entry): void {
  const { name } = entry.declared;
  keeping.registry.drop(name);
  keeping.index.drop(name);
  keeping.queue.drop(name);
  for (const resolve of entry.waiting.splice(0)) resolve();
  for (const dependent of keeping.registry.dependentsOf(name)) keeping.queue.add(dependent);
  keeping.changed(entry);
}
