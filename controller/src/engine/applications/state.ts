import type { Step } from '../../core/plan.ts';
import type { ApplicationState, ResourceState } from '../control.ts';
import { type Entry, problemOf, projectOf, shownStatus } from './entry.ts';

/** What is known of an Application, for lists, metrics and the API. */
export function stateOf(entry: Entry): ApplicationState {
  const problem = problemOf(entry);
  const status = shownStatus(entry);
  const { declared, input, lookedAt, running, drift, conditions, deletion } = entry;
  const { name, spec, labels, origin } = declared;
  return {
    name,
    project: projectOf(declared),
    spec,
    labels,
    origin,
    drift,
    conditions,
    deleting: deletion !== undefined,
    ...(status !== undefined && { status }),
    ...(input !== undefined && { revision: input.revision }),
    ...(problem !== undefined && { problem }),
    ...(lookedAt !== undefined && { lookedAt }),
    ...(running !== undefined && running !== 'starting' && { operation: running }),
  };
}

/** Every resource with its parts; those that the source has no more stand at the end. */
export function resourcesOf({ looked, results }: Entry): readonly ResourceState[] {
  if (looked === undefined) return [];
  const { status, parts } = looked;
  const declared = status.resources.map(({ ref, sync, health }) => ({
    ref,
    sync,
    health,
    parts: (parts.get(ref) ?? []).map(({ type, id }) => ({ type, id })),
    ...(results?.get(ref) !== undefined && { message: results.get(ref) as string }),
  }));
  return [...declared, ...status.plan.waves.flat().filter(isLeftBehind).map(leftBehind)];
}

/** In AWS and not in the source any more; the old object of a replacement is no resource of its own. */
function isLeftBehind({ position, parts, ref }: Step, _index: number, steps: readonly Step[]): boolean {
  return (
    position === undefined && parts.length > 0 && !steps.some((step) => step.ref === ref && step.position !== undefined)
  );
}

function leftBehind({ ref, parts, notes }: Step): ResourceState {
  const message = notes.join('; ');
  return { ref, sync: 'OutOfSync', health: { status: 'Unknown', reason: 'NotDeclared', message }, parts, message };
}
