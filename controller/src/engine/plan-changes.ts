import { equalJson } from '../core/canonical.ts';
import type { Json } from '../core/json.ts';
import type { Plan, Step } from '../core/plan.ts';

/** Steps that two plans of the same Application do not have in common, in words; empty when they do the same. */
export function whatMoved(before: Plan, after: Plan): readonly string[] {
  const moved: string[] = [];
  if (before.digest !== after.digest)
    moved.push(`the manifests changed (revision ${before.revision} to ${after.revision})`);
  const earlier = stepsByRef(before);
  const later = stepsByRef(after);
  for (const key of new Set([...earlier.keys(), ...later.keys()])) {
    const one = earlier.get(key);
    const other = later.get(key);
    if (one === undefined) moved.push(`${key}: now also ${other?.action}`);
    else if (other === undefined) moved.push(`${key}: ${one.action} is not needed any more`);
    else if (one.action !== other.action) moved.push(`${key}: ${one.action} became ${other.action}`);
    else if (!equalJson(one.changes as unknown as Json, other.changes as unknown as Json))
      moved.push(`${key}: other fields differ now`);
  }
  return moved;
}

function stepsByRef(plan: Plan): ReadonlyMap<string, Step> {
  const steps = plan.waves.flat().filter((step) => step.action !== 'none');
  return new Map(steps.map((step) => [step.action === 'delete' ? `${step.ref} (deletion)` : step.ref, step]));
}
