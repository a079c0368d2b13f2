import type { Step } from '../core/plan.ts';
import { newMemory, type StepMemory, takeTurn } from './apply-step.ts';
import type { Applying } from './applying.ts';
import { removeAll } from './apply-removal.ts';
import type { StepResult } from './engine.ts';
import type { Resource } from './resource.ts';
import { bearWith, patience } from './retry.ts';
import { resultsOf } from './step-result.ts';
import { watch, type Watch } from './watch.ts';

/** Brings one resource to where Git wants it, healthy. Never throws, unless the operation was ended. */
export async function applyResource(applying: Applying, resource: Resource, step: Step): Promise<StepResult> {
  const { clock, emit } = applying;
  const { ref } = resource;
  if (step.action !== 'none') emit('step.started', 'info', actionInWords(step), { ref, action: step.action });
  const watching = watch(ref, resource.driver, applying.found.world.get(ref)?.live, emit);
  const memory = newMemory();
  const resultOf = resultsOf(clock, ref);
  const result = (status: StepResult['status'], message: string): StepResult => {
    const rollout = memory.record.get();
    return { ...resultOf(status, message), ...(rollout !== undefined && { rollout }) };
  };
  try {
    if (step.deletesFirst === true) await deleteFirst(applying, resource, step);
    const message = await untilHealthy(applying, resource, step, memory, watching);
    emit('step.done', step.action === 'none' ? 'debug' : 'info', message, { ref, status: 'Synced' });
    return result('Synced', message);
  } catch (error) {
    clock.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    emit('step.failed', 'error', message, { ref, status: 'SyncFailed' });
    return result('SyncFailed', message);
  }
}

/** The two cannot have the same name at the same time. */
async function deleteFirst(applying: Applying, { ref, driver }: Resource, step: Step): Promise<void> {
  const { connection } = applying;
  applying.emit('step.waiting', 'info', 'the old one to be deleted', { ref, waitsFor: 'the old one', afterMs: 0 });
  const live = applying.found.world.get(ref)?.live;
  if (live === undefined) return;
  await removeAll(applying, { ref, driver, connection, live, parts: step.parts });
}

async function untilHealthy(
  applying: Applying,
  resource: Resource,
  step: Step,
  memory: StepMemory,
  watching: Watch,
): Promise<string> {
  const { clock } = applying;
  const calm = patience(resource.ref);
  const bear = bearWith(calm, clock, (bearing) => watching.waiting(bearing.message, bearing.afterMs));
  for (;;) {
    clock.signal.throwIfAborted();
    let wait: { readonly afterMs: number; readonly waitsFor: string };
    try {
      const turn = await takeTurn(applying, resource, step, memory, watching, bear);
      if (turn.done) return turn.message;
      calm.reset();
      wait = turn;
    } catch (error) {
      clock.signal.throwIfAborted();
      const bearing = calm.bear(error, clock.now());
      wait = { afterMs: bearing.afterMs, waitsFor: bearing.message };
    }
    if (wait.afterMs > 0) watching.waiting(wait.waitsFor, wait.afterMs);
    await clock.wait(wait.afterMs, wait.waitsFor);
  }
}

function actionInWords(step: Step): string {
  const fields = `${step.changes.length} ${step.changes.length === 1 ? 'field' : 'fields'}`;
  switch (step.action) {
    case 'create':
      return 'creating';
    case 'update':
      return `updating ${fields}`;
    case 'replace':
      return `creating the replacement (${fields})`;
    case 'adopt':
      return `taking over (${fields} reset)`;
    default:
      return step.action;
  }
}
