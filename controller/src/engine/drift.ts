import type { Ref } from '../core/manifest.ts';
import type { Plan } from '../core/plan.ts';
import type { Operation } from './engine.ts';

/** A field that differs though Git is as it was. `path` points into the spec; empty where the resource itself is gone. */
type DriftedField = Readonly<Record<'path', string> & Record<'ref', Ref>>;

/** What was changed by hand: what differs from the very manifests that the last operation brought about. */
export function driftOf(plan: Plan, last: Operation | undefined): DriftedField[] {
  if (last?.phase !== 'Succeeded' || last.digest !== plan.digest) return [];
  return plan.waves.flat().flatMap(({ ref, action, changes }) => {
    if (action === 'create') return [{ ref, path: '' }];
    return action === 'update' || action === 'replace' ? changes.map(({ path }) => ({ ref, path })) : [];
  });
}
