import type { Ref } from '../core/manifest.ts';
import type { Plan } from '../core/plan.ts';
import type { PastOperation } from './applications/past.ts';
import type { DriftedField } from './control.ts';
import type { Touch } from './touch.ts';

/**
 * What was changed by hand: what differs from the very manifests that the last operation brought about. `hands` says who
 * touched a resource last, where an event told.
 */
export function driftOf(
  plan: Plan,
  last: PastOperation | undefined,
  hands: ReadonlyMap<Ref, Touch> = new Map(),
): readonly DriftedField[] {
  if (last?.phase !== 'Succeeded' || last.digest !== plan.digest) return [];
  return plan.waves.flat().flatMap(({ ref, action, changes }): readonly DriftedField[] => {
    const hand = hands.get(ref);
    const whose = hand?.principal === undefined ? {} : { principal: hand.principal, at: hand.at.toISOString() };
    if (action === 'create') return [{ ref, path: '', ...whose }];
    return action === 'update' || action === 'replace' ? changes.map(({ path }) => ({ ref, path, ...whose })) : [];
  });
}
