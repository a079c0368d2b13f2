import type { Plan, Step } from '../core/plan.ts';
import { orderForRemoval } from '../core/waves.ts';
import { applyRemoval } from './apply-removal.ts';
import { applyResource } from './apply-resource.ts';
import type { Applying } from './applying.ts';
import type { StepResult } from './engine.ts';
import { findRemovals, type Removal } from './removals.ts';
import type { Resource } from './resource.ts';
import { untilDone } from './retry.ts';

/**
 * Applies a plan wave by wave: resources of a wave at once, and the next wave when all of them are healthy. What is to be
 * deleted comes last, found by a fresh look. `report` hears of each result as it comes.
 */
export async function applyPlan(
  applying: Applying,
  plan: Plan,
  report: (result: StepResult) => void,
): Promise<boolean> {
  const { resources } = applying.found.prepared;
  for (const wave of plan.waves) {
    const steps = wave.filter((step) => !isRemoval(step));
    if (
      !(await runWave(
        applying,
        steps.map((step) => async () => {
          const result = await applyResource(applying, resources.get(step.ref) as Resource, step);
          report(result);
          return result;
        }),
      ))
    )
      return false;
  }
  // Nothing goes that the plan did not name, whatever a fresh look finds.
  const planned = new Set(
    plan.waves
      .flat()
      .filter(isRemoval)
      .map((step) => step.ref),
  );
  const removals = (await freshRemovals(applying)).filter((removal) => planned.has(removal.ref));
  const ranks = new Map(removals.map((removal) => [removal.ref, removal.kind.removalRank]));
  for (const refs of orderForRemoval([...ranks.keys()], (ref) => ranks.get(ref) ?? 0)) {
    const wave = removals.filter((removal) => refs.includes(removal.ref));
    if (
      !(await runWave(
        applying,
        wave.map((removal) => async () => {
          const result = await applyRemoval(applying, removal);
          report(result);
          return result;
        }),
      ))
    )
      return false;
  }
  return true;
}

/** Steps about what the source has no more, or a replacement leaves behind, have no place in a file. */
function isRemoval(step: Step): boolean {
  return step.position === undefined;
}

/** All of a wave at once; true when none failed. A step that was ended ends the operation, after the others came to rest. */
async function runWave(applying: Applying, steps: readonly (() => Promise<StepResult>)[]): Promise<boolean> {
  applying.clock.signal.throwIfAborted();
  const outcomes = await Promise.allSettled(steps.map((step) => step()));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value.status !== 'SyncFailed');
}

/** What there is to take away now that everything else is in place: also what replacements have left behind. */
async function freshRemovals(applying: Applying): Promise<readonly Removal[]> {
  const { found, clock, emit } = applying;
  return untilDone(
    `removals of ${found.prepared.input.name}`,
    clock,
    async () => {
      const places = found.places.map((place) => ({
        ...place,
        pass: place.connection.aws.pass(clock.now(), clock.signal),
      }));
      const { present } = await findRemovals({
        places,
        world: applying.world,
        declaredIn: found.prepared.input.destination,
        application: found.prepared.input.name,
        instance: found.instance,
        kinds: found.kinds,
      });
      return present;
    },
    (bearing) => emit('operation.waiting', 'info', bearing.message, { afterMs: bearing.afterMs }),
  );
}
