import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import type { Plan } from '../../core/plan.ts';
import type {
  ApplicationInput,
  ApplicationStatus,
  Engine,
  ForgottenApplication,
  Initiator,
  Operation,
  RemoveOptions,
  SyncOptions,
} from '../engine.ts';
import { INTERRUPTED } from '../operations.ts';
import { recordedInput } from './recorded.ts';
import { type Entry, projectOf } from './entry.ts';
import { settle } from './settle.ts';
import { type Keeping, pollMsOf } from './keeping.ts';
import { interruptedIn, type Past } from './past.ts';

/** What an operation runs on. */
type Run = (engine: Engine, began: (operation: Operation) => void) => Promise<Operation>;

/**
 * Begins an operation of an Application, which has one at a time, whoever asks. Resolves when it is on record; its end brings
 * the next turn. @throws TerminalError `OperationInProgress`, or what keeps it from beginning
 */
export function begin(keeping: Keeping, entry: Entry, queued: boolean, run: Run): Promise<Operation> {
  const { name } = entry.declared;
  if (entry.running !== undefined) {
    return Promise.reject(new TerminalError('OperationInProgress', `another operation of ${name} is in progress`));
  }
  const begun = Promise.withResolvers<Operation>();
  // Nobody may be waiting for it.
  begun.promise.catch(() => undefined);
  entry.running = 'starting';
  entry.epoch += 1;
  entry.ended = carry(keeping, entry, queued, run, begun).finally(() => {
    delete entry.ended;
  });
  return begun.promise;
}

async function carry(
  keeping: Keeping,
  entry: Entry,
  queued: boolean,
  run: Run,
  begun: PromiseWithResolvers<Operation>,
): Promise<void> {
  const { name } = entry.declared;
  let giveBack = (): void => undefined;
  let retryMs: number | undefined;
  try {
    // A person does not wait for automation.
    if (queued) giveBack = await keeping.slots.take(keeping.stopping);
    const { engine } = await keeping.projects.workplace(projectOf(entry.declared));
    entry.engine = engine;
    const operation = await run(engine, (started) => {
      entry.running = started;
      begun.resolve(started);
      settle(keeping, entry);
    });
    entry.results = new Map(operation.results.map(({ ref, message }) => [ref, message]));
    begun.resolve(operation);
    // A yes is to one plan, once: the same change of tomorrow asks again.
    if (operation.message !== INTERRUPTED) await keeping.decisions.setApproval(name, undefined);
  } catch (error) {
    begun.reject(error);
    if (!keeping.stopping.aborted) {
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof TerminalError ? error.code : 'Error';
      keeping.emit(name)('application.failed', 'error', message, { reason: code });
      // What was approved or decided on has moved: the next turn looks again.
      retryMs = error instanceof TerminalError ? 0 : pollMsOf(entry);
    }
  } finally {
    giveBack();
    delete entry.running;
    delete entry.engine;
    delete entry.past;
    entry.epoch += 1;
    entry.lookDue = true;
    if (!keeping.stopping.aborted && keeping.registry.get(name) === entry) {
      if (retryMs !== undefined && retryMs > 0) keeping.queue.addAfter(name, retryMs);
      else keeping.queue.add(name);
    }
  }
}

/** Begins a sync that nobody waits for. */
export function startSync(keeping: Keeping, entry: Entry, plan: Plan, options: SyncOptions): void {
  const { input } = entry;
  if (input === undefined) throw new Error(`${plan.application} was not rendered`);
  void begin(keeping, entry, true, (engine, began) =>
    engine.sync(input, { ...options, began }, keeping.stopping),
  ).catch(() => undefined);
}

/** Begins the removal of everything that an Application owns. Resolves when it is on record. */
export function startRemoval(
  keeping: Keeping,
  entry: Entry,
  target: ApplicationInput | ForgottenApplication,
  options: RemoveOptions,
): Promise<Operation> {
  return begin(keeping, entry, true, (engine, began) => engine.remove(target, { ...options, began }, keeping.stopping));
}

/**
 * Takes up what a person asked for and the end of the process cut short, where Git says something else by now: a rollback, or
 * a sync of another revision. True when it did. What is of the newest revision, automation takes up itself.
 */
export async function resumeInterrupted(
  keeping: Keeping,
  entry: Entry,
  past: Past,
  status: ApplicationStatus,
): Promise<boolean> {
  const cut = interruptedIn(past);
  if (cut === undefined || cut.removal === true || cut.carriesOn !== undefined) return false;
  const partial = (cut.resources ?? []).length > 0;
  if (cut.job !== undefined) return await resumeJob(keeping, entry, cut.id, cut.job, cut.initiator);
  const asked = cut.initiator.kind === 'person' || cut.initiator.kind === 'rollback';
  if (!asked || (cut.digest === status.plan.digest && !partial)) return false;
  const input = await recordedInput(keeping.deps.store, entry, cut.id);
  if (input === undefined) return false;
  void begin(keeping, entry, true, (engine, began) =>
    engine.sync(
      input,
      {
        initiator: cut.initiator,
        resumes: cut.id,
        ...(cut.resources !== undefined && { resources: cut.resources }),
        began,
      },
      keeping.stopping,
    ),
  ).catch(() => undefined);
  return true;
}

/** A Job that a person ran is waited for: its task is there, or is started now. */
async function resumeJob(keeping: Keeping, entry: Entry, id: string, ref: Ref, initiator: Initiator): Promise<boolean> {
  const input = await recordedInput(keeping.deps.store, entry, id);
  if (input === undefined) return false;
  void begin(keeping, entry, true, (engine, began) =>
    engine.run(input, { ref, initiator, resumes: id, began }, keeping.stopping),
  ).catch(() => undefined);
  return true;
}
