import { conditionsOf } from './conditions.ts';
import { type Entry, isReady, isStale, problemOf, shownStatus } from './entry.ts';
import type { Keeping } from './keeping.ts';

/** After a turn: conditions, one event where the state is another, and those who wait for it. */
export function settle(keeping: Keeping, entry: Entry, stalled?: string): void {
  const { name } = entry.declared;
  entry.conditions = conditionsOf(entry, stalled, keeping.deps.clock.now());
  tellStatus(keeping, entry);
  if (entry.obstacle === undefined) entry.told.delete('obstacle');
  const state = `${isReady(entry)} ${isStale(entry)} ${problemOf(entry) ?? ''} ${entry.running !== undefined}`;
  if (entry.told.get('state') !== state) {
    entry.told.set('state', state);
    for (const dependent of keeping.registry.dependentsOf(name)) keeping.queue.add(dependent);
    keeping.changed(entry);
  }
  for (const resolve of entry.waiting.splice(0)) resolve();
}

function tellStatus(keeping: Keeping, entry: Entry): void {
  const status = shownStatus(entry);
  if (status === undefined || problemOf(entry) !== undefined) return;
  const { sync, health } = status;
  const said = `${sync} ${health.status} ${health.reason}`;
  if (entry.told.get('status') === said) return;
  entry.told.set('status', said);
  const message = `${sync}, ${health.status}: ${health.message}`;
  keeping.emit(entry.declared.name)('application.status', health.status === 'Degraded' ? 'warn' : 'info', message, {
    sync,
    health: { ...health },
    revision: entry.input?.revision ?? '',
  });
}

/** Why an Application could not be compared; told once for as long as it is the same. */
export function reportProblem(keeping: Keeping, entry: Entry, error: unknown, of: 'source' | 'look' = 'look'): void {
  const problem = error instanceof Error ? error.message : String(error);
  if (problemOf(entry) !== problem) {
    const condition = entry.obstacle?.message === problem ? entry.obstacle.type : 'ComparisonError';
    keeping.emit(entry.declared.name)('application.unknown', 'error', problem, { sync: 'Unknown', condition });
    entry.told.delete('status');
  }
  if (of === 'source') entry.sourceProblem = problem;
  else entry.problem = problem;
  entry.lookedAt = keeping.deps.clock.now();
}
