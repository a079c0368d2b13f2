import { randomBytes } from 'node:crypto';
import { TerminalError } from '../core/errors.ts';
import type { Ref } from '../core/manifest.ts';
import type { Plan } from '../core/plan.ts';
import type { Applying } from './applying.ts';
import { emitter, type Emit } from './emit.ts';
import type { ApplicationInput, EngineDeps, Operation, StepResult, SyncOptions } from './engine.ts';
import type { Asked, Found } from './found.ts';
import { closeRun, deleteHooks, openRunOf } from './hook-cleanup.ts';
import { Interrupted } from './interrupted.ts';
import { look, type LookOptions, type Looking } from './look.ts';
import { keepManifests } from './manifests-record.ts';
import { beginOperation, INTERRUPTED, readOperation, TERMINATED } from './operations.ts';
import { whatMoved } from './plan-changes.ts';
import { buildPlan } from './planner.ts';
import { digestOf } from './prepare.ts';
import { failuresInWords, recorder, surely, type Outcome, type Recorder } from './recorder.ts';
import { bearReads, operationClock, untilDone, type OperationClock } from './retry.ts';
import { settleRecords } from './settle-records.ts';
import { Terminated } from './terminated.ts';

const DEFAULT_TIMEOUT_SECONDS = 3600;
/** How long what belongs to the end of an operation may take, whatever time is left to the operation itself. */
const CLEANUP_SECONDS = 900;

/** What one operation is about. */
export interface Work {
  readonly input: ApplicationInput;
  readonly asked: Asked;
  readonly options: Omit<SyncOptions, 'prune' | 'resources' | 'replace'> & { readonly job?: Ref };
  readonly alsoIn?: LookOptions['alsoIn'];
  /** Does what the plan says; false when something failed. */
  readonly apply: (applying: Applying) => Promise<boolean>;
  /** Runs when it is not begun, because a person has to be asked. */
  readonly onRefusal?: (applying: Applying) => Promise<void>;
  /** Runs when it failed. */
  readonly onFailure?: (applying: Applying) => Promise<boolean>;
}

/** One operation: look, plan, decide, record, apply, record what became of it. Its steps, in this order. */
export async function runOperation(
  deps: EngineDeps,
  looking: Looking,
  work: Work,
  signal: AbortSignal,
): Promise<Operation> {
  const { input, asked, options } = work;
  const startedAt = deps.clock.now();
  const timeoutSeconds = options.timeoutSeconds ?? input.spec.syncPolicy?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const clock = operationClock(deps.clock, signal, startedAt, timeoutSeconds);
  const emit = emitter(deps.sink, deps.clock, { application: input.name });

  const planned = await lookAndPlan(looking, work, clock, emit);
  if ('plan' in planned) refuseMovedWorld(options.expect, planned.plan);
  const plan = 'plan' in planned ? planned.plan : emptyPlan(input);
  const resumed = await resumedBy(deps, input.name, options);
  const run = options.run ?? resumed?.run ?? openRun(planned, plan) ?? randomBytes(6).toString('hex');
  const { parameters } = input.spec.source;
  const begun: Omit<Operation, 'id'> = {
    application: input.name,
    initiator: options.initiator,
    phase: 'Running',
    message: 'running',
    revision: input.revision,
    digest: plan.digest,
    startedAt: startedAt.toISOString(),
    plan,
    results: [],
    run,
    ...(asked.removal && { removal: true }),
    ...(asked.resources !== undefined && { resources: asked.resources }),
    ...(options.job !== undefined && { job: options.job }),
    ...(options.carriesOn !== undefined && { carriesOn: options.carriesOn }),
    ...(options.resumes !== undefined && { resumes: options.resumes }),
    ...(options.retryOf !== undefined && { retryOf: options.retryOf }),
    ...(parameters !== undefined && { parameters }),
  };
  const refusal = 'plan' in planned ? refusalOf(plan, options) : planned.outcome;
  if (options.dryRun === true) return dryRun(begun, refusal, deps);

  const kept = await surely(deps, () => keepManifests(deps.store, input.name, plan.digest, input.manifests));
  const open = await surely(deps, () => beginOperation(deps.store, kept ? { ...begun, manifestsKept: true } : begun));
  const record = recorder(
    deps,
    open,
    input.spec.revisionHistoryLimit,
    emitter(deps.sink, deps.clock, { application: input.name, operation: open.operation.id }),
  );
  record.started();
  options.began?.(open.operation);
  if (!('plan' in planned)) return record.finished(planned.outcome);
  const applying = applyingOf(planned.found, plan, { run, clock, record, ...(resumed && { resumed }) });
  if (refusal !== undefined) {
    if (work.onRefusal !== undefined) await surely(deps, () => work.onRefusal?.(applying) ?? Promise.resolve());
    return record.finished(refusal);
  }
  const terminating = (): void => record.terminating();
  signal.addEventListener('abort', terminating, { once: true });
  try {
    const outcome = await apply(work, applying, record);
    return await record.finished(await cleanUp(deps, work, applying, record, outcome));
  } finally {
    signal.removeEventListener('abort', terminating);
  }
}

type Planned = { readonly found: Found; readonly plan: Plan } | { readonly outcome: Outcome };

/** Looks and plans; each read is borne as in any step. */
async function lookAndPlan(looking: Looking, work: Work, clock: OperationClock, emit: Emit): Promise<Planned> {
  const { input, asked, alsoIn } = work;
  try {
    const bear = bearReads(clock, ({ message, afterMs }) => emit('operation.waiting', 'warn', message, { afterMs }));
    const options = { asked, readMirror: 'always', bear, ...(alsoIn === undefined ? {} : { alsoIn }) } as const;
    const found = await look(looking, input, options, clock.signal);
    return { found, plan: buildPlan(found) };
  } catch (error) {
    return { outcome: outcomeOf(error, clock.signal) };
  }
}

