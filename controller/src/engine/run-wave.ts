import type { Graph } from '../core/graph.ts';
import type { Ref } from '../core/manifest.ts';
import type { Applying } from './applying.ts';
import type { StepResult } from './engine.ts';

/** What is done for one resource or hook. */
export type Run = () => Promise<StepResult | undefined>;

/** All of a wave at once; true when none failed. A step that was ended ends the operation, after the others came to rest. */
export async function runWave({ clock }: Pick<Applying, 'clock'>, runs: readonly Run[]): Promise<boolean> {
  clock.signal.throwIfAborted();
  return allWell(await Promise.allSettled(runs.map((run) => run())));
}

/**
 * All of a wave, each as soon as what it waits for is done: nobody waits for a neighbour that takes long. `refs` is in an
 * order in which each comes after all that it waits for; what `waitsFor` names beyond them is done already. Once something
 * has failed, nothing more is begun.
 */
export async function runInOrder(
  { clock }: Pick<Applying, 'clock'>,
  refs: readonly Ref[],
  waitsFor: Graph,
  runOf: (ref: Ref) => Run | undefined,
): Promise<boolean> {
  clock.signal.throwIfAborted();
  let failed = false;
  const ends = new Map<Ref, Promise<StepResult | undefined>>();
  const begin = async (run: Run | undefined, before: readonly Promise<unknown>[]): Promise<StepResult | undefined> => {
    await Promise.allSettled(before);
    if (failed || run === undefined) return undefined;
    try {
      clock.signal.throwIfAborted();
      const result = await run();
      failed ||= result?.status === 'SyncFailed';
      return result;
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  for (const ref of refs) {
    const before = [...(waitsFor.get(ref) ?? [])].flatMap((other) => ends.get(other) ?? []);
    ends.set(ref, begin(runOf(ref), before));
  }
  return allWell(await Promise.allSettled(ends.values()));
}

function allWell(outcomes: readonly PromiseSettledResult<StepResult | undefined>[]): boolean {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value?.status !== 'SyncFailed');
}
