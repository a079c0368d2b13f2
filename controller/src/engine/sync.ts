import { TerminalError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { applyPlan } from './apply.ts';
import { emitter, type Emit } from './emit.ts';
import type { ApplicationInput, EngineDeps, Operation, OperationPhase, StepResult, SyncOptions } from './engine.ts';
import type { Found } from './found.ts';
import { samePart } from './inventory.ts';
import { Interrupted } from './interrupted.ts';
import { look, type Looking } from './look.ts';
import { beginOperation, DEFAULT_HISTORY_LIMIT, INTERRUPTED, trimHistory, type OpenOperation } from './operations.ts';
import { buildPlan, whatMoved } from './planner.ts';
import { digestOf } from './prepare.ts';
import type { Removals } from './removals.ts';
import { operationClock, untilDone, type OperationClock } from './retry.ts';

const DEFAULT_TIMEOUT_SECONDS = 3600;

type Outcome = { readonly phase: OperationPhase; readonly message: string };

/** One sync: look, plan, decide, record, apply, record what became of it. Its steps, in this order. */
export async function runSync(
  deps: EngineDeps,
  looking: Looking,
  input: ApplicationInput,
  options: SyncOptions,
  signal: AbortSignal,
): Promise<Operation> {
  const startedAt = deps.clock.now();
  const timeoutSeconds = input.spec.syncPolicy?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const clock = operationClock(deps.clock, signal, startedAt, timeoutSeconds);
  const emit = emitter(deps.sink, deps.clock, { application: input.name });

  const planned = await planForSync(looking, input, options, clock, emit);
  if ('plan' in planned) refuseMovedWorld(options.expect, planned.plan);

  const plan = 'plan' in planned ? planned.plan : emptyPlan(input);
  const open = await beginOperation(deps.store, {
    application: input.name,
    initiator: options.initiator,
    phase: 'Running',
    message: 'running',
    revision: input.revision,
    digest: plan.digest,
    startedAt: startedAt.toISOString(),
    plan,
    results: [],
  });
  const record = recorder(
    deps,
    open,
    input,
    emitter(deps.sink, deps.clock, { application: input.name, operation: open.operation.id }),
  );
  record.started();
  if (!('plan' in planned)) return record.finished(planned.outcome);
  const refusals = (plan.refusals ?? []).filter((refusal) => !(refusal.approvable && options.approved === true));
  if (refusals.length > 0) {
    return record.finished({ phase: 'Failed', message: refusals.map((refusal) => refusal.message).join('; ') });
  }
  return record.finished(await apply(planned.found, plan, clock, record));
}

type Planned = { readonly found: Found; readonly plan: Plan } | { readonly outcome: Outcome };

/** Looks and plans; errors that may pass are borne as in any step. */
async function planForSync(
  looking: Looking,
  input: ApplicationInput,
  options: SyncOptions,
  clock: OperationClock,
  emit: Emit,
): Promise<Planned> {
  const prune = options.prune ?? input.spec.syncPolicy?.automated?.prune ?? false;
  try {
    const found = await untilDone(
      `plan of ${input.name}`,
      clock,
      () => look(looking, input, { prune, readMirror: 'always' }, clock.signal),
      (bearing) => emit('operation.waiting', 'warn', bearing.message, { afterMs: bearing.afterMs }),
    );
    return { found, plan: buildPlan(found) };
  } catch (error) {
    return { outcome: outcomeOf(error, clock.signal) };
  }
}

function refuseMovedWorld(expected: Plan | undefined, plan: Plan): void {
  if (expected === undefined) return;
  const moved = whatMoved(expected, plan);
  if (moved.length === 0) return;
  throw new TerminalError('PlanChanged', `the plan is out of date: ${moved.join('; ')}; plan again`);
}

async function apply(found: Found, plan: Plan, clock: OperationClock, record: Recorder): Promise<Outcome> {
  const { connection } = found.places[0] as Found['places'][number];
  try {
    await untilDone(
      'inventory',
      clock,
      () => settleRecords(found),
      () => undefined,
    );
    const succeeded = await applyPlan(
      {
        found,
        replaced: new Set(
          plan.waves
            .flat()
            .filter((step) => step.action === 'replace')
            .map((step) => step.ref),
        ),
        connection,
        inventory: found.inventory,
        world: new Map(found.world),
        clock,
        emit: record.emit,
      },
      plan,
      record.result,
    );
    if (succeeded) return { phase: 'Succeeded', message: 'successfully synced' };
    const failed = record.results().filter((result) => result.status === 'SyncFailed');
    return { phase: 'Failed', message: failed.map((result) => `${result.ref}: ${result.message}`).join('; ') };
  } catch (error) {
    return outcomeOf(error, clock.signal);
  }
}

/** Before anything else the record says what is known: also where an earlier process wrote only one of its two copies. */
async function settleRecords({ removals, places }: Found): Promise<void> {
  await forgetGone(removals);
  for (const { inventory } of places) for (const entry of inventory.entries()) await inventory.put(entry);
}

/** What AWS turned out not to have any more goes off the record. */
async function forgetGone(removals: Removals): Promise<void> {
  for (const { inventory, entry, parts } of removals.gone) {
    const current = inventory.get(entry.ref);
    if (current === undefined) continue;
    const left = current.parts.filter((part) => !parts.some((other) => samePart(part, other)));
    if (left.length === 0) await inventory.remove(entry.ref);
    else if (left.length < current.parts.length) await inventory.put({ ...current, parts: left });
  }
}

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted) {
    return { phase: 'Error', message: signal.reason instanceof Interrupted ? INTERRUPTED : 'terminated' };
  }
  return { phase: 'Error', message: error instanceof Error ? error.message : String(error) };
}

/** Writes and reports what becomes of one operation. */
interface Recorder {
  readonly emit: Emit;
  readonly result: (result: StepResult) => void;
  readonly results: () => readonly StepResult[];
  started(): void;
  finished(outcome: Outcome): Promise<Operation>;
}

function recorder(deps: EngineDeps, open: OpenOperation, input: ApplicationInput, emit: Emit): Recorder {
  const results: StepResult[] = [];
  return {
    emit,
    result: (result) => void results.push(result),
    results: () => results,
    started: () => {
      const { initiator, revision, plan } = open.operation;
      const actions = plan.waves.flat().filter((step) => step.action !== 'none').length;
      emit('operation.started', 'info', `sync of ${input.name} to ${revision}: ${actions} to do`, {
        revision,
        initiator: { ...initiator },
        steps: actions,
      });
    },
    finished: async ({ phase, message }) => {
      const operation: Operation = {
        ...open.operation,
        phase,
        message,
        results,
        finishedAt: deps.clock.now().toISOString(),
      };
      await open.update(operation);
      await trimHistory(deps.store, input.name, input.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT);
      emit('operation.finished', phase === 'Succeeded' ? 'info' : 'error', `${phase}: ${message}`, {
        phase,
        results: results as unknown as Json,
      });
      return operation;
    },
  };
}

/** The plan of a sync that could not be planned. */
function emptyPlan(input: ApplicationInput): Plan {
  const { name, revision, destination, manifests } = input;
  return { application: name, ...destination, revision, digest: digestOf(manifests), waves: [], findings: [] };
}