function refuseMovedWorld(expected: Plan | undefined, plan: Plan): void {
  if (expected === undefined) return;
  const moved = whatMoved(expected, plan);
  if (moved.length === 0) return;
  throw new TerminalError('PlanChanged', `the plan is out of date: ${failuresInWords(moved)}; plan again`);
}

/** The operation that this one takes up. */
async function resumedBy(
  deps: EngineDeps,
  application: string,
  { resumes }: Work['options'],
): Promise<Operation | undefined> {
  return resumes === undefined ? undefined : surely(deps, () => readOperation(deps.store, application, resumes));
}

function openRun(planned: Planned, plan: Plan): string | undefined {
  return 'found' in planned ? openRunOf(planned.found.inventory, plan.digest) : undefined;
}

/** Why it must not start, after what a person said yes to. */
function refusalOf(plan: Plan, { approved, approveDeletions }: Work['options']): Outcome | undefined {
  const refusals = (plan.refusals ?? []).filter(({ approvable, code }) => {
    if (!approvable) return true;
    const isDeletion = code === 'Deletions' || code === 'Confirmation';
    return !(approved === true || (approveDeletions === true && isDeletion));
  });
  if (refusals.length === 0) return undefined;
  return { phase: 'Failed', message: failuresInWords(refusals.map(({ message }) => message)) };
}

function dryRun(begun: Omit<Operation, 'id'>, refusal: Outcome | undefined, deps: EngineDeps): Operation {
  const outcome = refusal ?? { phase: 'Succeeded', message: 'dry run: nothing was changed' };
  return { ...begun, ...outcome, id: 'dry-run', dryRun: true, finishedAt: deps.clock.now().toISOString() };
}

function applyingOf(
  found: Found,
  plan: Plan,
  {
    run,
    clock,
    record,
    resumed,
  }: {
    readonly run: string;
    readonly clock: OperationClock;
    readonly record: Recorder;
    readonly resumed?: Operation;
  },
): Applying {
  const { connection } = found.places[0] as Found['places'][number];
  const steps = plan.waves.flat();
  // What another run did, or this one for other manifests, does not count.
  const done = resumed?.run === run && resumed.digest === plan.digest ? resumed.results : [];
  return {
    found,
    plan,
    replaced: new Set(
      steps.filter(({ action, deletesFirst }) => action === 'replace' && deletesFirst !== true).map(({ ref }) => ref),
    ),
    connection,
    inventory: found.inventory,
    world: new Map(found.world),
    clock,
    emit: record.emit,
    bear: bearReads(clock, ({ message, afterMs }) => record.emit('operation.waiting', 'info', message, { afterMs })),
    run,
    hasRun: (ref, phase) =>
      done.some((result) => result.ref === ref && result.hook === phase && result.status === 'Synced'),
    report: record.result,
  };
}

async function apply(work: Work, applying: Applying, record: Recorder): Promise<Outcome> {
  try {
    await untilDone(
      'inventory',
      applying.clock,
      () => settleRecords(applying.found),
      () => undefined,
    );
    if (await work.apply(applying)) return { phase: 'Succeeded', message: succeeded(work, record.results()) };
    const failed = record.results().filter((result) => result.status === 'SyncFailed');
    return {
      phase: 'Failed',
      message: failuresInWords(failed.map(({ ref, hook, message }) => `${nameOf(ref, hook)}: ${message}`)),
    };
  } catch (error) {
    return outcomeOf(error, applying.clock.signal);
  }
}

function succeeded({ asked, options }: Work, results: readonly StepResult[]): string {
  if (options.job !== undefined) return results.at(-1)?.message ?? `${options.job} ran`;
  if (options.carriesOn !== undefined) return `brought the rollout of ${options.carriesOn.join(', ')} to its end`;
  return asked.removal ? 'successfully removed' : 'successfully synced';
}

function nameOf(ref: string, hook: string | undefined): string {
  return hook === undefined ? ref : `${hook} hook ${ref}`;
}

/** SyncFail hooks, what hooks leave behind, and the end of the run. An interrupted operation is left as it is. */
async function cleanUp(
  deps: EngineDeps,
  { onFailure }: Work,
  applying: Applying,
  record: Recorder,
  outcome: Outcome,
): Promise<Outcome> {
  const { signal } = applying.clock;
  if (signal.aborted && outcome.message === INTERRUPTED) return outcome;
  const clock = operationClock(deps.clock, signal, deps.clock.now(), CLEANUP_SECONDS);
  const late = { ...applying, clock, bear: bearReads(clock, () => undefined) };
  try {
    if (outcome.phase !== 'Succeeded' && !signal.aborted) await onFailure?.(late);
    if (!signal.aborted) await deleteHooks(late, record.results());
  } catch (error) {
    if (signal.reason instanceof Interrupted) return outcomeOf(error, signal);
    record.emit('operation.waiting', 'warn', error instanceof Error ? error.message : String(error));
  }
  await surely(deps, () => closeRun(applying.inventory));
  return outcome;
}

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted) {
    if (signal.reason instanceof Interrupted) return { phase: 'Error', message: INTERRUPTED };
    const why = signal.reason instanceof Terminated ? signal.reason.why : undefined;
    return { phase: 'Failed', message: why ?? TERMINATED };
  }
  return { phase: 'Error', message: error instanceof Error ? error.message : String(error) };
}

/** The plan of a sync that could not be planned. */
function emptyPlan(input: ApplicationInput): Plan {
  const { name, revision, destination, manifests } = input;
  return { application: name, ...destination, revision, digest: digestOf(manifests), waves: [], findings: [] };
}
