import type { Operation } from '../engine.ts';
import { INTERRUPTED } from '../operations.ts';

/** Drift that comes back within this time after it was corrected is a fight, in milliseconds. */
const FIGHT_MS = 600_000;

/** What of an operation decisions are made from: not its plan, which is large. */
export type PastOperation = Pick<
  Operation,
  | 'id'
  | 'initiator'
  | 'phase'
  | 'message'
  | 'revision'
  | 'digest'
  | 'startedAt'
  | 'finishedAt'
  | 'resources'
  | 'removal'
  | 'carriesOn'
  | 'job'
> & { readonly refused: boolean };

/** What the history of an Application means for what happens next. */
export interface Past {
  /** The newest operation, whatever it was. */
  readonly newest?: PastOperation;
  /** The last sync of everything, since the Application was removed last. */
  readonly last?: PastOperation;
  /** How often the digest of `last` was tried in a row without success. */
  readonly tries: number;
  /** Corrections of drift in a row, each soon after the one before. */
  readonly heals: number;
  /** Tries in a row to carry a rollout on that failed. */
  readonly carries: number;
}

/** Reads a history, oldest first. Partial syncs say nothing of the whole, and what was before a removal is over. */
export function pastOf(history: readonly Operation[]): Past {
  const removed = history.findLastIndex((operation) => operation.removal === true && operation.phase === 'Succeeded');
  const whole = history
    .slice(removed + 1)
    .filter((operation) => operation.removal !== true && (operation.resources ?? []).length === 0);
  const newest = history.at(-1);
  const last = whole.at(-1);
  return {
    ...(newest !== undefined && { newest: brief(newest) }),
    ...(last !== undefined && { last: brief(last) }),
    tries: last === undefined ? 0 : triesOf(whole, last.digest),
    heals: healsOf(whole),
    carries: carriesOf(history),
  };
}

/** When an operation ended, in milliseconds; of one that runs: when it began. */
export function endOf(operation: Pick<Operation, 'startedAt' | 'finishedAt'>): number {
  return Date.parse(operation.finishedAt ?? operation.startedAt);
}

/** Corrections in a row that still count at this time: a fight that is long over does not. */
export function healsAt(past: Past, now: Date): number {
  return past.last !== undefined && now.getTime() - endOf(past.last) < FIGHT_MS ? past.heals : 0;
}

/** The operation that the end of the process cut short, where nothing came after it. */
export function interruptedIn({ newest }: Past): PastOperation | undefined {
  return newest?.phase === 'Error' && newest.message === INTERRUPTED ? newest : undefined;
}

function brief(operation: Operation): PastOperation {
  const { id, initiator, phase, message, revision, digest, startedAt, finishedAt, resources, removal, plan } =
    operation;
  const { carriesOn, job } = operation;
  return {
    id,
    initiator,
    phase,
    message,
    revision,
    digest,
    startedAt,
    refused: operation.results.length === 0 && (plan.refusals ?? []).length > 0,
    ...(finishedAt !== undefined && { finishedAt }),
    ...(resources !== undefined && { resources }),
    ...(removal !== undefined && { removal }),
    ...(carriesOn !== undefined && { carriesOn }),
    ...(job !== undefined && { job }),
  };
}

function triesOf(history: readonly Operation[], digest: string): number {
  const before = history.findLastIndex((operation) => operation.digest !== digest || operation.phase === 'Succeeded');
  return history.length - 1 - before;
}

function carriesOf(history: readonly Operation[]): number {
  const before = history.findLastIndex(
    ({ carriesOn, phase, message }) => carriesOn === undefined || phase === 'Succeeded' || message === INTERRUPTED,
  );
  return history.length - 1 - before;
}

function healsOf(history: readonly Operation[]): number {
  let heals = 0;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const operation = history[index] as Operation;
    if (operation.initiator.kind !== 'self-heal') break;
    const next = history[index + 1];
    if (next !== undefined && Date.parse(next.startedAt) - endOf(operation) >= FIGHT_MS) break;
    heals += 1;
  }
  return heals;
}
