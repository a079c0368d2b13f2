import { ownerInWords } from '../core/ownership.ts';
import { TerminalError } from '../core/errors.ts';
import type { Applying } from './applying.ts';
import type { StepResult } from './engine.ts';
import { samePart, type RecordedPart } from './inventory.ts';
import { removalVerdict } from './verdict.ts';
import type { Removal } from './removals.ts';
import type { EngineDriver } from './resource.ts';
import { untilDone } from './retry.ts';
import { resultsOf } from './step-result.ts';
import { watch } from './watch.ts';
import { asParts, ownerOf } from './world.ts';

/** Fresh looks after `remove` said done and AWS still shows the object: about two minutes. */
const GONE_LOOKS = 15;

/** Takes away what the source has no more, or says why not. Never throws, unless the operation was ended. */
export async function applyRemoval(applying: Applying, removal: Removal): Promise<StepResult> {
  const { clock, emit } = applying;
  const { ref } = removal;
  const result = resultsOf(clock, ref);
  const verdict = removalVerdict(removal, applying.found);
  try {
    if (verdict.action === 'none') {
      if (verdict.released) await takeOffRecord(removal);
      else if (verdict.needsConfirmation === true) await recordAsked(removal, clock.now());
      emit('step.done', 'info', verdict.reason, { ref, status: 'PruneSkipped' });
      return result('PruneSkipped', verdict.reason);
    }
    emit('step.started', 'info', `deleting: ${verdict.reason}`, { ref, action: 'delete' });
    const driver = removal.connection.driver(removal.kind.name);
    await removeAll(applying, { ...removal, driver });
    await takeOffRecord(removal);
    emit('step.done', 'info', 'deleted', { ref, status: 'Pruned' });
    return result('Pruned', verdict.reason);
  } catch (error) {
    clock.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    emit('step.failed', 'error', message, { ref, status: 'SyncFailed' });
    return result('SyncFailed', message);
  }
}

/** What is to be taken away. */
export interface Doomed extends Pick<Removal, 'ref' | 'connection' | 'live'> {
  readonly driver: EngineDriver;
  readonly parts: readonly RecordedPart[];
}

/** Until a fresh look finds nothing of it. Who owns it is looked at each time, before each call. */
export async function removeAll(applying: Applying, removal: Doomed): Promise<void> {
  const { clock, emit } = applying;
  const { driver } = removal;
  const { aws } = removal.connection;
  const watching = watch(removal.ref, driver, removal.live, emit);
  const application = applying.found.prepared.input.name;
  const owner = { application, ref: removal.ref, instance: applying.found.instance };
  const recorded = asParts(removal.parts);
  let looks = 0;
  for (;;) {
    const turn = await untilDone(
      removal.ref,
      clock,
      async () => {
        const pass = aws.pass(clock.now(), clock.signal);
        const live = await driver.observe({ recorded }, pass);
        if (live === undefined) return undefined;
        const whose = ownerOf(driver.parts(live), owner, undefined);
        if (whose !== 'ours') {
          throw new TerminalError(
            'Foreign',
            `${whose.notOurs.id} now belongs to ${ownerInWords(whose.notOurs)}: left alone`,
          );
        }
        watching.look(live);
        return driver.remove(live, pass);
      },
      (bearing) => watching.waiting(bearing.message, bearing.afterMs),
    );
    if (turn === undefined) return;
    if (turn.done) {
      looks += 1;
      if (looks > GONE_LOOKS) throw new TerminalError('NeverGone', 'AWS took the deletion and still shows it');
      if (looks > 1) await clock.wait(Math.min(1_000 * looks, 10_000), 'AWS to forget it');
    } else {
      watching.waiting(turn.waitsFor, turn.pollAfterMs);
      await clock.wait(turn.pollAfterMs, turn.waitsFor);
    }
  }
}

/** From when on a person's yes counts. */
export async function recordAsked({ inventory, ref }: Pick<Removal, 'inventory' | 'ref'>, now: Date): Promise<void> {
  const entry = inventory.get(ref);
  if (entry !== undefined && entry.askedAt === undefined) await inventory.put({ ...entry, askedAt: now.toISOString() });
}

/** The record keeps what else is there under the same reference. */
async function takeOffRecord(removal: Removal): Promise<void> {
  const entry = removal.inventory.get(removal.ref);
  if (entry === undefined) return;
  if (!removal.replaced) {
    await removal.inventory.remove(removal.ref);
    return;
  }
  const gone = [...removal.recorded, ...removal.parts];
  const parts = entry.parts.filter((part) => !gone.some((other) => samePart(part, other)));
  await removal.inventory.put({ ...entry, parts });
}
