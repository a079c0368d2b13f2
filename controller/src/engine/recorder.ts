import type { Json } from '../core/json.ts';
import type { Emit } from './emit.ts';
import type { EngineDeps, Operation, OperationPhase, StepResult } from './engine.ts';
import { dropManifests } from './manifests-record.ts';
import { DEFAULT_HISTORY_LIMIT, trimHistory, type OpenOperation } from './operations.ts';
import { patience } from './retry.ts';

/** How an operation ended. */
export interface Outcome {
  readonly phase: OperationPhase;
  readonly message: string;
}

/** Writes and reports what becomes of one operation. */
export interface Recorder {
  readonly emit: Emit;
  readonly operation: Operation;
  readonly results: () => readonly StepResult[];
  /** A result, written soon: at the latest with the next one after a second, longer for large plans. */
  readonly result: (result: StepResult) => void;
  started(): void;
  /** It was told to end, and comes to rest. */
  terminating(): void;
  finished(outcome: Outcome): Promise<Operation>;
}

const WRITE_EVERY_MS = 1_000;

/** A recorder of an operation that has begun. */
export function recorder(
  deps: EngineDeps,
  open: OpenOperation,
  historyLimit: number | undefined,
  emit: Emit,
): Recorder {
  const results: StepResult[] = [];
  const { operation } = open;
  const steps = operation.plan.waves.flat();
  // A record holds the whole plan: ten thousand results are not written ten thousand times.
  const everyMs = Math.max(WRITE_EVERY_MS, steps.length);
  let phase: OperationPhase = 'Running';
  let writing: Promise<void> = Promise.resolve();
  let writtenAt = deps.clock.now().getTime();
  let isOver = false;

  const write = (): void => {
    writtenAt = deps.clock.now().getTime();
    const current = { ...operation, phase, results: [...results] };
    // A result that is not written now is written with the next one, and all of them at the end.
    writing = writing.then(() => open.update(current)).catch(() => undefined);
  };
  return {
    emit,
    operation,
    results: () => results,
    result: (result) => {
      results.push(result);
      if (result.hook !== undefined || deps.clock.now().getTime() - writtenAt >= everyMs) write();
    },
    started: () => {
      const { application, initiator, revision } = operation;
      const actions = steps.filter((step) => step.action !== 'none').length;
      const what = operation.removal === true ? `removal of ${application}` : `sync of ${application} to ${revision}`;
      const message =
        operation.job === undefined ? `${what}: ${actions} to do` : `run of ${operation.job} of ${application}`;
      emit('operation.started', 'info', message, {
        revision,
        initiator: { ...initiator },
        steps: actions,
      });
    },
    terminating: () => {
      if (isOver) return;
      phase = 'Terminating';
      write();
    },
    finished: async (outcome) => {
      isOver = true;
      await writing;
      const finished: Operation = {
        ...operation,
        ...outcome,
        results,
        finishedAt: deps.clock.now().toISOString(),
      };
      await surely(deps, () => open.update(finished));
      await surely(deps, async () => {
        const kept = await trimHistory(deps.store, operation.application, historyLimit ?? DEFAULT_HISTORY_LIMIT);
        await dropManifests(deps.store, operation.application, new Set(kept.map(({ digest }) => digest)));
      });
      emit(
        'operation.finished',
        outcome.phase === 'Succeeded' ? 'info' : 'error',
        `${outcome.phase}: ${outcome.message}`,
        {
          phase: outcome.phase,
          revision: operation.revision,
          initiator: { ...operation.initiator },
          changed: steps.some((step) => step.action !== 'none'),
          results: results as unknown as Json,
        },
      );
      return finished;
    },
  };
}

/** Writes to the store are borne whatever became of the operation: a store may be away for a while. */
export async function surely<T>({ clock }: EngineDeps, write: () => Promise<T>): Promise<T> {
  const calm = patience('store');
  for (;;) {
    try {
      return await write();
    } catch (error) {
      await clock.sleep(calm.bear(error, clock.now()).afterMs);
    }
  }
}

const MOST_SHOWN = 5;

/** What failed, in words: the first few of what may be thousands, and how many there are. */
export function failuresInWords(failures: readonly string[]): string {
  const shown = failures.slice(0, MOST_SHOWN).map(clipped).join('; ');
  const more = failures.length - MOST_SHOWN;
  return more <= 0 ? shown : `${shown}; and ${more} more (${failures.length} in all)`;
}

const MOST_CHARACTERS = 1_000;

function clipped(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}...`;
}
