import { randomBytes } from 'node:crypto';
import { TerminalError } from '../core/errors.ts';
import { type Ref, refOf } from '../core/manifest.ts';
import { didYouMean } from '../core/suggest.ts';
import { refuseForeign, wanted } from './apply-step.ts';
import type { Applying } from './applying.ts';
import type { ApplicationInput, EngineDeps, Operation, RunOptions, StepResult } from './engine.ts';
import { lookAfresh } from './look-afresh.ts';
import type { Looking } from './look.ts';
import { lookBefore } from './preflight.ts';
import { recordIntent, recordParts } from './recording.ts';
import type { Resource } from './resource.ts';
import { bearNothing, bearWith, patience } from './retry.ts';
import { runOperation } from './run-operation.ts';
import { resultsOf } from './step-result.ts';
import { askedOf } from './sync.ts';
import { watch, type Watch } from './watch.ts';

/** The only kind that runs and ends. */
const JOB = 'Job';
const RUN_BYTES = 6;

/**
 * Runs a Job once more, whatever has run before: an operation like any other, with a run of its own. Killed in the middle,
 * the same operation taken up finds the task that it has started.
 * @throws TerminalError `NotFound`, `NotAllowed` before anything is recorded
 */
export async function runJob(
  deps: EngineDeps,
  looking: Looking,
  input: ApplicationInput,
  { ref, ...options }: RunOptions,
  signal: AbortSignal,
): Promise<Operation> {
  refuseOther(input, ref);
  const work = {
    input,
    asked: askedOf(input, { resources: [ref.replace('/', ':')], prune: false }),
    options: {
      ...options,
      job: ref,
      // What is taken up goes on with the run that it has.
      ...(options.resumes === undefined && { run: randomBytes(RUN_BYTES).toString('hex') }),
    },
    apply: (applying: Applying) => applyRun(applying, ref),
  };
  return await runOperation(deps, looking, work, signal);
}

function refuseOther({ name, manifests }: ApplicationInput, ref: Ref): void {
  const jobs = manifests.filter(({ kind }) => kind === JOB).map(refOf);
  if (jobs.includes(ref)) return;
  const isThere = manifests.some((manifest) => refOf(manifest) === ref);
  if (isThere) throw new TerminalError('NotAllowed', `${ref} cannot be run, expected a Job`);
  throw new TerminalError('NotFound', `${name} has no ${ref}${didYouMean(ref, jobs)}`);
}

async function applyRun(applying: Applying, ref: Ref): Promise<boolean> {
  const { resources, hooks } = applying.found.prepared;
  const resource = resources.get(ref) ?? hooks.get(ref)?.resource;
  if (resource === undefined) throw new TerminalError('NotFound', `there is no ${ref}`);
  const result = await run(applying, resource);
  applying.report(result);
  return result.status === 'Synced';
}

async function run(applying: Applying, resource: Resource): Promise<StepResult> {
  const { clock, emit } = applying;
  const { ref, driver } = resource;
  const result = resultsOf(clock, ref);
  emit('step.started', 'info', 'running', { ref, action: 'run' });
  const watching = watch(ref, driver, applying.found.world.get(ref)?.live, emit);
  try {
    const message = await toItsEnd(applying, resource, watching);
    emit('step.done', 'info', message, { ref, status: 'Synced' });
    return { ...result('Synced', message), exitCode: 0 };
  } catch (error) {
    clock.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    emit('step.failed', 'error', message, { ref, status: 'SyncFailed' });
    const exitCode = await exitCodeOf(applying, resource);
    return { ...result('SyncFailed', message), ...(exitCode !== undefined && { exitCode }) };
  }
}

/** Of the container that failed in the newest task; undefined where ECS shows none any more, or none exited. */
async function exitCodeOf(applying: Applying, resource: Resource): Promise<number | undefined> {
  const { clock, connection } = applying;
  const pass = connection.aws.pass(clock.now(), clock.signal);
  try {
    const { live } = await lookAfresh(applying, resource, { pass, bear: bearNothing, run: applying.run });
    const tasks = live === undefined ? [] : ((await resource.driver.tasks?.(live, pass)) ?? []);
    const codes = tasks[0]?.containers.map(({ exitCode }) => exitCode) ?? [];
    return codes.find((code) => code !== undefined && code !== 0);
  } catch {
    // The failure is told all the same.
    return undefined;
  }
}

type Turn =
  | { readonly message: string }
  | { readonly message?: undefined; readonly afterMs: number; readonly waitsFor: string };

async function toItsEnd(applying: Applying, resource: Resource, watching: Watch): Promise<string> {
  const { clock } = applying;
  const calm = patience(resource.ref);
  for (;;) {
    clock.signal.throwIfAborted();
    let turn: Turn;
    try {
      const bear = bearWith(calm, clock, (bearing) => watching.waiting(bearing.message, bearing.afterMs));
      turn = await takeTurn(applying, resource, watching, bear);
      if (turn.message !== undefined) return turn.message;
      calm.reset();
    } catch (error) {
      clock.signal.throwIfAborted();
      const bearing = calm.bear(error, clock.now());
      turn = { afterMs: bearing.afterMs, waitsFor: bearing.message };
    }
    if (turn.afterMs > 0) watching.waiting(turn.waitsFor, turn.afterMs);
    await clock.wait(turn.afterMs, turn.waitsFor);
  }
}

async function takeTurn(
  applying: Applying,
  resource: Resource,
  watching: Watch,
  bear: ReturnType<typeof bearWith>,
): Promise<Turn> {
  const { clock, connection } = applying;
  const pass = connection.aws.pass(clock.now(), clock.signal);
  const seen = await lookAfresh(applying, resource, { pass, bear, run: applying.run });
  refuseForeign(seen, 'none');
  const desired = wanted(applying, resource, applying.run);
  if (seen.live === undefined) await lookBefore(applying, resource, { desired, live: undefined, changes: [], pass });
  else watching.look(seen.live);
  await recordIntent(applying, resource.ref, desired, seen.live === undefined);
  const progress = await resource.driver.ensure(desired, seen.live, pass);
  if (!progress.done) return { afterMs: progress.pollAfterMs, waitsFor: progress.waitsFor };
  if (seen.live === undefined) return { afterMs: 0, waitsFor: 'its end' };
  await recordParts(applying, resource.ref, desired, seen.parts);
  return { message: resource.driver.health(desired, seen.live, clock.now()).message };
}
