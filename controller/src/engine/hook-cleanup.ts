import { removeAll } from './apply-removal.ts';
import type { Applying } from './applying.ts';
import type { StepResult } from './engine.ts';
import type { Inventory } from './inventory.ts';
import type { Hook } from './prepare.ts';
import { untilDone } from './retry.ts';
import { asParts } from './world.ts';

/**
 * Takes away what hooks left where their hook-delete-policy says so. After everything else: until an operation is over,
 * what a hook left is how another process knows that it has run.
 */
export async function deleteHooks(applying: Applying, results: readonly StepResult[]): Promise<void> {
  const ran = results.filter((result) => result.hook !== undefined);
  for (const hook of applying.found.prepared.hooks.values()) {
    const own = ran.filter(({ ref }) => ref === hook.resource.ref);
    const failed = own.some(({ status }) => status === 'SyncFailed');
    const goes = hook.deletePolicies.includes(failed ? 'HookFailed' : 'HookSucceeded');
    if (own.length > 0 && goes) await deleteHook(applying, hook);
  }
}

async function deleteHook(applying: Applying, hook: Hook): Promise<void> {
  const { clock, emit } = applying;
  const { ref } = hook.resource;
  try {
    await untilDone(
      ref,
      clock,
      () => deleteOnce(applying, hook),
      ({ message, afterMs }) => emit('step.waiting', 'info', message, { ref, afterMs }),
    );
    emit('hook.deleted', 'info', 'deleted by its hook-delete-policy', { ref });
  } catch (error) {
    clock.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    emit('hook.kept', 'warn', `its hook-delete-policy could not be followed: ${message}`, { ref });
  }
}

async function deleteOnce(applying: Applying, { resource }: Hook): Promise<void> {
  const { connection, inventory, clock } = applying;
  const { ref, driver } = resource;
  const entry = inventory.get(ref);
  if (entry === undefined) return;
  const pass = connection.aws.pass(clock.now(), clock.signal);
  const live = await driver.observe({ recorded: asParts(entry.parts) }, pass);
  if (live !== undefined) await removeAll(applying, { ref, driver, connection, live, parts: entry.parts });
  await inventory.put({ ...entry, parts: [] });
}

/**
 * The operation is over: what runs next is another run. Records without anything in AWS go last: whoever dies in between
 * leaves one that is open still, and all others say what has run.
 */
export async function closeRun(inventory: Inventory): Promise<void> {
  for (const entry of inventory.entries()) {
    if (entry.hook !== undefined && entry.hook.over !== true) {
      await inventory.put({ ...entry, hook: { ...entry.hook, over: true } });
    }
  }
  for (const { ref, hook, parts, pending } of inventory.entries()) {
    if (hook !== undefined && parts.length === 0 && pending === undefined) await inventory.remove(ref);
  }
}

/** The run of an operation on these manifests that began hooks and was cut short, by the records of the hooks. */
export function openRunOf(inventory: Inventory, digest: string): string | undefined {
  return inventory.entries().find(({ hook }) => hook?.over !== true && hook?.digest === digest)?.hook?.run;
}
