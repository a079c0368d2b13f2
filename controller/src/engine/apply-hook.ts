import { TerminalError } from '../core/errors.ts';
import type { HookPhase } from '../core/hooks.ts';
import type { Ref } from '../core/manifest.ts';
import { removeAll } from './apply-removal.ts';
import { refuseForeign, wanted } from './apply-step.ts';
import type { Applying } from './applying.ts';
import type { StepResult } from './engine.ts';
import { Interrupted } from './interrupted.ts';
import { lookAfresh } from './look-afresh.ts';
import { lookBefore } from './preflight.ts';
import type { Hook } from './prepare.ts';
import { recordHook, recordHookDone, recordParts } from './recording.ts';
import { bearNothing, bearWith, isDeadline, patience, type Bear } from './retry.ts';
import { resultsOf } from './step-result.ts';
import { watch, type Watch } from './watch.ts';

/** Looks at a hook whose run is over until it says so. */
const POLL_MS = 2_000;
/** Real time for asking AWS to stop a hook whose operation was ended. */
const STOP_MS = 30_000;

/** The hooks of a phase, those of one wave together. */
export function hookWaves(hooks: ReadonlyMap<Ref, Hook>, phase: HookPhase): readonly (readonly Hook[])[] {
  const inPhase = [...hooks.values()].filter((hook) => hook.phases.includes(phase));
  const waves = [...new Set(inPhase.map((hook) => hook.wave))].toSorted((a, b) => a - b);
  return waves.map((wave) => inPhase.filter((hook) => hook.wave === wave));
}

/** Runs one hook to its end. Never throws, unless the operation was ended; then what runs is stopped. */
export async function applyHook(applying: Applying, hook: Hook, phase: HookPhase): Promise<StepResult> {
  const { clock, emit } = applying;
  const { ref } = hook.resource;
  const result = resultsOf(clock, ref, phase);
  if (hasRun(applying, ref, phase)) return result('Synced', 'it ran already in this operation');
  emit('step.started', 'info', `${phase} hook`, { ref, action: 'hook', hook: phase });
  try {
    const message = await runToEnd(applying, hook, phase);
    emit('step.done', 'info', message, { ref, status: 'Synced', hook: phase });
    return result('Synced', message);
  } catch (error) {
    if (isEnded(clock.signal, error)) await stop(applying, hook, phase);
    clock.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    emit('step.failed', 'error', message, { ref, status: 'SyncFailed', hook: phase });
    return result('SyncFailed', message);
  }
}

/** By a person or by its timeout. A hook of an interrupted operation is waited for by the one that takes it up. */
function isEnded({ aborted, reason }: AbortSignal, error: unknown): boolean {
  return aborted ? !(reason instanceof Interrupted) : isDeadline(error);
}

/**
 * By the record of the operation, or by that of the hook, which survives the loss of the store. For other manifests it has
 * not run: what Git says now may be another migration.
 */
function hasRun({ inventory, run, plan, hasRun: ran }: Applying, ref: Ref, phase: HookPhase): boolean {
  const recorded = inventory.get(ref)?.hook;
  const isOfThis = recorded?.run === run && recorded.digest === plan.digest;
  return ran(ref, phase) || (isOfThis && recorded.done.includes(phase));
}

/** What the driver is told to run for: a hook of two phases runs twice. */
function runIn({ run }: Applying, phase: HookPhase): string {
  return `${run}-${phase.toLowerCase()}`;
}

async function runToEnd(applying: Applying, hook: Hook, phase: HookPhase): Promise<string> {
  const { clock, emit } = applying;
  const { ref, driver } = hook.resource;
  const watching = watch(ref, driver, undefined, emit);
  const calm = patience(ref);
  const bear = bearWith(calm, clock, (bearing) => watching.waiting(bearing.message, bearing.afterMs));
  for (;;) {
    clock.signal.throwIfAborted();
    let turn: Turn;
    try {
      turn = await takeTurn(applying, hook, phase, watching, bear);
      if (turn.done) return turn.message;
      calm.reset();
    } catch (error) {
      clock.signal.throwIfAborted();
      const bearing = calm.bear(error, clock.now());
      turn = { done: false, afterMs: bearing.afterMs, waitsFor: bearing.message };
    }
    if (turn.afterMs > 0) watching.waiting(turn.waitsFor, turn.afterMs);
    await clock.wait(turn.afterMs, turn.waitsFor);
  }
}

type Turn =
  | { readonly done: true; readonly message: string }
  | { readonly done: false; readonly afterMs: number; readonly waitsFor: string };

async function takeTurn(applying: Applying, hook: Hook, phase: HookPhase, watching: Watch, bear: Bear): Promise<Turn> {
  const { clock, connection, inventory, plan } = applying;
  const { resource } = hook;
  const { ref, driver } = resource;
  const pass = connection.aws.pass(clock.now(), clock.signal);
  const seen = await lookAfresh(applying, resource, { pass, bear, run: runIn(applying, phase) });
  refuseForeign(seen, 'none');
  const desired = wanted(applying, resource, runIn(applying, phase));
  if (seen.live !== undefined) watching.look(seen.live);
  const recorded = inventory.get(ref)?.hook;
  const isOfThisRun = recorded?.run === applying.run;
  if (!isOfThisRun || recorded.over === true || recorded.digest !== plan.digest) {
    await lookBefore(applying, resource, { desired, live: undefined, changes: [], pass });
    if (!isOfThisRun && hook.deletePolicies.includes('BeforeHookCreation') && seen.live !== undefined) {
      await removeAll(applying, { ref, driver, connection, live: seen.live, parts: seen.parts });
    }
    // From here on another process knows what has begun.
    await recordHook(applying, ref, desired);
    return { done: false, afterMs: 0, waitsFor: 'its beginning' };
  }
  if (seen.live !== undefined) await recordParts(applying, ref, desired, seen.parts);
  const progress = await driver.ensure(desired, seen.live, pass);
  if (!progress.done) return { done: false, afterMs: progress.pollAfterMs, waitsFor: progress.waitsFor };
  if (seen.live === undefined) return { done: false, afterMs: POLL_MS, waitsFor: 'its end' };
  await recordHookDone(applying, ref, phase);
  return { done: true, message: driver.health(desired, seen.live, clock.now()).message };
}

/** An operation that was ended leaves no hook running. What cannot be stopped ends by its own time limit. */
async function stop(applying: Applying, hook: Hook, phase: HookPhase): Promise<void> {
  const { ref, driver } = hook.resource;
  const signal = AbortSignal.timeout(STOP_MS);
  try {
    const pass = applying.connection.aws.pass(applying.clock.now(), signal);
    const { live } = await lookAfresh(applying, hook.resource, {
      pass,
      bear: bearNothing,
      run: runIn(applying, phase),
    });
    if (live === undefined) return;
    await driver.act('abort', live, pass);
    applying.emit('hook.stopped', 'warn', 'stopped with its operation', { ref, hook: phase });
  } catch (error) {
    // Nothing runs any more, which is what is wanted.
    if (error instanceof TerminalError) return;
    const message = error instanceof Error ? error.message : String(error);
    applying.emit('hook.running', 'warn', `it could not be stopped: ${message}`, { ref, hook: phase });
  }
}
