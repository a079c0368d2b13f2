import type { Condition } from '../control.ts';
import { planId } from '../plan-id.ts';
import { healsAt } from './past.ts';
import { type Entry, isReady, isStale, problemOf, shownStatus } from './entry.ts';

type Said = Omit<Condition, 'lastTransitionTime'>;

/** Corrections in a row from which on somebody is said to fight. */
export const FIGHT_COUNT = 3;

/**
 * The conditions of an Application. Ready, Reconciling, Stalled and Healthy are always there, as kstatus has them; the others
 * only while they hold. A condition keeps its time for as long as its status is the same.
 */
export function conditionsOf(entry: Entry, stalled: string | undefined, now: Date): readonly Condition[] {
  const before = new Map(entry.conditions.map((condition) => [condition.type, condition]));
  return [...standing(entry, stalled), ...special(entry, now)].map((said) => {
    const known = before.get(said.type);
    const since = known?.status === said.status ? known.lastTransitionTime : now.toISOString();
    return { ...said, lastTransitionTime: since };
  });
}

function standing(entry: Entry, stalled: string | undefined): readonly Said[] {
  const health = shownStatus(entry)?.health;
  const moving = entry.running !== undefined || isStale(entry) || health?.status === 'Progressing';
  const why = problemOf(entry) ?? entry.obstacle?.message ?? stalled;
  return [
    isReady(entry)
      ? yes('Ready', 'ReconciliationSucceeded', `is at ${entry.input?.revision ?? ''}`)
      : no('Ready', readyReason(entry), why ?? failureOf(entry) ?? health?.message ?? 'was not compared yet'),
    moving
      ? yes('Reconciling', 'Progressing', entry.running === undefined ? 'is being compared' : 'is being synced')
      : no('Reconciling', 'Idle', 'nothing is under way'),
    why !== undefined && !moving
      ? yes('Stalled', entry.obstacle?.reason ?? readyReason(entry), why)
      : no('Stalled', 'NotStalled', 'nothing stands in its way'),
    {
      type: 'Healthy',
      status: health === undefined ? 'Unknown' : health.status === 'Healthy' ? 'True' : 'False',
      reason: health?.reason ?? 'Unknown',
      message: health?.message ?? 'was not looked at yet',
    },
  ];
}

/** Why the last operation did not succeed; undefined when it did, or runs. */
function failureOf({ past }: Entry): string | undefined {
  const last = past?.last;
  return last === undefined || last.phase === 'Succeeded' || last.finishedAt === undefined ? undefined : last.message;
}

function readyReason(entry: Entry): string {
  if (entry.obstacle !== undefined) return entry.obstacle.reason;
  if (problemOf(entry) !== undefined) return 'ComparisonError';
  if (failureOf(entry) !== undefined) return 'SyncFailed';
  const { status } = entry.looked ?? {};
  if (status === undefined || entry.running !== undefined || isStale(entry)) return 'Progressing';
  return status.health.status === 'Healthy' ? status.sync : status.health.reason;
}

function special(entry: Entry, now: Date): readonly Said[] {
  const found: Said[] = [];
  const problem = problemOf(entry);
  if (entry.obstacle !== undefined) found.push(yes(entry.obstacle.type, entry.obstacle.reason, entry.obstacle.message));
  if (problem !== undefined && entry.obstacle === undefined)
    found.push(yes('ComparisonError', 'ComparisonError', problem));
  const refusals = entry.looked?.status.plan.refusals ?? [];
  if (refusals.length > 0 && entry.obstacle?.type !== 'ApprovalNeeded' && entry.looked !== undefined) {
    const approvable = refusals.every((refusal) => refusal.approvable);
    const words = refusals.map((refusal) => refusal.message).join('; ');
    found.push(
      approvable
        ? yes('ApprovalNeeded', refusals[0]?.code ?? 'Refused', `${words}; plan ${planId(entry.looked.status.plan)}`)
        : yes('SyncRefused', refusals[0]?.code ?? 'Refused', words),
    );
  }
  const { past } = entry;
  if (past?.last !== undefined && past.last.phase !== 'Succeeded' && past.last.finishedAt !== undefined)
    found.push(yes('SyncError', past.last.phase === 'Error' ? 'OperationError' : 'SyncFailed', past.last.message));
  if (past !== undefined && healsAt(past, now) >= FIGHT_COUNT) {
    const message = `corrected ${past.heals} times in a row: somebody or something keeps changing it`;
    found.push(yes('SelfHealBackoff', 'KeepsChanging', message));
  }
  if (entry.deletion !== undefined) found.push(yes('Deleting', 'Deleting', `${entry.deletion.by} deletes it`));
  return found;
}

function yes(type: string, reason: string, message: string): Said {
  return { type, status: 'True', reason, message };
}

function no(type: string, reason: string, message: string): Said {
  return { type, status: 'False', reason, message };
}
